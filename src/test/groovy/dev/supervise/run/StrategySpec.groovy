package dev.supervise.run

import static dev.supervise.run.Troupe.*
import static dev.supervise.spec.Edge.Condition.*
import static java.time.Duration.*

import dev.supervise.spec.*
import spock.lang.Specification

class StrategySpec extends Specification {
  def t = new Troupe()

  def 'units start in the order of their edges, then priority, then declaration'() {
    when:
    t.play(root([process('c', after: [a: ENDED]), process('a'), process('late', priority: 5), process('early', priority: -1)]))
    t.finish('a')
    then:
    t.history == ['start early', 'start a', 'start late', 'start c']
  }

  def 'a unit waits only for its own edges: independent branches come up beside it'() {
    given:
    t.slowStart << 'db'
    when:
    t.play(root([process('db'), process('api', after: [db: STARTED]), process('other')]))
    then:
    t.drain() == ['start db', 'start other']
    t.status('api') == Status.WAITING
    when:
    t.actors.db.come(); t.settle()
    then:
    t.drain() == ['start api']
  }

  def 'oneForOne restarts the failed child alone'() {
    given:
    t.play(root([process('a'), process('b'), process('c')])).drain()
    when:
    t.crash('b')
    then:
    t.drain() == ['start b']
  }

  def 'oneForAll stops all in reverse start order before it starts any'() {
    given:
    t.play(root([process('a'), process('b'), process('c')], strategy: Strategy.ONE_FOR_ALL)).drain()
    when:
    t.crash('b')
    then:
    t.drain() == ['stop c', 'stop a', 'start a', 'start b', 'start c']
  }

  def 'restForOne takes the later children with it and leaves the earlier ones alone'() {
    given:
    t.play(root([process('a'), process('b'), process('c')], strategy: Strategy.REST_FOR_ONE)).drain()
    when:
    t.crash('b')
    then:
    t.drain() == ['stop c', 'start b', 'start c']
  }

  def 'a round starts nothing before the last of it is down'() {
    given:
    t.deaf << 'c'
    t.play(root([process('a'), process('b'), process('c')], strategy: Strategy.ONE_FOR_ALL)).drain()
    when:
    t.crash('b').pass(ofSeconds(9))
    then:
    t.drain() == ['stop c', 'stop a']
    when:
    t.pass(ofSeconds(2))
    then:
    t.drain() == ['kill c', 'start a', 'start b', 'start c']
  }

  def 'an end seen after the round asked for that stop belongs to the round'() {
    given:
    t.deaf << 'c'
    t.play(root([process('a'), process('b'), process('c')], strategy: Strategy.ONE_FOR_ALL, intensity: within(1, 60))).drain()
    when:
    t.crash('b')
    t.crash('c', 3)
    then:
    t.drain() == ['stop c', 'stop a', 'start a', 'start b', 'start c']
    t.outcome == null
  }

  def 'a group restart pauses from the death of the one that failed'() {
    given:
    def slow = new Pause.Delay(ofSeconds(2))
    t.play(root([process('a'), process('b', pause: slow)], strategy: Strategy.ONE_FOR_ALL)).drain()
    when:
    t.crash('b').pass(ofMillis(1999))
    then:
    t.drain() == ['stop a']
    t.status('b') == Status.BACKING_OFF
    when:
    t.pass(ofMillis(1))
    then:
    t.drain() == ['start a', 'start b']
  }

  def 'a round brings back finished onFailure and oneShot units but no temporary one'() {
    given:
    t.play(root([process('once', oneShot: true, restart: Restart.NEVER), process('quiet'), process('temp', restart: Restart.NEVER), process('x')],
      strategy: Strategy.ONE_FOR_ALL))
    t.finish('once').finish('quiet').drain()
    when:
    t.crash('x')
    then:
    t.drain() == ['stop temp', 'start once', 'start quiet', 'start x']
  }

  def "a temporary child's death starts no round, nor does a success of a transient one"() {
    given:
    t.play(root([process('temp', restart: Restart.NEVER), process('tr'), process('x')], strategy: Strategy.ONE_FOR_ALL)).drain()
    when:
    t.crash('temp').finish('tr')
    then:
    t.drain() == []
    t.status('temp') == Status.FAILED
    t.status('tr') == Status.FINISHED
  }

  def 'a permanent child is restarted on success too'() {
    given:
    t.play(root([process('a', restart: Restart.ALWAYS)])).drain()
    when:
    t.finish('a')
    then:
    t.drain() == ['start a']
  }

  def 'a unit the operator stopped is not brought back by a round'() {
    given:
    t.play(root([process('a'), process('b')], strategy: Strategy.ONE_FOR_ALL))
    t.ask(new Request.Stop(Selector.of('a'))); t.drain()
    when:
    t.crash('b')
    then:
    t.drain() == ['start b']
    t.status('a') == Status.STOPPED
  }

  def 'stopped while backing off stays stopped'() {
    given:
    t.play(root([process('a', pause: new Pause.Delay(ofSeconds(5))), process('b')])).crash('a')
    when:
    t.ask(new Request.Stop(Selector.of('a')))
    t.drain()
    t.pass(ofSeconds(20))
    then:
    t.drain() == []
    t.status('a') == Status.STOPPED
  }

  def 'stopped while waiting stays stopped when its condition comes true'() {
    given:
    t.slowStart << 'db'
    t.play(root([process('db'), process('api', after: [db: STARTED])]))
    t.ask(new Request.Stop(Selector.of('api'))); t.drain()
    when:
    t.actors.db.come(); t.settle()
    then:
    t.drain() == []
    t.status('api') == Status.STOPPED
  }

  def 'intensity n grants n restarts; the next failure in the window escalates'() {
    given:
    t.play(root([group('g', [process('a'), process('b')], intensity: within(2, 10)), process('other')])).drain()
    when:
    t.crash('g/a').crash('g/b')
    then:
    t.drain() == ['start g/a', 'start g/b']
    when: 'the third'
    t.crash('g/a')
    then: 'the supervisor has failed, and its own supervisor restarts it with an empty window'
    t.drain() == ['stop g/b', 'start g/a', 'start g/b']
    t.transitions.any { it.path() == 'g' && it.status() == Status.BACKING_OFF && it.what().contains('intensity') }
    when:
    t.crash('g/a').crash('g/a')
    then:
    t.drain() == ['start g/a', 'start g/a']
    t.outcome == null
  }

  def 'many restarts below the rate never escalate'() {
    given:
    t.play(root([process('a')], intensity: within(1, 10))).drain()
    when:
    30.times { t.crash('a').pass(ofMillis(10_001)) }
    then:
    t.drain().size() == 30
    t.outcome == null
  }

  def 'a limited root that is passed ends the program with exit 1 and a cause'() {
    given:
    t.play(root([process('a'), process('b')], intensity: within(1, 10))).drain()
    when:
    t.crash('a').crash('a', 9)
    then:
    t.drain() == ['start a', 'stop b']
    t.outcome.exitCode() == 1
    t.outcome.cause() == "gave up: 'a' failed once more than intensity allows: 1 restart within 10 s: exit 9"
  }

  def 'a round counts once in the window, whatever its size'() {
    given:
    t.play(root((1..9).collect { process("u$it") }, intensity: within(2, 10), strategy: Strategy.ONE_FOR_ALL))
    when:
    t.crash('u1').crash('u1')
    then:
    t.outcome == null
    when:
    t.crash('u5')
    then:
    t.outcome.exitCode() == 1
  }

  def 'maxRestarts n gives n restarts, n+1 runs, and the count shown is n'() {
    given:
    t.play(root([process('a', maxRestarts: 3), process('b')])).drain()
    when:
    4.times { t.crash('a') }
    then:
    t.launches.a.size() == 4
    t.look('a').restarts() == 3
    t.status('a') == Status.FAILED
    t.status('b') == Status.RUNNING
  }

  def 'what waits for a unit that gave up is blocked, names it, and goes on when it recovers'() {
    given:
    t.slowStart << 'db'
    t.play(root([process('db', maxRestarts: 0), process('api', after: [db: STARTED]), process('x')]))
    when:
    t.actors.db.fail(StartFailure.Step.LOOKUP); t.settle()
    then:
    t.status('api') == Status.BLOCKED
    t.look('api').detail().contains('db')
    when:
    t.slowStart.clear()
    t.ask(new Request.Restart(Selector.of('db')))
    then:
    t.status('api') == Status.RUNNING
  }

  def 'a significant unit that gave up makes its supervisor fail'() {
    given:
    t.play(root([process('a', maxRestarts: 0, significant: true), process('b')], autoShutdown: AutoShutdown.ANY))
    when:
    t.crash('a')
    then:
    t.outcome.exitCode() == 1
    t.outcome.cause().contains("significant 'a' gave up")
  }

  def 'autoShutdown any: the first significant end takes the supervisor down, with its code'() {
    given:
    t.play(root([process('main', significant: true, restart: Restart.NEVER), process('b')], autoShutdown: AutoShutdown.ANY)).drain()
    when:
    t.crash('main', 7)
    then:
    t.drain() == ['stop b']
    t.outcome.exitCode() == 7
  }

  def 'autoShutdown all waits for the last significant end'() {
    given:
    def last = [significant: true, restart: Restart.NEVER]
    t.play(root([process(last, 'm1'), process(last, 'm2'), process('b')], autoShutdown: AutoShutdown.ALL)).drain()
    when:
    t.finish('m1')
    then:
    t.outcome == null
    when:
    t.finish('m2')
    then:
    t.drain() == ['stop b']
    t.outcome.exitCode() == 0
  }

  def 'a supervisor that ended by autoShutdown has finished and is not restarted as a failure'() {
    given:
    t.play(root([group('g', [process('m', significant: true, restart: Restart.NEVER), process('n')], autoShutdown: AutoShutdown.ANY), process('x')])).drain()
    when:
    t.finish('g/m')
    then:
    t.drain() == ['stop g/n']
    t.status('g') == Status.FINISHED
  }

  def 'stop: a unit is told only when everything that depends on it is down'() {
    given:
    t.deaf << 'api'
    t.play(root([process('db'), process('api', after: [db: STARTED]), process('lone')])).drain()
    when:
    t.ask(new Request.Down(false))
    then:
    t.drain() == ['stop lone', 'stop api']
    when:
    t.pass(ofSeconds(11))
    then:
    t.drain() == ['kill api', 'stop db']
    t.outcome.exitCode() == 0
  }

  def 'stop order holds across supervisors'() {
    given:
    t.deaf << 'front/web'
    t.play(root([group('back', [process('db'), process('aux')]), group('front', [process('web', after: ['back/db': STARTED])])])).drain()
    when:
    t.ask(new Request.Down(false))
    then:
    t.drain() == ['stop front/web', 'stop back/aux']
    when:
    t.pass(ofSeconds(11))
    then:
    t.drain() == ['kill front/web', 'stop back/db']
    t.outcome.exitCode() == 0
  }

  def 'stopWithin kills all that is left at once, and what lives a second later is named'() {
    given:
    t.deaf.addAll(['a', 'f'])
    t.play(root([process('a'), function('f'), process('b')], stopWithin: new Grace.Limited(ofSeconds(3)))).drain()
    when:
    t.ask(new Request.Down(false))
    t.pass(ofSeconds(3))
    then:
    t.drain() == ['stop b', 'stop f', 'stop a', 'kill a', 'kill f']
    when:
    t.pass(ofSeconds(1))
    then:
    t.outcome.exitCode() == 1
    t.outcome.leftovers() == ['f: stuck function']
  }

  def 'a nested supervisor fails into its parent like any child: restForOne there takes its later siblings'() {
    given:
    t.play(root([process('a'), group('g', [process('x')], intensity: within(0, 10)), process('z')], strategy: Strategy.REST_FOR_ONE)).drain()
    when:
    t.crash('g/x').pass(ofSeconds(1))
    then:
    t.drain() == ['stop z', 'start g/x', 'start z']
  }

  def 'a failed start pauses at least 200 ms, also with delay 0'() {
    given:
    t.slowStart << 'a'
    t.play(root([process('a')])).drain()
    when:
    t.actors.a.fail(StartFailure.Step.LOOKUP); t.settle().pass(ofMillis(199))
    then:
    t.drain() == []
    when:
    t.pass(ofMillis(1))
    then:
    t.drain() == ['start a']
  }

  def 'remains of a dead run are swept before the next start'() {
    given:
    t.messy << 'a'; t.deaf << 'a'
    t.play(root([process('a'), process('b')])).drain()
    when:
    t.crash('a').pass(ofSeconds(9))
    then:
    t.drain() == ['sweep a']
    when:
    t.pass(ofSeconds(1))
    then:
    t.drain() == ['kill a', 'start a']
  }

  def 'a stuck function is abandoned, named, and not run twice; when it ends after all it runs again'() {
    given:
    t.deaf << 'f'
    t.play(root([function('f'), process('b')])).drain()
    when:
    def reply = t.tree.ask(new Request.Restart(Selector.of('f')))
    t.settle().pass(ofSeconds(12))
    then:
    t.drain() == ['stop f', 'kill f', 'abandon f']
    t.status('f') == Status.STUCK
    (reply.get() as Reply.Failed).why().contains('stuck')
    when: 'even with nobody else left'
    t.finish('b')
    then:
    t.outcome == null
    when:
    t.actors.f.end(new Exit.Returned()); t.settle()
    then:
    t.drain() == ['start f']
  }

  def 'resume id is constant over restarts of a unit and differs between units; prev exit tells how the last run ended'() {
    given:
    t.play(root([process('a'), process('b')], strategy: Strategy.ONE_FOR_ALL))
    when:
    t.crash('a', 3)
    t.actors.b.end(new Exit.Signalled(9, false)); t.settle()
    then:
    t.launches.a*.resumeId().toSet().size() == 1
    t.launches.a[0].resumeId() != t.launches.b[0].resumeId()
    t.launches.a*.prevExit() == [OptionalInt.empty(), OptionalInt.of(3), OptionalInt.of(143)]
    t.launches.b*.prevExit() == [OptionalInt.empty(), OptionalInt.of(143), OptionalInt.of(137)]
    t.launches.a*.attempt() == [1, 2, 3]
  }

  def 'the program ends by itself when nothing can run again: 0 if every goal was reached, else 1'() {
    when:
    t.play(root([process('a', oneShot: true, restart: Restart.NEVER), process('b', oneShot: true, restart: Restart.NEVER, after: [a: DONE])]))
    t.finish('a')
    then:
    t.outcome == null
    when:
    bEnds ? t.finish('b') : t.crash('b', 4)
    then:
    t.outcome.exitCode() == code
    t.outcome.cause() == cause
    where:
    bEnds | code | cause
    true  | 0    | ''
    false | 1    | "goals not reached: 'b' is failed: exit 4 after 0 ms"
  }

  def 'pools scale, name their children by number, and keep the size the operator set over a restart'() {
    given:
    t.play(root([pool('w', process('w'), 2), process('x')], strategy: Strategy.ONE_FOR_ALL)).drain()
    when:
    t.ask(new Request.Scale('w', 4))
    then:
    t.drain() == ['start w/3', 'start w/4']
    when:
    t.ask(new Request.Scale('w', 1))
    then:
    t.drain() == ['stop w/4', 'stop w/3', 'stop w/2']
    when:
    t.crash('x')
    then:
    t.drain() == ['stop w/1', 'start w/1', 'start x']
  }

  def 'units are added to and removed from a running supervisor; duplicates are errors'() {
    given:
    t.play(root([process('a')])).drain()
    expect:
    t.ask(new Request.Declare('', process('b', after: [a: STARTED]))) instanceof Reply.Done
    t.drain() == ['start b']
    (t.ask(new Request.Declare('', process('b'))) as Reply.Refused).why().contains('exists already')
    (t.ask(new Request.Remove('a')) as Reply.Refused).why().contains("needed by 'b'")
    t.ask(new Request.Remove('b')) instanceof Reply.Done
    t.drain() == ['stop b']
    (t.ask(new Request.Stop(Selector.of('b'))) as Reply.NoSuchUnit).why() == "no unit 'b'"
  }

  def 'a tree whose last unit the operator stopped or removed has not ended'() {
    given:
    t.play(root([process('a')]))
    when:
    t.ask(new Request.Stop(Selector.of('a')))
    then:
    t.outcome == null
    when:
    t.ask(new Request.Remove('a'))
    then:
    t.outcome == null
    t.ask(new Request.Declare('', process('a'))) instanceof Reply.Done
  }

  def 'live-declared units are gone when their supervisor restarts, and are named'() {
    given:
    t.play(root([group('g', [process('a')], intensity: within(0, 9)), process('k')]))
    t.ask(new Request.Declare('g', process('probe'))); t.drain()
    when:
    t.crash('g/a').pass(ofSeconds(1))
    then:
    t.drain() == ['stop g/probe', 'start g/a']
    t.warnings.any { it.contains('g/probe') }
  }

  def 'start NAME starts what it needs too'() {
    given:
    t.play(root([process('db', autostart: false), process('api', autostart: false, after: [db: STARTED]), process('x')])).drain()
    expect:
    t.status('api') == Status.PENDING
    when:
    t.ask(new Request.Start(Selector.of('api')))
    then:
    t.drain() == ['start db', 'start api']
  }

  def 'stop NAME stops only NAME and says who depends on it; restart brings it back with its policy'() {
    given:
    t.play(root([process('db'), process('api', after: [db: STARTED])])).drain()
    expect:
    (t.ask(new Request.Stop(Selector.of('db'))) as Reply.Done).text() == 'stopped db; it is needed by api'
    t.drain() == ['stop db']
    t.ask(new Request.Restart(Selector.of('db'))) instanceof Reply.Done
    t.drain() == ['start db']
    when:
    t.crash('db')
    then:
    t.drain() == ['start db']
  }

  def 'losing the keeper is one failed round of the root, however many processes it kept'() {
    given:
    t.play(root((1..50).collect { process("u$it") } + [function('f')], intensity: within(1, 60))).drain()
    when:
    t.tree.keeperLost()
    (1..50).each { t.actors["u$it" as String].end(new Exit.Unknown('keeper lost')) }
    t.settle()
    then:
    t.outcome == null
    t.drain().findAll { it.startsWith('start') }.size() == 51
    t.look().children().every { it.status() == Status.RUNNING }
  }
}
