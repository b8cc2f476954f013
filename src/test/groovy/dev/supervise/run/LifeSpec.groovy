package dev.supervise.run

import static dev.supervise.run.Troupe.*
import static dev.supervise.spec.Edge.Condition.*
import static dev.supervise.spec.HookPhase.*
import static java.time.Duration.*

import dev.supervise.spec.*
import spock.lang.Specification

/// A run from its first hook to its last, in a tree.
class LifeSpec extends Specification {
  static final ALL = [hook('pre', PRE_START), hook('up', POST_START), hook('quit', PRE_STOP), hook('clean', POST_STOP)]
  def t = new Troupe()

  def 'a run has all its hooks, in their order'() {
    given:
    t.play(root([process('a', hooks: ALL, ready: 60), process('b')]))
    expect:
    t.drain() == ['hook a pre', 'start b', 'start a', 'probe a', 'hook a up']
    when:
    t.ask(new Request.Stop(Selector.of('a')))
    then:
    t.drain() == ['hook a quit', 'stop a', 'hook a clean']
    t.status('a') == Status.STOPPED
  }

  def 'after an end of its own only postStop runs, before the pause, and is told how the run ended'() {
    given:
    t.longHooks << 'a clean'
    t.play(root([process('a', hooks: ALL), process('b')])).drain()
    when:
    t.crash('a', 3)
    then:
    t.drain() == ['hook a clean']
    t.hooks['a clean'].extra == [SUPERVISE_EXIT: '3']
    t.status('a') == Status.STOPPING
    when:
    t.hooks['a clean'].end(); t.settle()
    then:
    t.drain() == ['hook a pre', 'start a', 'hook a up']
    t.launches.a.last().prevExit() == OptionalInt.of(3)
  }

  def 'a preStart that fails is a failed, paced start: nothing was spawned, nothing else of it runs'() {
    given:
    t.badHooks << 'a pre'
    t.play(root([process('a', hooks: [hook('pre', PRE_START), hook('more', PRE_START), hook('clean', POST_STOP)], maxRestarts: 1), process('b')]))
    expect:
    t.drain() == ['hook a pre', 'start b']
    t.status('a') == Status.BACKING_OFF
    t.look('a').detail() == "not started: preStart 'pre': bad"
    when:
    t.pass(ofMillis(199))
    then:
    t.drain() == []
    when:
    t.pass(ofMillis(1))
    then:
    t.drain() == ['hook a pre']
    t.status('a') == Status.FAILED
  }

  def 'a hook that fails #what'() {
    given:
    t.badHooks << 'a one'
    t.play(root([process('a', hooks: [hook('one', PRE_START, mode), hook('two', PRE_START)]), process('b')]))
    t.pass(passed)
    expect:
    t.drain() == seen
    where:
    what                                                | mode                                          | passed        | seen
    'is ignored where it says so'                       | new HookFailure.Ignore()                      | ofMillis(0)   | ['hook a one', 'start b', 'hook a two', 'start a']
    'is tried again after its delay'                    | new HookFailure.Retry(2, ofMillis(100))       | ofMillis(150) | ['hook a one', 'start b', 'hook a one']
    'n more times, and then the start has failed'       | new HookFailure.Retry(2, ofMillis(40))        | ofMillis(99)  | ['hook a one', 'start b', 'hook a one', 'hook a one']
  }

  def 'a failing postStart is shown and leaves the process running; a failing preStop or postStop never prevents the stop'() {
    given:
    t.badHooks.addAll(['a up', 'a quit', 'a clean'])
    t.play(root([process('a', hooks: ALL), process('b')])).drain()
    expect:
    t.status('a') == Status.RUNNING
    t.look('a').detail().endsWith("postStart 'up' failed: bad")
    when:
    t.ask(new Request.Stop(Selector.of('a')))
    then:
    t.drain() == ['hook a quit', 'stop a', 'hook a clean']
    t.status('a') == Status.STOPPED
    t.warnings.size() == 3
  }

  def 'an async hook holds nobody up, runs to its end, and is cancelled by a shutdown'() {
    given:
    t.longHooks << 'a warm-bg'
    t.play(root([process('a', hooks: [hook('warm-bg', POST_START)], restart: Restart.NEVER)]))
    expect:
    t.drain() == ['start a', 'hook a warm-bg']
    t.status('a') == Status.RUNNING
    when: 'nothing else can run'
    t.finish('a')
    then: 'the tree waits for it'
    t.outcome == null
    when:
    t.ask(new Request.Down(false))
    then:
    t.drain() == ['cancel a warm-bg']
    t.outcome.exitCode() == 0
  }

  def 'of an async hook at most one call runs, however fast its unit crashes; then the newest run has its own'() {
    given:
    t.longHooks << 'a tell-bg'
    t.play(root([process('a', hooks: [hook('tell-bg', POST_STOP)], intensity: new Intensity.Unlimited()), process('b')])).drain()
    when:
    5.times { t.crash('a', 10 + it) }
    then:
    t.drain().count('hook a tell-bg') == 1
    t.hooks['a tell-bg'].extra == [SUPERVISE_EXIT: '10']
    t.warnings.count { it.contains("postStop 'tell-bg' still runs") } == 1
    when:
    t.hooks['a tell-bg'].end(); t.settle()
    then:
    t.drain() == ['hook a tell-bg']
    t.hooks['a tell-bg'].extra == [SUPERVISE_EXIT: '14']
    when:
    t.hooks['a tell-bg'].end(); t.settle()
    then:
    t.drain() == []
  }

  def 'a unit is ready when its probe says so; who waits for ready starts then, who waits for started earlier'() {
    given:
    t.unready << 'db'
    t.play(root([process('db', ready: 60), process('api', after: [db: READY]), process('log', after: [db: STARTED])]))
    expect:
    t.drain() == ['start db', 'start log', 'probe db']
    t.status('db') == Status.RUNNING
    !t.look('db').ready()
    t.status('api') == Status.WAITING
    t.reached == 0
    when:
    t.actors.db.reports.ready(1 + 1); t.settle()
    then:
    t.drain() == ['start api']
    t.look('db').ready()
    t.reached == 1
    t.transitions.findAll { it.path() == 'db' }.collect { [it.from(), it.status(), it.ready()] } ==
        [[Status.PENDING, Status.STARTING, false], [Status.STARTING, Status.RUNNING, false], [Status.RUNNING, Status.RUNNING, true]]
  }

  def 'a unit that waits for a blocked one is blocked, and goes on when the one that failed recovers'() {
    given:
    t.play(root([process('a', maxRestarts: 0), process('b', after: [a: DONE]), process('c', after: [b: READY]), process('z')])).drain()
    when:
    t.crash('a')
    then:
    t.status('b') == Status.BLOCKED
    t.status('c') == Status.BLOCKED
    t.look('c').detail() == 'by b, which is blocked'
    when:
    t.ask(new Request.Start(Selector.of('a')))
    then:
    [t.status('b'), t.status('c')] == [Status.WAITING] * 2
    when:
    t.finish('a')
    then:
    [t.status('b'), t.status('c')] == [Status.RUNNING] * 2
  }

  def 'a bare dependency on a unit without probes holds as soon as it runs'() {
    expect:
    t.play(root([process('db'), process('api', after: [db: READY])])).drain() == ['start db', 'start api']
  }

  def 'the missed ready deadline is a failed start: the run is stopped, the last try is named, and it pauses'() {
    given:
    t.unready << 'a'
    t.play(root([process('a', ready: 5, hooks: ALL), process('b')])).drain()
    when:
    t.actors.a.reports.notReady(t.actors.a.launch.run(), 'connection refused'); t.pass(ofMillis(4999))
    then:
    t.drain() == []
    t.look('a').detail() == 'not ready yet: connection refused'
    when:
    t.pass(ofMillis(1))
    then:
    t.drain() == ['endprobes a', 'stop a', 'hook a clean']
    t.status('a') == Status.BACKING_OFF
    t.look('a').detail() == 'not ready within 5 s: connection refused'
    when:
    t.pass(ofMillis(200))
    then:
    t.drain() == ['hook a pre', 'start a', 'probe a']
  }

  def 'a unit that is not alive any more is stopped and restarted as failed'() {
    given:
    t.play(root([process('a', alive: true), process('b')]))
    expect:
    t.drain() == ['start a', 'start b', 'watch a']
    when:
    t.actors.a.reports.unhealthy(t.actors.a.launch.run(), 'no answer'); t.settle()
    then:
    t.drain() == ['endprobes a', 'stop a', 'start a', 'watch a']
    t.transitions.any { it.path() == 'a' && it.status() == Status.BACKING_OFF && it.what() == 'not alive: no answer' }
    t.look('a').restarts() == 1
  }

  def 'an end before upFor fails the start at once, whatever the code; the error says how long it had to stay'() {
    given:
    t.play(root([process('a', upFor: ofSeconds(2), maxRestarts: 0), process('b', after: [a: STARTED])])).drain()
    when:
    t.pass(ofMillis(500)); t.finish('a')
    then:
    t.status('a') == Status.FAILED
    t.look('a').detail() == 'exit 0 after 0.5 s, it has to stay up for 2 s; gave up after 0'
    t.status('b') == Status.BLOCKED
  }

  def 'a unit that has stayed up for upFor has started'() {
    given:
    t.play(root([process('a', upFor: ofSeconds(2)), process('b', after: [a: STARTED])])).pass(ofMillis(1999))
    expect:
    t.drain() == ['start a']
    t.status('a') == Status.STARTING
    t.pass(ofMillis(1)).drain() == ['start b']
  }

  def 'startRetries happen inside one start and count nowhere; used up, they are one failure that names their number'() {
    given:
    t.play(root([process('a', upFor: ofSeconds(2), startRetries: 2, maxRestarts: 1, pause: new Pause.Delay(ofSeconds(1)), hooks: [hook('pre', PRE_START)]),
      process('b')])).drain()
    when:
    t.crash('a').pass(ofMillis(100)); t.crash('a').pass(ofMillis(100))
    then:
    t.drain() == ['hook a pre', 'start a', 'hook a pre', 'start a']
    t.look('a').restarts() == 0
    t.launches.a*.prevExit() == [OptionalInt.empty(), OptionalInt.of(1), OptionalInt.of(1)]
    when:
    t.crash('a')
    then:
    t.status('a') == Status.BACKING_OFF
    t.look('a').restarts() == 1
    t.look('a').detail() == 'exit 1 after 0 ms, it has to stay up for 2 s; 3 attempts'
    when: 'the attempts are counted anew'
    t.pass(ofSeconds(1)); t.drain(); 3.times { t.crash('a').pass(ofMillis(100)) }
    then:
    t.status('a') == Status.FAILED
    t.launches.a.size() == 6
  }

  def 'startRetries cover spawns that fail'() {
    given:
    t.slowStart << 'a'
    t.play(root([process('a', startRetries: 1, maxRestarts: 0), process('b')]))
    when:
    t.actors.a.fail(StartFailure.Step.LOOKUP); t.settle().pass(ofMillis(100))
    t.actors.a.fail(StartFailure.Step.LOOKUP); t.settle()
    then:
    t.status('a') == Status.FAILED
    t.look('a').detail() == 'not started: cannot; 2 attempts; gave up after 0'
  }

  def 'a oneShot may finish as early as it likes'() {
    given:
    t.play(root([process('a', oneShot: true, restart: Restart.NEVER, upFor: ofSeconds(9)), process('b')]))
    when:
    t.finish('a')
    then:
    t.status('a') == Status.FINISHED
  }

  def 'a stop is heard in every wait, at once, and what was stopped stays stopped: #wait'() {
    given:
    if (wait.startsWith('hook')) t.longHooks << "a ${wait.drop(5)}".toString()
    if (wait == 'retry of a hook') t.badHooks << 'a pre'
    t.unready << 'a'
    def hooks = wait == 'retry of a hook' ? [hook('pre', PRE_START, new HookFailure.Retry(3, ofSeconds(5)))] : ALL
    t.play(root([process(m + [hooks: hooks], 'a'), process('b')]))
    if (wait == 'retry of a start') t.crash('a')
    t.drain()
    when:
    def reply = t.ask(new Request.Stop(Selector.of('a')))
    then:
    reply instanceof Reply.Done
    t.status('a') == Status.STOPPED
    t.drain() == seen
    when:
    t.pass(ofSeconds(200))
    then:
    t.drain() == []
    t.status('a') == Status.STOPPED
    where:
    wait               | m                                             | seen
    'hook pre'         | [:]                                           | ['cancel a pre']
    'retry of a hook'  | [:]                                           | []
    'up'               | [upFor: ofSeconds(60)]                        | ['stop a', 'hook a clean']
    'ready'            | [ready: 60]                                   | ['endprobes a', 'stop a', 'hook a clean']
    'hook up'          | [:]                                           | ['cancel a up', 'hook a quit', 'stop a', 'hook a clean']
    'retry of a start' | [upFor: ofSeconds(9), startRetries: 3]        | []
  }

  def 'a kill cancels the hook that runs and runs no other'() {
    given:
    t.longHooks << "a $at".toString()
    t.play(root([process('a', hooks: ALL), process('b')]))
    if (at == 'quit' || at == 'clean') t.ask(new Request.Down(false))
    t.drain()
    when:
    t.ask(new Request.Down(true))
    then:
    t.drain() - ['kill b', 'stop b'] == seen
    t.outcome.exitCode() == 0
    where:
    at      | seen
    'pre'   | ['cancel a pre']
    'up'    | ['cancel a up', 'kill a']
    'quit'  | ['cancel a quit', 'kill a']
    'clean' | ['cancel a clean']
  }

  def 'stopWithin covers hooks'() {
    given:
    t.longHooks << 'a clean'
    t.play(root([process('a', hooks: ALL), process('b')], stopWithin: new Grace.Limited(ofSeconds(3)))).drain()
    when:
    t.ask(new Request.Down(false)); t.pass(ofMillis(2999))
    then:
    t.outcome == null
    when:
    t.pass(ofMillis(1))
    then:
    t.outcome.exitCode() == 0
  }

  def 'a group restart waits for the hooks of all, and starts nothing beside them'() {
    given:
    t.longHooks << 'b clean'
    t.play(root([process('a'), process('b', hooks: ALL), process('c')], strategy: Strategy.ONE_FOR_ALL)).drain()
    when:
    t.crash('c')
    then:
    t.drain() == ['hook b quit', 'stop a', 'stop b', 'hook b clean']
    when:
    t.hooks['b clean'].end(); t.settle()
    then:
    t.drain() == ['start a', 'hook b pre', 'start c', 'start b', 'hook b up']
  }

  def 'resume id and the previous exit reach hooks'() {
    given:
    t.longHooks << 'a pre'
    t.play(root([process('a', hooks: ALL), process('b')]))
    def first = t.hooks['a pre'].launch
    t.hooks['a pre'].end(); t.settle()
    when:
    t.crash('a', 4)
    then:
    t.hooks['a pre'].launch.resumeId() == first.resumeId()
    t.hooks['a pre'].launch.prevExit() == OptionalInt.of(4)
    first.prevExit() == OptionalInt.empty()
  }

  def 'a unit that never became ready is not healthy: its pause grows'() {
    given:
    t.unready << 'a'
    def pause = new Pause.Backoff(ofSeconds(1), ofSeconds(100), 2d, 0d, ofSeconds(3))
    t.play(root([process('a', ready: 10, pause: pause), process('b')])).drain()
    when:
    t.pass(ofSeconds(10)).pass(ofSeconds(1)).drain()
    t.pass(ofSeconds(10)).pass(ofMillis(1999))
    then:
    t.drain() == ['endprobes a', 'stop a']
    t.pass(ofMillis(1)).drain() == ['start a', 'probe a']
  }

  def 'a dependent waits through restarts of its dependency and starts when it is ready'() {
    given:
    t.unready << 'db'
    t.play(root([process('db', ready: 5), process('api', after: [db: READY])])).pass(ofSeconds(17))
    expect:
    t.launches.db.size() > 2
    t.status('api') == Status.WAITING
    when:
    t.unready.clear()
    t.pass(ofSeconds(6))
    then:
    t.status('api') == Status.RUNNING
  }

  def 'when all is up, the path that made it last so long is told, once'() {
    given:
    ['db', 'cache', 'g/x', 'api'].each { t.slowStart << it }
    t.play(root([process('db'), process('cache'), group('g', [process('x', after: [db: STARTED])]),
      process('api', after: [g: READY, cache: STARTED]), process('lone')]))
    when:
    t.pass(ofMillis(30)); t.actors.cache.come(); t.pass(ofMillis(70)); t.actors.db.come(); t.pass(ofMillis(50)); t.actors['g/x'].come()
    t.pass(ofMillis(7)); t.actors.api.come(); t.settle()
    then:
    t.critical == [new CriticalPathStep('db', ofMillis(100)), new CriticalPathStep('g/x', ofMillis(50)), new CriticalPathStep('api', ofMillis(7))]
    when:
    t.crash('db'); t.actors.db.come(); t.settle()
    then:
    t.reached == 1
  }

  def 'supervisors and pools declare no hooks and no probes'() {
    when:
    group('g', [process('a')], upFor: ofSeconds(1))
    then:
    thrown(InvalidSpec)
  }

  // ---- hints

  def 'a process that ends with 0 at once is told what was probably meant, once: #how'() {
    given:
    t.play(root([process([pause: new Pause.Delay(Duration.ofMillis(300))] + how, 'a'), process('b')]))
    when:
    4.times {
      t.pass(Duration.ofMillis(lived))
      if (t.actors.a) t.finish('a')
      t.pass(Duration.ofMillis(400))
    }
    then:
    t.warnings == (said ? ['a: it ended with 0 in its first second: say oneShot() where it is meant to, forking() and detect { … } ' +
        'where it puts itself into the background; its standard input is empty'] : [])
    where:
    how                        | lived | said
    [:]                        | 0     | true
    [restart: Restart.ALWAYS]  | 999   | true
    [restart: Restart.ALWAYS]  | 1000  | false
    [restart: Restart.NEVER]   | 0     | false
    [oneShot: true, restart: Restart.NEVER] | 0 | false
    [hooks: [hook('h', HookPhase.POST_STOP)]] | 0 | true
  }

  def 'instances and children of a pool are told together, functions and failures not at all'() {
    given:
    t.play(root([process('a', instances: 3), pool('p', process('w'), 3), function('f'), process('b')]))
    when:
    ['a-1', 'a-2', 'a-3', 'p/1', 'p/2', 'p/3', 'f'].each { t.finish(it) }
    t.crash('b')
    then:
    t.warnings*.replaceAll(':.*', '') == ['a-1', 'p/1']
  }

  def 'a process whose end others wait for is meant to end: #after'() {
    given:
    t.play(root([process('a'), group('s', [process('x')]), process('b', after: after), process('z')]))
    when:
    ['a', 's/x'].each { t.finish(it) }
    then:
    t.warnings*.replaceAll(':.*', '') == told
    where:
    after      | told
    [a: DONE]  | ['s/x']
    [a: ENDED] | ['s/x']
    [s: DONE]  | ['a']
    [a: READY] | ['a', 's/x']
  }

  def 'a process that ends with 0 and leaves others is told how a daemon is declared'() {
    given:
    t.messy << 'a'
    t.play(root([process('a'), process('b')]))
    when:
    t.pass(Duration.ofSeconds(2))
    t.finish('a')
    then:
    t.warnings == ['a: it ended with 0 and left others running, which are ended: say forking() and detect { … } where it puts itself into the background']
  }
}
