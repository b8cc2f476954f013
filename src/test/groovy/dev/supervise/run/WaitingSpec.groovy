package dev.supervise.run

import static dev.supervise.run.Troupe.*

import dev.supervise.spec.*
import java.time.Duration
import spock.lang.Specification

/// Who waits for units: when the answer comes, and that nobody is left waiting for what cannot come.
class WaitingSpec extends Specification {
  def troupe = new Troupe()

  /// Asked and not answered yet, as a rule.
  def ask(Request request) {
    def reply = troupe.tree.ask(request)
    troupe.settle()
    reply
  }

  static await(Until until, String... names) { new Request.Await(Selector.of(names), until) }

  static ms(long n) { Duration.ofMillis(n) }

  // ---- up ----

  def 'a unit that says nothing of how it comes up counts as up after half a second of life (#until)'() {
    given:
    troupe.play(root([process('a')]))
    when:
    def reply = ask(await(until))
    troupe.pass(ms(499))
    then:
    !reply.done
    when:
    troupe.pass(ms(1))
    then:
    reply.getNow(null) == new Reply.Done("$text: a")
    where:
    until         | text
    Until.READY   | 'ready'
    Until.REACHED | 'goals reached'
  }

  def 'one that has lived for longer is up at once, and so is one that declares #what'() {
    given:
    troupe.play(root([process(with, 'a')]))
    troupe.pass(ms(passed))
    expect:
    ask(await(Until.READY, 'a')).getNow(null) == new Reply.Done('ready: a')
    where:
    what      | with           | passed
    'nothing' | [:]            | 500
    'ready'   | [ready: 5]     | 0
    'upFor'   | [upFor: ms(80)] | 80
  }

  def 'a process that ends at once is never up, however often it is started'() {
    given:
    troupe.play(root([process('a', pause: new Pause.Delay(ms(200)))]))
    when:
    def reply = ask(await(Until.READY))
    10.times { troupe.pass(ms(10)).crash('a').pass(ms(200)) }
    then:
    !reply.done
    when:
    troupe.pass(ms(500))
    then:
    reply.getNow(null) == new Reply.Done('ready: a')
  }

  def 'all are up at the same moment: one that failed meanwhile is waited for again'() {
    given:
    troupe.unready << 'slow'
    troupe.play(root([process('a', pause: new Pause.Delay(ms(200))), process('slow', ready: 60)]))
    when:
    def reply = ask(await(Until.REACHED))
    troupe.pass(ms(1000)).crash('a')
    troupe.actors['slow'].reports.ready(troupe.actors['slow'].launch.run())
    troupe.settle()
    then:
    !reply.done
    when:
    troupe.pass(ms(200)).pass(ms(499))
    then:
    !reply.done
    when:
    troupe.pass(ms(1))
    then:
    reply.getNow(null) == new Reply.Done('goals reached: a, slow')
  }

  def 'a oneShot has reached its goal when it has finished; one that runs is ready all the same'() {
    given:
    troupe.play(root([process('migrate', oneShot: true, restart: Restart.NEVER), process('keep')]))
    troupe.pass(ms(500))
    when:
    def reached = ask(await(Until.REACHED))
    then:
    ask(await(Until.READY)).getNow(null) == new Reply.Done('ready: migrate, keep')
    !reached.done
    when:
    troupe.finish('migrate')
    then:
    reached.getNow(null) == new Reply.Done('goals reached: migrate, keep')
  }

  def 'a goal that has become impossible is told at once, with whose failure it was'() {
    given:
    troupe.play(root([process('db', restart: Restart.NEVER), process('api', after: [db: Edge.Condition.DONE]), process('slow', ready: 60)]))
    when:
    def reply = ask(await(Until.REACHED))
    troupe.crash('db', 3)
    then:
    reply.getNow(null) == new Reply.Failed("'db' is failed: exit 3 after 0 ms", ['db'])
    ask(await(Until.READY, 'api')).getNow(null) ==
      new Reply.Failed('api waits for db, which has failed: exit 3 after 0 ms (see why db; supervise start api tries again)', ['db'])
  }

  def 'a unit that failed for good is still waited for while its supervisor is on its way to another start'() {
    given:
    troupe.deaf << 'g/b'
    troupe.play(root([group('g', [process('a'), process('b')],
        intensity: within(0, 10), restart: Restart.ALWAYS, pause: new Pause.Delay(ms(100))), process('c')]))
    troupe.pass(ms(500))
    when:
    def reply = ask(await(Until.READY, 'g/a', 'c'))
    def down = ask(await(Until.READY, 'g/a'))
    then:
    reply.done && down.done
    when: 'it fails, its supervisor goes down with it and comes back'
    troupe.crash('g/a')
    def again = ask(await(Until.READY, 'g/a'))
    then:
    troupe.status('g/a') == Status.FAILED
    !again.done
    when:
    troupe.deaf.clear()
    troupe.pass(Duration.ofSeconds(12))
    then:
    again.getNow(null) == new Reply.Done('ready: g/a')
  }

  // ---- down ----

  def 'who waits for down waits until a running unit stops'() {
    given:
    troupe.play(root([process('a'), process('keep')]))
    when:
    def reply = ask(await(Until.DOWN, 'a'))
    troupe.pass(Duration.ofMinutes(5))
    then:
    !reply.done
    when:
    ask(new Request.Stop(Selector.of('a')))
    then:
    reply.getNow(null) == new Reply.Done('down: a')
  }

  def 'a stop is answered although somebody has started the unit since'() {
    given:
    troupe.deaf << 'a'
    troupe.play(root([process('a'), process('keep')]))
    when:
    def stopped = ask(new Request.Stop(Selector.of('a')))
    def started = ask(new Request.Start(Selector.of('a')))
    troupe.actors['a'].end(new Exit.Signalled(15, false))
    troupe.settle()
    then:
    stopped.getNow(null) instanceof Reply.Done
    started.getNow(null) == new Reply.Done('started a')
  }

  // ---- what cannot come ----

  def 'a unit that waits for one that was stopped is not waited for, and what helps is said'() {
    given:
    troupe.play(root([process('db'), process('api', after: [db: Edge.Condition.STARTED]), process('keep')]))
    ask(new Request.Stop(Selector.of('api', 'db')))
    ask(new Request.Start(Selector.of('api')))
    when: 'the dependency goes away under it'
    ask(new Request.Stop(Selector.of('db')))
    troupe.crash('api')
    then:
    troupe.status('api') == Status.WAITING
    ask(await(Until.READY, 'api')).getNow(null).why() == 'api waits for db, which is stopped (start db first, or: supervise start api)'
    ask(await(Until.READY, 'db')).getNow(null).why() == 'db is stopped (supervise start db)'
    ask(await(Until.DONE, 'api')).getNow(null).why().startsWith('api waits for db')
    when:
    ask(new Request.Start(Selector.of('api')))
    troupe.pass(ms(500))
    then:
    ask(await(Until.READY, 'api')).getNow(null) == new Reply.Done('ready: api')
  }

  def 'who waits is told when somebody stops what is waited for'() {
    given:
    troupe.slowStart << 'db'
    troupe.play(root([process('db'), process('mid', after: [db: Edge.Condition.STARTED]), process('api', after: [mid: Edge.Condition.STARTED])]))
    def reply = ask(await(Until.READY, 'api'))
    when:
    ask(new Request.Stop(Selector.of('db')))
    then:
    reply.getNow(null).why() == 'api waits for mid, which waits for db, which is being stopped (start db first, or: supervise start api)'
  }

  def 'who waits for the start of a unit is told when somebody stops it before it has begun'() {
    given:
    troupe.slowStart << 'db'
    troupe.play(root([process('db'), process('api', after: [db: Edge.Condition.READY])]))
    def reply = ask(new Request.Start(Selector.of('api')))
    when:
    ask(new Request.Stop(Selector.of('api')))
    then:
    reply.getNow(null).why() == 'api is stopped (supervise start api)'
  }

  def 'what is not started by itself, or is part of what is not, is named too'() {
    given:
    troupe.play(root([process('lazy', autostart: false), process('api', after: [lazy: Edge.Condition.STARTED]),
        group('g', [process('inner')]), process('keep')]))
    ask(new Request.Stop(Selector.of('g')))
    expect:
    ask(await(Until.READY, 'lazy')).getNow(null).why() == 'lazy is not started: it says autostart false (supervise start lazy)'
    ask(await(Until.READY, 'api')).getNow(null).why() ==
      'api waits for lazy, which is not started: it says autostart false (start lazy first, or: supervise start api)'
    ask(await(Until.READY, 'g/inner')).getNow(null).why() ==
      'g/inner is part of g, which is stopped (start g first, or: supervise start g/inner)'
  }

  def 'a long way to what was stopped is told by its ends'() {
    given:
    def chain = (1..50).collect { process(it == 1 ? [:] : [after: [("u${it - 1}".toString()): Edge.Condition.STARTED]], "u$it".toString()) }
    troupe.slowStart << 'u1'
    troupe.play(root(chain))
    ask(new Request.Stop(Selector.of('u1')))
    expect:
    ask(await(Until.READY, 'u50')).getNow(null).why() ==
      'u50 waits for u49, which waits in the end for u1, which is stopped (start u1 first, or: supervise start u50)'
  }

  def 'restart is refused before a healthy unit is ended that could not come back'() {
    given:
    troupe.play(root([process('db'), process('api', after: [db: Edge.Condition.STARTED], instances: 2), process('keep')]))
    ask(new Request.Stop(Selector.of('db')))
    troupe.drain()
    when:
    def reply = ask(new Request.Restart(Selector.of('api-2')))
    then:
    reply.getNow(null) ==
      new Reply.Refused('api-2 would wait for db, which is stopped (start db first, or: supervise start api-2); nothing was restarted')
    troupe.drain() == []
    when: 'both together can'
    reply = ask(new Request.Restart(Selector.of('db', 'api-2')))
    then:
    reply.getNow(null) == new Reply.Done('restarted db, api-2')
  }

  def 'more instances of what could not be started are refused; fewer are not'() {
    given:
    troupe.play(root([process('db'), process('api', after: [db: Edge.Condition.STARTED], instances: 2), process('keep')]))
    ask(new Request.Stop(Selector.of('db')))
    troupe.drain()
    expect:
    ask(new Request.Scale('api', 4)).getNow(null) ==
      new Reply.Refused('api-3 would wait for db, which is stopped (supervise start db first); nothing was scaled')
    ask(new Request.Add('api', 1)).getNow(null) ==
      new Reply.Refused('api-3 would wait for db, which is stopped (supervise start db first); nothing was scaled')
    troupe.drain() == []
    ask(new Request.Scale('api', 1)).getNow(null) == new Reply.Done("'api' has 1")
  }

  def 'a pool that was stopped is given another size for its next start, and nobody waits'() {
    given:
    troupe.play(root([pool('w', process('one'), 1), process('keep')]))
    ask(new Request.Stop(Selector.of('w')))
    expect:
    ask(new Request.Scale('w', 3)).getNow(null) == new Reply.Done("'w' has 3")
    ask(new Request.Start(Selector.of('w'))).getNow(null) == new Reply.Done('started w')
    troupe.status('w/3') == Status.RUNNING
  }

  // ---- start ----

  def 'a start of what runs says so; what it needs is started all the same'() {
    given:
    troupe.play(root([process('db'), process('api', after: [db: Edge.Condition.STARTED]), process('web')]))
    expect:
    ask(new Request.Start(Selector.of('api'))).getNow(null) == new Reply.Done('api is running already')
    ask(new Request.Start(Selector.of('api', 'web'))).getNow(null) == new Reply.Done('api, web are running already')
    when:
    ask(new Request.Stop(Selector.of('db', 'web')))
    then:
    ask(new Request.Start(Selector.of('api'))).getNow(null) == new Reply.Done('started db; api is running already')
    ask(new Request.Start(Selector.of('api', 'web'))).getNow(null) == new Reply.Done('started web; api is running already')
  }

  // ---- the end ----

  def 'nothing is started while everything is being stopped, and nobody waits for it'() {
    given:
    troupe.deaf << 'a'
    troupe.play(root([process('a'), process('b')]))
    when:
    ask(new Request.Down(false))
    then:
    [new Request.Start(Selector.of('b')), new Request.Restart(Selector.of('a')), new Request.Scale('a', 2), await(Until.READY)].every {
      ask(it).getNow(null) == new Reply.Refused('everything is being stopped: nothing is started any more')
    }
    when:
    def down = ask(await(Until.DOWN, 'a', 'b'))
    then:
    !down.done
    when:
    troupe.pass(Duration.ofSeconds(30))
    then:
    down.getNow(null) == new Reply.Done('down: a, b')
  }

  // ---- a start that takes its time ----

  def 'a unit that is not ready after five seconds is told once, with what it waits for and until when'() {
    given:
    troupe.unready << 'db'
    troupe.play(root([process('db', ready: 60), process('quick', ready: 60)]))
    def db = troupe.actors['db']
    when:
    troupe.pass(ms(3000))
    db.reports.notReady(db.launch.run(), 'connection refused')
    troupe.pass(ms(1999))
    then:
    troupe.warnings == []
    when:
    troupe.pass(Duration.ofSeconds(30))
    then:
    troupe.warnings == ['db: after 5 s not ready yet: connection refused; the start fails after 1 m']
  }

  def 'so is a hook that holds a start up; a start that is over is not'() {
    given:
    troupe.longHooks.addAll(['a migrate', 'b migrate'])
    troupe.play(root(['a', 'b'].collect { process(it, hooks: [hook('migrate', HookPhase.PRE_START)]) }))
    when:
    troupe.pass(ms(4000))
    troupe.hooks['b migrate'].end()
    troupe.pass(ms(20_000))
    then:
    troupe.warnings == ["a: after 5 s still in preStart 'migrate'"]
  }
}
