package dev.supervise.run

import static dev.supervise.run.ReloadSpec.run
import static dev.supervise.run.Troupe.*
import static dev.supervise.spec.Edge.Condition.*

import dev.supervise.spec.*
import java.time.Duration
import spock.lang.Specification

/// A unit is told to end only when everything that depends on it, through any chain of units whatever has become of
/// them, is down; nobody waits for what is unrelated.
class StopOrderSpec extends Specification {
  def t = new Troupe()

  static UnitSpec job(Map m = [:], String name) { process([oneShot: true, restart: Restart.NEVER] + m, name) }

  /// The units told to end, in order; the hooks and probes aside.
  List<String> told() { t.drain().findAll { it.startsWith('stop ') }*.substring(5) }

  /// `api` takes its time: what is told before it has ended, and what when it has.
  void takesItsTime(Request request, String api = 'api') {
    t.deaf << api
    t.ask(request)
    first = told()
    t.actors[api].end(new Exit.Code(0))
    t.settle()
    then = told()
  }

  List<String> first, then

  def 'a chain goes through #what'() {
    given:
    t.play(root(units))
    ends.each { t.finish(it) }
    breaks.each { t.crash(it) }
    if (stops) t.ask(new Request.Stop(Selector.of(*stops)))
    t.settle().drain()
    when:
    takesItsTime(new Request.Down(false))
    then:
    first == ['api']
    then == ['db']
    where:
    what                            | ends         | breaks | stops | units
    'a job that is done'            | ['job']      | []     | []    | [process('db'), job('job', after: [db: READY]), process('api', after: [job: DONE])]
    'two jobs in a row'             | ['j1', 'j2'] | []     | []    | [process('db'), job('j1', after: [db: READY]), job('j2', after: [j1: DONE]), process('api', after: [j2: DONE])]
    'a function that has ended'     | ['f']        | []     | []    | [process('db'), function('f', after: [db: READY]), process('api', after: [f: DONE])]
    'a unit the operator stopped'   | []           | []     | ['m'] | [process('db'), process('m', after: [db: READY]), process('api', after: [m: READY])]
    'a unit that gave up'           | []           | ['m']  | []    | [process('db'), process('m', after: [db: READY], maxRestarts: 0), process('api', after: [m: READY])]
    'a failure that is left alone'  | []           | ['m']  | []    | [process('db'), process('m', after: [db: READY], restart: Restart.NEVER), process('api', after: [m: ENDED])]
  }

  def 'a chain goes through a unit that was never started'() {
    given: 'api was started while m ran, and m is back from its first run'
    t.play(root([process('db'), process('m', after: [db: READY], autostart: false), process('api', after: [m: STARTED], autostart: false)]))
    t.ask(new Request.Start(Selector.of('api')))
    t.ask(new Request.Stop(Selector.of('m')))
    t.drain()
    when:
    takesItsTime(new Request.Stop(Selector.of('db', 'api')))
    then:
    first == ['api']
    then == ['db']
  }

  def 'a chain goes into a supervisor, through it and out of it'() {
    given:
    t.play(root(units))
    jobs.each { t.finish(it) }
    t.drain()
    when:
    takesItsTime(new Request.Down(false), api)
    then:
    first == [api]
    then == ['db']
    where:
    api   | jobs    | units
    'api' | ['s/j'] | [process('db'), group('s', [job('j', after: [db: READY])]), process('api', after: [s: READY])]
    's/a' | ['j']   | [process('db'), job('j', after: [db: READY]), group('s', [process('a')], after: [j: DONE])]
    's/a' | ['j']   | [process('db'), job('j', after: [db: READY]), group('s', [process('a', after: [j: DONE])])]
    's/a' | ['r/j'] | [process('db'), group('r', [job('j', after: [db: READY])]), group('s', [process('a', after: ['r/j': DONE])])]
  }

  def 'what waits for a supervisor is down before any of its children is told'() {
    given:
    t.play(root([group('s', [process('x'), group('u', [process('y')])]), pool('p', process('w'), 2), process('api', after: [s: READY, p: READY])])).drain()
    when:
    takesItsTime(new Request.Down(false))
    then:
    first == ['api']
    then as Set == ['s/x', 's/u/y', 'p/1', 'p/2'] as Set
  }

  def 'the same holds when #names are stopped, and what they depend on is left alone'() {
    given:
    t.play(root([process('net'), group('s', [process('db', after: [net: READY])]), pool('p', process('w'), 2, after: [s: READY]), process('api', after: [p: READY])])).drain()
    when:
    takesItsTime(new Request.Stop(Selector.of(*names)))
    then:
    first == ['api']
    then == last
    t.status('net') == Status.RUNNING
    where:
    names            || last
    ['s/db', 'api']  || ['s/db']
    ['p/1', 'api']   || ['p/1']
    ['api', 's']     || ['s/db']
  }

  def 'a child of a pool that is on its way down holds back what the pool depends on'() {
    given:
    t.play(root([process('db'), pool('p', process('w'), 2, after: [db: READY])])).drain()
    when:
    takesItsTime(new Request.Stop(Selector.of('db', 'p/1')), 'p/1')
    then:
    first == ['p/1']
    then == ['db']
    t.status('p/2') == Status.RUNNING
  }

  def 'a stop that comes while another is under way waits for that one'() {
    given:
    t.play(root([process('db'), job('job', after: [db: READY]), process('api', after: [job: DONE])]))
    t.finish('job')
    t.deaf << 'api'
    t.ask(new Request.Stop(Selector.of('api')))
    t.drain()
    when:
    t.ask(new Request.Stop(Selector.of('db')))
    then:
    told() == []
    when:
    t.actors.api.end(new Exit.Code(0))
    t.settle()
    then:
    told() == ['db']
  }

  def 'several are restarted in order: all of them down before the first is up again'() {
    given:
    t.play(root([process('db'), job('job', after: [db: READY]), process('api', after: [job: DONE])]))
    t.finish('job')
    t.deaf << 'api'
    t.drain()
    when:
    t.ask(new Request.Restart(Selector.of('db', 'api')))
    then:
    t.drain() == ['stop api']
    when:
    t.actors.api.end(new Exit.Code(0))
    t.settle()
    then: 'the job is done already, so api need not wait for the database'
    t.drain() == ['start api', 'stop db', 'start db']
  }

  def 'a round of #strategy keeps the order through a job that is done'() {
    given:
    t.play(root([group('s', [process('first'), process('db', after: [first: READY]), job('job', after: [db: READY]), process('api', after: [job: DONE])], strategy: strategy)]))
    t.finish('s/job')
    t.deaf << 's/api'
    t.drain()
    when:
    t.crash('s/first')
    then:
    told() == ['s/api']
    when:
    t.actors['s/api'].end(new Exit.Code(0))
    t.settle()
    then:
    told() == ['s/db']
    where:
    strategy << [Strategy.ONE_FOR_ALL, Strategy.REST_FOR_ONE]
  }

  def 'restForOne: the row is stopped from its end, through what has ended in it'() {
    given:
    t.play(root([group('s', [process('a'), job('b'), process('c'), process('d')], strategy: Strategy.REST_FOR_ONE)]))
    t.finish('s/b')
    t.deaf << 's/d'
    t.ask(new Request.Stop(Selector.of('s/c')))
    t.drain()
    when:
    takesItsTime(new Request.Down(false), 's/d')
    then:
    first == ['s/d']
    then == ['s/a']
  }

  def 'an escalation stops in order, too'() {
    given:
    t.play(root([group('s', [process('db'), job('job', after: [db: READY]), process('api', after: [job: DONE]), process('bad')], intensity: within(0, 5))]))
    t.finish('s/job')
    t.deaf << 's/api'
    t.drain()
    when:
    t.crash('s/bad')
    then:
    told() == ['s/api']
    when:
    t.actors['s/api'].end(new Exit.Code(0))
    t.settle()
    then:
    told() == ['s/db']
  }

  def 'the loss of the keeper stops what still runs in order'() {
    given:
    t.play(root([function('db'), job('job', after: [db: READY]), function('api', after: [job: DONE])]))
    t.finish('job')
    t.deaf << 'api'
    t.drain()
    when:
    t.tree.keeperLost()
    t.settle()
    then:
    told() == ['api']
    when:
    t.actors.api.end(new Exit.Returned())
    t.settle()
    then:
    told() == ['db']
  }

  def 'a reload that #what keeps the order'() {
    given:
    t.play(root([run('db'), job('job', after: [db: READY]), run('api', after: [job: DONE]), run('keep')]))
    t.finish('job')
    t.drain()
    when:
    takesItsTime(t.becomes(root(units)))
    then:
    first == ['api']
    then == ['db']
    where:
    what                                       | units
    'removes all of them'                      | [run('keep')]
    'removes both ends'                        | [job('job'), run('keep')]
    'replaces both ends and removes the middle'| [run('db', 'y'), run('api', 'y'), run('keep')]
    'replaces both ends'                       | [run('db', 'y'), job('job', after: [db: READY]), run('api', 'y', after: [job: DONE]), run('keep')]
    'replaces both ends and cuts the chain'    | [run('db', 'y'), job('job'), run('api', 'y', after: [job: DONE]), run('keep')]
    'removes one end and replaces the other'   | [run('db', 'y'), job('job', after: [db: READY]), run('keep')]
    'turns the chain round'                    | [run('api', 'y'), job('job', after: [api: READY]), run('db', 'y', after: [job: DONE]), run('keep')]
    'puts them elsewhere'                      | [group('s', [run('db'), job('job', after: [db: READY]), run('api', after: [job: DONE])]), run('keep')]
  }

  def 'what was removed holds back what it ran against, in a stop that comes meanwhile'() {
    given:
    t.play(root([run('db'), job('job', after: [db: READY]), run('api', after: [job: DONE])]))
    t.finish('job')
    t.deaf << 'api'
    t.ask(t.becomes(root([run('db'), run('new')])))
    t.drain()
    when:
    t.ask(new Request.Down(false))
    then:
    told() == []
    when:
    t.actors.api.end(new Exit.Code(0))
    t.settle()
    then:
    told() == ['db']
  }

  def 'what was removed is forgotten as soon as it holds back nobody: nothing of it stays'() {
    given:
    t.play(root([run('db'), job('job', after: [db: READY]), run('api', after: [job: DONE])]))
    t.finish('job')
    t.deaf << 'api'
    when: 'it is out of the tree, and what waited for it is not down'
    t.ask(t.becomes(root([run('db'), run('new')])))
    t.drain()
    then:
    t.tree.@running.stopOrder.@ghosts.size() == 1
    when:
    t.actors.api.end(new Exit.Code(0))
    t.settle()
    then:
    t.tree.@running.stopOrder.@ghosts.empty
    t.tree.@running.stopOrder.@going.empty
  }

  def 'a reload that moves nobody leaves a stop that is under way in its order'() {
    given:
    t.play(root([run('db'), job('job', after: [db: READY]), run('api', after: [job: DONE]), run('web', instances: 1)]))
    t.finish('job')
    t.deaf << 'api'
    t.ask(new Request.Stop(Selector.of('api', 'db')))
    t.drain()
    when:
    t.ask(change(t))
    then:
    told() == []
    when:
    t.actors.api.end(new Exit.Code(0))
    t.settle()
    then:
    told() == ['db']
    where:
    change << [
      { it.becomes(root([run('db'), run('api'), run('web', instances: 1), run('new')])) },
      { new Request.Scale('web', 3) }]
  }

  def 'how the tree was wired before counts until all that went by it are down, and no longer'() {
    given:
    t.play(root([run('a'), run('b', after: [a: READY]), run('slow', after: [b: READY])]))
    t.deaf << 'slow'
    t.ask(t.becomes(root([run('a', after: [b: READY]), run('b')])))
    t.actors.slow.end(new Exit.Code(0))
    t.settle().drain()
    when:
    takesItsTime(new Request.Down(false), 'a')
    then:
    first == ['a']
    then == ['b']
  }

  def 'a unit that is started by hand, and waits for what waits for its supervisor, goes first'() {
    given:
    t.play(root([group('s', [process('a'), process('x', autostart: false, after: [y: READY])], strategy: strategy), process('y', after: [s: READY])]))
    t.ask(new Request.Start(Selector.of('s/x')))
    t.drain()
    when:
    t.ask(new Request.Down(false))
    then:
    told() == ['s/x', 'y', 's/a']
    t.outcome.exitCode() == 0
    where:
    strategy << Strategy.values()
  }

  def 'a unit that is started by hand stays up as long as what waits for its supervisor'() {
    given:
    t.play(root([group('s', [process('a'), process('x', autostart: false)]), process('api', after: [s: READY])]))
    t.ask(new Request.Start(Selector.of('s/x')))
    t.drain()
    when:
    takesItsTime(new Request.Down(false))
    then:
    first == ['api']
    then == ['s/x', 's/a']
  }

  def 'what is unrelated waits for nobody, and goes in reverse start order'() {
    given:
    t.play(root([process('a'), process('b', priority: -1), process('c'), process('d', after: [a: READY])])).drain()
    t.deaf << 'd'
    when:
    t.ask(new Request.Down(false))
    then:
    told() == ['d', 'c', 'b']
  }

  def 'what KILL does not end holds back nobody'() {
    given:
    t.play(root([process('db'), function('api', after: [db: READY])])).drain()
    t.deaf << 'api'
    t.ask(new Request.Stop(Selector.of('api', 'db')))
    when:
    t.pass(Duration.ofSeconds(30))
    then:
    t.status('api') == Status.STUCK
    told() == ['api', 'db']
  }

  def 'the order of #n units #how is found in a moment'() {
    given:
    def units = { int count -> (0..<count).collect { i -> declared(i, count) } }
    new Troupe().play(root(units(100)))
    def troupe = new Troupe()
    troupe.play(root(units(n)))
    when: 'it is made anew, as a reload does it'
    def best = (1..3).collect {
      long began = System.nanoTime()
      troupe.tree.@running.stopOrder.rewire([])
      System.nanoTime() - began
    }.min()
    println "order of $n units $how: ${best.intdiv(1_000_000)} ms"
    then:
    best < 200_000_000
    where:
    n      | how                                              | declared
    10_000 | 'in a chain'                                     | { int i, int all -> job("u$i", after: i == 0 ? [:] : [("u${i - 1}".toString()): STARTED]) }
    10_000 | 'in a chain, none of which starts by itself'     | { int i, int all -> job("u$i", autostart: false, after: i == 0 ? [:] : [("u${i - 1}".toString()): STARTED]) }
    10_000 | 'of which a few wait'                            | { int i, int all -> job("u$i", autostart: i % 2 == 0, after: i % 1000 == 7 ? [u0: STARTED] : [:]) }
  }

  def 'the order of a supervisor of #n children that others wait for is found in a moment'() {
    given:
    def troupe = new Troupe()
    troupe.play(root([group([:], 's', (0..<n).collect { job("c$it", autostart: false) })] +
        (0..<n).collect { i -> job("u$i", after: [(i == 0 ? 's' : "u${i - 1}".toString()): STARTED]) }))
    when:
    def best = (1..3).collect {
      long began = System.nanoTime()
      troupe.tree.@running.stopOrder.rewire([])
      System.nanoTime() - began
    }.min()
    println "order of $n children and as many that wait: ${best.intdiv(1_000_000)} ms"
    then:
    best < 200_000_000
    where:
    n << [2000, 5000]
  }

  def 'the stop of #n units #how costs no more than units and edges'() {
    given:
    def stop = { int units ->
      def troupe = new Troupe()
      troupe.play(root((0..<units).collect { i ->
        job("u$i", after: edges(i, units - 1).collectEntries { ["u$it".toString(), STARTED] })
      }))
      (0..<units).each { i -> if (i % 3 == 1) troupe.finish("u$i") }
      troupe.drain()
      long began = System.nanoTime()
      troupe.ask(new Request.Down(false))
      assert troupe.outcome != null
      System.nanoTime() - began
    }
    2.times { stop(n.intdiv(10)) }
    when:
    def few = (1..5).collect { stop(n.intdiv(10)) }.min()
    def many = (1..3).collect { stop(n) }.min()
    println "stop of $n units $how: ${many.intdiv(1_000_000)} ms; of a tenth: ${few.intdiv(1_000_000)} ms"
    then:
    many < 40 * few
    where:
    n      | how                  | edges
    10_000 | 'in a chain'         | { int i, int last -> i == 0 ? [] : [i - 1] }
    10_000 | 'that wait for one'  | { int i, int last -> i == 0 ? [] : [0] }
    10_000 | 'that one waits for' | { int i, int last -> i < last ? [] : (0..<last) }
  }
}
