package dev.supervise.run

import static dev.supervise.run.Troupe.*
import static dev.supervise.spec.Edge.Condition.*

import dev.supervise.plan.Change
import dev.supervise.plan.ReloadPlan
import dev.supervise.spec.*
import java.time.Duration
import spock.lang.Specification

/// A tree that becomes another one while it runs: laws 6, 10, 16 and 37.
class ReloadSpec extends Specification {
  def t = new Troupe()
  SupervisorSpec now

  /// A process whose command is `program`.
  static ProcessSpec run(String name, String program = 'x') { run([:], name, program) }

  static ProcessSpec run(Map m, String name, String program = 'x') {
    def p = process(m, name)
    new ProcessSpec(p.name(), p.origin(), p.policy(), new Command.Argv([Value.of(program)]), p.dir(), p.base(), p.env(),
        p.cleanEnv(), p.identity(), p.limits(), p.logs(), p.instances(), p.presence())
  }

  Troupe play(SupervisorSpec spec) {
    now = spec
    t.play(spec)
  }

  Reply reload(SupervisorSpec spec) {
    def request = Request.Reload.of(t.tree.declaration(), App.of(spec))
    now = spec
    t.ask(request)
  }

  List<String> children(String path = '') { t.look(path).children()*.path() }
  List<String> ids(String path) { t.launches[path]*.resumeId().unique(false) }

  def 'an unchanged tree is left as it is'() {
    given:
    def tree = { root([run('a'), group('g', [run('b', instances: 2)]), pool('p', run('w'), 2)]) }
    play(tree()).drain()
    expect:
    reload(tree()) == new Reply.Done('nothing changed')
    t.drain() == []
  }

  def 'only what changed is started anew; it keeps its id, and starts with fresh counters'() {
    given:
    play(root([run('a'), run('b'), run('c', after: [b: READY])])).drain()
    t.crash('b')
    t.drain()
    expect:
    reload(root([run('a'), run('b', 'y'), run('c', after: [b: READY])])) == new Reply.Done('1 replaced, 2 kept')
    t.drain() == ['stop b', 'start b']
    t.actors.b.spec.command().shown() == 'y'
    ids('b').size() == 1
    t.look('b').restarts() == 0
  }

  def 'a rule is changed without a new run: #rule'() {
    given:
    play(root([run('a'), run('b')])).drain()
    expect:
    reload(root([run(after, 'a'), run('b')])) == new Reply.Done('1 adjusted, 1 kept')
    t.drain() == []
    where:
    rule       | after
    'restart'  | [restart: Restart.NEVER]
    'after'    | [after: [b: STARTED]]
    'priority' | [priority: 3]
    'hooks'    | [hooks: [hook('x', HookPhase.PRE_START)]]
    'ready'    | [ready: 5]
    'upFor'    | [upFor: Duration.ofSeconds(3)]
  }

  def 'a rule that was changed is obeyed from then on'() {
    given:
    play(root([run('a'), run('b')])).drain()
    reload(root([run('a', restart: Restart.NEVER), run('b')]))
    when:
    t.crash('a')
    then:
    t.drain() == []
    t.status('a') == Status.FAILED
  }

  def 'a run is ended by the hooks it was started with, and the next one has the new ones'() {
    given:
    play(root([run('a', hooks: [hook('old', HookPhase.POST_STOP)]), run('b')])).drain()
    expect:
    reload(root([run('a', 'y', hooks: [hook('new', HookPhase.PRE_START)]), run('b')])) instanceof Reply.Done
    t.drain() == ['stop a', 'hook a old', 'hook a new', 'start a']
  }

  def 'the probe that watches a run is changed while it runs'() {
    given:
    play(root([run('a'), run('b', alive: true)])).drain()
    when:
    reload(root([run('a', alive: true), run('b')]))
    then:
    t.drain() == ['watch a', 'endprobes b']
  }

  def 'the probe that watches a pool\'s children is changed while they run'() {
    given:
    play(root([pool('p', run('w'), 2), run('z')])).drain()
    when:
    reload(root([pool('p', run('w', alive: true), 2), run('z')]))
    then:
    t.drain() == ['watch p/1', 'watch p/2']
    when:
    reload(root([pool('p', run('w'), 2), run('z')]))
    then:
    t.drain() == ['endprobes p/1', 'endprobes p/2']
  }

  def 'a unit declared live that the script declares now is watched by its probe'() {
    given:
    play(root([run('a')]))
    t.ask(new Request.Declare('', run('b')))
    t.drain()
    when:
    reload(root([run('a'), run('b', alive: true)]))
    then:
    t.drain() == ['watch b']
  }

  def 'one that is coming up by a wrong probe starts anew with the right one'() {
    given:
    play(root([run('a')]))
    t.unready << 'b'
    t.ask(new Request.Declare('', run('b', ready: 60)))
    t.drain()
    t.unready.clear()
    when:
    reload(root([run('a'), run('b', ready: 30)]))
    then:
    t.drain() == ['endprobes b', 'stop b', 'start b', 'probe b']
  }

  def 'a unit that does not become ready by a wrong probe starts anew with the right one'() {
    given:
    t.unready << 'a'
    play(root([run('a', ready: 60), run('b')])).drain()
    t.unready.clear()
    when:
    def reply = reload(root([run('a', ready: 30), run('b')]))
    then:
    t.drain() == ['endprobes a', 'stop a', 'start a', 'probe a']
    reply == new Reply.Done('1 adjusted, 1 kept')
  }

  def 'new units start in their place in start order; what is gone is stopped, dependents first'() {
    given:
    play(root([run('db'), run('cache'), run('api', after: [db: READY, cache: READY])])).drain()
    expect:
    reload(root([run('db'), run('queue', after: [db: READY]), run('worker', after: [queue: READY])])) ==
        new Reply.Done('2 added, 2 removed, 1 kept')
    t.drain() == ['stop api', 'stop cache', 'start queue', 'start worker']
    children() == ['db', 'queue', 'worker']
  }

  def 'what is new starts when all that was removed is down: it may want the same port'() {
    given:
    t.deaf << 'old'
    play(root([run('old'), run('b')])).drain()
    when:
    reload(root([run('new'), run('b')]))
    then:
    t.drain() == ['stop old']
    when:
    t.pass(Duration.ofSeconds(10))
    then:
    t.drain() == ['kill old', 'start new']
  }

  def 'what is replaced ends in order, and starts again in order'() {
    given:
    play(root([run('db'), run('api', after: [db: READY]), run('log')])).drain()
    when:
    reload(root([run('db', 'y'), run('api', 'y', after: [db: READY]), run('log')]))
    then:
    t.drain() == ['stop api', 'stop db', 'start db', 'start api']
  }

  def 'a dependent that did not change is not restarted with what it needs'() {
    given:
    play(root([run('db'), run('api', after: [db: READY])])).drain()
    when:
    reload(root([run('db', 'y'), run('api', after: [db: READY])]))
    then:
    t.drain() == ['stop db', 'start db']
  }

  def 'what the operator stopped stays down, changed or not'() {
    given:
    play(root([run('a'), run('b'), run('c')]))
    t.ask(new Request.Stop(Selector.of('a', 'b')))
    t.drain()
    when:
    reload(root([run('a', 'y'), run('b'), run('c')]))
    then:
    t.drain() == []
    [t.status('a'), t.status('b')] == [Status.STOPPED] * 2
    when:
    t.ask(new Request.Start(Selector.of('a')))
    then:
    t.actors.a.spec.command().shown() == 'y'
  }

  def 'what the operator removed stays away while it is unchanged, and comes back changed'() {
    given:
    play(root([run('a'), run('b')]))
    t.ask(new Request.Remove('a'))
    t.drain()
    when:
    reload(root([run('a'), run('b')]))
    then:
    t.drain() == []
    children() == ['b']
    when:
    reload(root([run('a', 'y'), run('b')]))
    then:
    t.drain() == ['start a']
  }

  def 'a number the operator gave to instances and pools stays, unless it is what changed'() {
    given:
    play(root([run('web', instances: 2), pool('w', run('x'), 1), run('z')]))
    t.ask(new Request.Scale('web', 3))
    t.ask(new Request.Scale('w', 2))
    t.drain()
    when:
    reload(root([run('web', instances: 2), pool('w', run('x'), 1), run('z', 'y')]))
    then:
    t.drain() == ['stop z', 'start z']
    children() == ['web-1', 'web-2', 'web-3', 'w', 'z']
    children('w') == ['w/1', 'w/2']
    when:
    reload(root([run('web', instances: 1), pool('w', run('x'), 4), run('z', 'y')]))
    then:
    t.drain() == ['stop web-3', 'stop web-2', 'start w/3', 'start w/4']
    children() == ['web-1', 'w', 'z']
  }

  def 'units declared live stay; one that the script declares now is its own'() {
    given:
    play(root([run('a')]))
    t.ask(new Request.Declare('', run('b')))
    t.ask(new Request.Declare('', run('c')))
    t.drain()
    expect:
    reload(root([run('a'), run('b')])) == new Reply.Done('1 added, 1 kept')
    t.drain() == []
    children() == ['a', 'b', 'c']
    when:
    reload(root([run('a')]))
    then:
    t.drain() == ['stop b']
    children() == ['a', 'c']
  }

  def 'a script that makes no sound tree with what was declared live is refused, and nothing changes'() {
    given:
    play(root([run('a'), run('b')]))
    t.ask(new Request.Declare('', run('c', after: [b: STARTED])))
    t.drain()
    expect:
    (reload(root([run('a', 'y')])) as Reply.Refused).why().contains("after 'b': there is no unit of that name")
    t.drain() == []
    children() == ['a', 'b', 'c']
  }

  def 'a nested supervisor: its rules change in place, its units one by one, itself as a whole'() {
    given:
    play(root([group('g', [run('a'), run('b')]), run('z')])).drain()
    when:
    reload(root([group('g', [run('a'), run('b', 'y'), run('c')], strategy: Strategy.REST_FOR_ONE), run('z')]))
    then:
    t.drain() == ['stop g/b', 'start g/c', 'start g/b']
    when: 'the new rule holds'
    t.crash('g/a')
    then:
    t.drain() == ['stop g/c', 'stop g/b', 'start g/a', 'start g/b', 'start g/c']
    when:
    reload(root([run('z')]))
    then:
    t.drain() == ['stop g/c', 'stop g/b', 'stop g/a']
    children() == ['z']
  }

  def 'a unit that becomes something else ends before the other begins: #from to #to'() {
    given:
    play(root([before, run('z')])).drain()
    when:
    reload(root([after, run('z')]))
    then:
    t.drain() == history
    where:
    before                       | after                        || history
    run('u')                     | function('u')                || ['stop u', 'start u']
    run('u')                     | group('u', [run('a')])       || ['stop u', 'start u/a']
    group('u', [run('a')])       | run('u')                     || ['stop u/a', 'start u']
    run('u')                     | run('u', instances: 2)       || ['stop u', 'start u-1', 'start u-2']
    pool('u', run('w'), 1)       | group('u', [run('a')])       || ['stop u/1', 'start u/a']
    from = before.kind()
    to = after.kind()
  }

  def 'the template of a pool: its children are replaced, or go on by the new rules'() {
    given:
    play(root([pool('p', run('w'), 2), run('z')])).drain()
    when:
    reload(root([pool('p', run('w', restart: Restart.NEVER), 2), run('z')]))
    then:
    t.drain() == []
    when:
    reload(root([pool('p', run('w', 'y', restart: Restart.NEVER), 2), run('z')]))
    then:
    t.drain() == ['stop p/2', 'stop p/1', 'start p/2', 'start p/1']
    t.launches['p/1'].size() == 2
  }

  def 'a second reload may come while the first is under way'() {
    given:
    t.deaf << 'a' << 'old'
    play(root([run('a'), run('old'), run('z')])).drain()
    reload(root([run('a', 'y'), run('new'), run('z')]))
    when:
    reload(root([run('a', 'w'), run('new', 'other'), run('z')]))
    t.pass(Duration.ofSeconds(10))
    then:
    t.drain() == ['stop old', 'stop a', 'kill old', 'kill a', 'start new', 'start a']
    t.actors.a.spec.command().shown() == 'w'
    t.actors.new.spec.command().shown() == 'other'
  }

  def 'a oneShot that changed runs again; one that did not is done'() {
    given:
    play(root([run('a', oneShot: true), run('b', oneShot: true), run('z')]))
    t.finish('a'); t.finish('b'); t.drain()
    when:
    reload(root([run('a', 'y', oneShot: true), run('b', oneShot: true), run('z')]))
    then:
    t.drain() == ['start a']
  }

  def 'autostart: what was only declared starts when it may; what runs goes on when it may not'() {
    given:
    play(root([run('a', autostart: false), run('b')])).drain()
    when:
    reload(root([run('a'), run('b', autostart: false)]))
    then:
    t.drain() == ['start a']
  }

  def 'who waits is asked again: a start condition that is gone, or new'() {
    given:
    play(root([run('a', autostart: false), run('b', after: [a: READY]), run('z')])).drain()
    when:
    reload(root([run('a', autostart: false), run('b'), run('z')]))
    then:
    t.drain() == ['start b']
  }

  def 'a reload in the middle of a round: what is removed does not hold it up'() {
    given:
    t.deaf << 'g/b'
    play(root([group('g', [run('a'), run('b'), run('c')], strategy: Strategy.ONE_FOR_ALL), run('z')])).drain()
    t.crash('g/a')
    when:
    reload(root([group('g', [run('a'), run('c')], strategy: Strategy.ONE_FOR_ALL), run('z')]))
    t.pass(Duration.ofSeconds(10))
    then:
    t.drain() == ['stop g/c', 'stop g/b', 'kill g/b', 'start g/a', 'start g/c']
    t.status('g') == Status.RUNNING
  }

  def 'the plan says what and why, per unit: #kind'() {
    expect:
    def change = ReloadPlan.between(App.of(root([before])), App.of(root([after]))).units().find { it.path() == 'u' }
    [change.kind(), change.unit(), change.why()] == [Change.Kind."$kind", 'process', why]
    where:
    before                       | after                         || kind      | why
    run('u')                     | run('u')                      || 'KEEP'    | []
    run('u')                     | run('u', 'y')                 || 'REPLACE' | ['command']
    run('u')                     | run('u', restart: Restart.NEVER, priority: 2) || 'ADJUST' | ['restart', 'priority']
    run('u')                     | run('u', 'y', restart: Restart.NEVER) || 'REPLACE' | ['command', 'besides restart']
    run('u', instances: 2)       | run('u', instances: 3)        || 'ADJUST'  | ['instances 3, not 2']
    run('u')                     | run('u', hooks: [hook('x', HookPhase.PRE_STOP)]) || 'ADJUST' | ['preStop']
    function('u')                | run('u')                      || 'REPLACE' | ['it was a function and is a process']
    run('u', pause: new Pause.Delay(Duration.ZERO)) | run('u', pause: Pause.DEFAULT) || 'ADJUST' | ['backoff']
  }

  def 'a body from Java that is another object cannot be compared: it counts as changed, and the plan says so'() {
    given:
    def body = { ctx -> null } as FunctionBody
    def f = { FunctionBody b -> new FunctionSpec('f', Origin.NONE, policy(), b) }
    expect:
    ReloadPlan.between(App.of(root([f(body)])), App.of(root([f(body)]))).changes().first().kind() == Change.Kind.KEEP
    ReloadPlan.between(App.of(root([f(body)])), App.of(root([f({ ctx -> null } as FunctionBody)]))).changes().first().with { [kind(), why()] } ==
        [Change.Kind.REPLACE, ['run (cannot be compared: it is no closure of a script)']]
  }

  def 'a declaration has one owner: who is refused has declared nothing, who came too late neither'() {
    given:
    play(root([run('a')])).drain()
    def was = t.tree.declaration()
    def next = App.of(root([run('a'), run('b')]))
    t.ask(new Request.Declare('', run('live', after: [a: Edge.Condition.STARTED])))
    t.drain()

    when: 'what is declared live and what is declared now make no sound tree'
    def refused = reload(root([run('b')]))
    then:
    refused instanceof Reply.Refused
    t.tree.declaration() == was
    t.declared == [was]
    t.drain() == []

    when: 'two reloads begin with the same declaration'
    def (first, second) = [Request.Reload.of(was, next), Request.Reload.of(was, App.of(root([run('a')])))].collect { t.tree.ask(it) }
    t.settle()
    then:
    first.get() instanceof Reply.Done
    second.get() == new Reply.Refused('another reload came in between; ask again')
    t.tree.declaration() == new Declaration(was.version() + 1, next)
    t.declared == [was, t.tree.declaration()]
    t.drain() == ['start b']
  }
}
