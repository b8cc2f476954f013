package dev.supervise.dsl.words

import dev.supervise.dsl.Scripted
import dev.supervise.spec.Edge
import dev.supervise.spec.Pause
import dev.supervise.spec.Restart
import dev.supervise.spec.UnitPolicy
import java.time.Duration

/// The words that every unit understands.
class UnitWordsSpec extends Scripted {

  def 'a unit that says nothing has the defaults'() {
    expect:
    process('').policy() == UnitPolicy.DEFAULT
  }

  def 'restart takes the words of this language, OTP\'s, and strings'() {
    expect:
    process("restart $word").policy().restart() == restart

    where:
    word          || restart
    'always'      || Restart.ALWAYS
    'onFailure'   || Restart.ON_FAILURE
    'never'       || Restart.NEVER
    'permanent'   || Restart.ALWAYS
    "'transient'" || Restart.ON_FAILURE
    'temporary'   || Restart.NEVER
    "'always'"    || Restart.ALWAYS
  }

  def 'successExit replaces the code 0'() {
    expect:
    process('successExit 0, 2').policy().successExits() == [0, 2] as Set
    process('successExit 3').policy().successExits() == [3] as Set
    process('successExit([1, 2])').policy().successExits() == [1, 2] as Set
    wrong('successExit 256') == ['successExit 256 is not between 0 and 255']
    wrong('successExit()') == ['successExit takes whole numbers; not nothing']
  }

  def 'delay is a fixed pause, in every form of a duration'() {
    expect:
    process("delay $written").policy().pause() == new Pause.Delay(pause)

    where:
    written      || pause
    '250.ms'     || Duration.ofMillis(250)
    '1.second'   || Duration.ofSeconds(1)
    '1.5.seconds' || Duration.ofMillis(1500)
    "'5s'"       || Duration.ofSeconds(5)
    "'250 ms'"   || Duration.ofMillis(250)
    '0.seconds'  || Duration.ZERO
    'Duration.ofSeconds(2)' || Duration.ofSeconds(2)
  }

  def 'a negative pause is refused'() {
    expect:
    wrong('delay(-1.seconds)') == ['delay is negative; allowed is zero or more']
  }

  def 'backoff fills what is left out with the defaults'() {
    expect:
    process('backoff initial: 1.second, factor: 3').policy().pause() ==
        new Pause.Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), 3.0d, 0.1d, Duration.ofMinutes(1))
    process('backoff initial: 200.ms, max: 30.seconds, factor: 2, jitter: 0.1, reset: 1.minute')
        .policy().pause() == Pause.DEFAULT
    process('backoff initial: 1.minute').policy().pause().max() == Duration.ofMinutes(1)
  }

  def 'backoff refuses what makes no growing pause'() {
    expect:
    wrong("backoff $options")[0].contains(part)

    where:
    options                              || part
    'initial: 2.seconds, max: 1.second'  || 'is shorter than initial'
    'factor: 0.5'                        || 'factor 0.5 is not a number from 1 up'
    'jitter: 2'                          || 'jitter 2.0 is not between 0 and 1'
    "initial: 'soon'"                    || "'soon' is not a duration"
    'inital: 1.second'                   || "did you mean 'initial:'?"
    'factor: [1]'                        || 'backoff factor takes a number, not a list'
  }

  def 'delay and backoff exclude each other'() {
    expect:
    wrong('delay 1.second\nbackoff initial: 1.second') ==
        ['backoff and delay exclude each other; delay is at app.groovy:3']
  }

  def 'maxRestarts is a number or unlimited'() {
    expect:
    process('maxRestarts 5').policy().maxRestarts() == 5
    process('maxRestarts 0').policy().maxRestarts() == 0
    process('maxRestarts unlimited').policy().maxRestarts() == UnitPolicy.UNLIMITED
    process("maxRestarts 'unlimited'").policy().maxRestarts() == UnitPolicy.UNLIMITED
    wrong('maxRestarts(-1)') == ['maxRestarts -1 is negative']
    wrong("maxRestarts 'many'") ==
        ["maxRestarts takes a whole number, or unlimited; not 'many'"]
  }

  def 'after takes names, lists and conditions, and adds up'() {
    given:
    def words = "after 'a', 'b'\nafter c: done, 'd-1': started\nafter(e: 'ended')\nafter(['f'])"
    def others = 'abcef'.collect { "process('$it') { command 'x' }" } + "process('d') { command 'x'; instances 2 }"

    when:
    def unit = units("process('web') {\ncommand 'x'\n$words\n}\n" + others.join('\n'))[0]

    then:
    unit.policy().after().collect { "${it.target()} ${it.condition()}".toString() } ==
        ['a READY', 'b READY', 'c DONE', 'd-1 STARTED', 'e ENDED', 'f READY']
    unit.policy().after()[2].origin().toString() == 'app.groovy:4'
  }

  def 'after refuses a condition it does not know'() {
    expect:
    mistakes("process('db') { command 'x' }\nprocess('web') { command 'x'; after db: finished }")[0]
        .startsWith("app.groovy:2: process 'web': unknown name 'finished'")
    mistakes("process('db') { command 'x' }\nprocess('web') { command 'x'; after db: always }") ==
        ["app.groovy:2: process 'web': after db 'always' is not one of started, ready, done, ended"]
  }

  def 'who waits for nobody, or for himself in a circle, is told so'() {
    expect:
    mistakes("process('db') { command 'x' }\nprocess('web') { command 'x'; after 'dv' }") ==
        ["app.groovy:2: process 'web': after 'dv': there is no unit of that name (did you mean 'db'?)"]
    mistakes("process('a') { command 'x'; after 'b' }\nprocess('b') { command 'x'; after 'a' }") ==
        ["app.groovy:1: process 'a': a circle of waiting units: 'a' after 'b', 'b' after 'a'"]
  }

  def 'oneShot turns the default restart into never, and only the default'() {
    expect:
    process('oneShot()').policy().with { [oneShot(), restart()] } == [true, Restart.NEVER]
    process('oneShot()\nrestart onFailure').policy().restart() == Restart.ON_FAILURE
    process('restart onFailure\noneShot()').policy().restart() == Restart.ON_FAILURE
  }

  def 'priority, autostart and labels are kept'() {
    when:
    def policy = process("priority 10\nautostart false\nlabels tier: 'db', n: 3\nlabels x: true").policy()

    then:
    policy.priority() == 10
    !policy.autostart()
    policy.labels() == [tier: 'db', n: '3', x: 'true']
  }

  def 'significant counts only where the supervisor asks for it'() {
    expect:
    unit("autoShutdown any\nprocess('web') { command 'x'; significant(); restart never }").policy().significant()
    mistakes("process('web') { command 'x'; significant(); restart never }") ==
        ["app.groovy:1: process 'web': significant() has no effect while its supervisor says autoShutdown never; allowed are any, all"]
    mistakes("autoShutdown all\nprocess('web') { command 'x'; significant(); restart always }") ==
        ["app.groovy:2: process 'web': significant() with restart always: a permanent unit has no end that could count"]
  }

  def 'a word takes what it says, and says what it takes'() {
    expect:
    wrong(words) == [message]

    where:
    words                || message
    "instances 'three'"  || "instances takes a whole number; not 'three'"
    'instances 1.5'      || 'instances takes a whole number; not 1.5'
    'instances 0'        || 'instances 0 is not between 1 and 100000; to have none, say autostart false'
    'autostart 1'        || 'autostart takes true or false; not 1'
    'restart 3'          || 'restart takes one of always onFailure never permanent transient temporary; not 3'
    "restart 'sometimes'" || "restart takes one of always onFailure never permanent transient temporary; not 'sometimes'"
    'restart oneForOne'  || 'restart takes one of always onFailure never permanent transient temporary; not the name oneForOne'
    'delay 5'            || 'delay takes a duration (5.seconds); not 5'
    'delay 5.MB'         || 'delay takes a duration (5.seconds); not 5242880'
    'oneShot true'       || 'oneShot takes nothing: oneShot(); not true'
    'priority()'         || 'priority takes a whole number; not nothing'
    'labels 3'           || 'labels takes NAME: value; not 3'
    'nice 50'            || 'nice 50 is not between -20 and 19'
    "umask '9'"          || "umask '9' is not octal digits, as '022'"
    "limits nofile: 'x'" || "limits nofile 'x' is not a size; write '10MB' or 10.MB"
    'limits nofile: [10, 5]' || 'limit nofile: soft 10 is above hard 5'
  }
}
