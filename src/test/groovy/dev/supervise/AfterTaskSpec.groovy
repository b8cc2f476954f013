package dev.supervise

import static dev.supervise.Tried.policy
import static dev.supervise.Tried.until

import dev.supervise.run.Status
import dev.supervise.spec.*
import java.util.concurrent.CountDownLatch
import spock.lang.AutoCleanup
import spock.lang.Specification

/// Units that wait for durable tasks, and the tasks' schedules, in a whole engine.
class AfterTaskSpec extends Specification {
  static final UUID ID = UUID.fromString('6ba7b810-9dad-11d1-80b4-00c04fd430c8')

  @AutoCleanup Tried t = new Tried()
  CountDownLatch go = new CountDownLatch(1)

  static UnitPolicy after(Optional<UUID> id) {
    def d = policy(oneShot: true, restart: Restart.NEVER)
    new UnitPolicy(d.restart(), d.successExits(), d.pause(), d.maxRestarts(), [], 0, true, false, true, [:], d.stop(), Lifecycle.NONE,
        [new TaskEdge('setup', id, Origin.NONE)])
  }

  static FunctionSpec unit(String name, UnitPolicy policy) {
    new FunctionSpec(name, Origin.NONE, policy, { ctx -> null } as FunctionBody)
  }

  TaskSpec task(Closure body) {
    new TaskSpec('setup', Origin.NONE, null, TaskSpec.Retry.NONE, Optional.empty(), OptionalInt.empty(), TaskSpec.Keep.DEFAULT,
        { ctx, p -> body() } as TaskBody)
  }

  void apply(Tried t, List<UnitSpec> units, List<ScheduleSpec> schedules = []) {
    def root = SupervisorSpec.root(new Members.Listed(units))
    def app = App.of(root)
    t.engine.apply(new App('', '', root, [:], app.exports(), [], [], [], [task { go.await() }], schedules, []))
  }

  def 'a unit waits for its task, also for one that nobody has submitted yet, and starts when that has completed'() {
    given:
    apply(t, [unit('one', after(Optional.of(ID))), unit('any', after(Optional.empty()))])

    expect: 'it says what it waits for, and the tree stays'
    until { t.unit('one')?.status() == Status.WAITING && t.unit('any').status() == Status.WAITING }
    t.transitions.find { it.path() == 'one' && it.status() == Status.WAITING }.toString().contains("task setup $ID")
    !t.engine.outcome().done

    when: 'another task of the type completes'
    go.countDown()
    t.engine.tasks().submit('setup', [:], Optional.empty())
    until { t.unit('any').status() == Status.FINISHED }

    then:
    t.unit('one').status() == Status.WAITING

    when:
    t.engine.tasks().submit('setup', [:], Optional.of("$ID".toString()))

    then:
    t.outcome().exitCode() == 0
  }

  def 'what has completed in an earlier run is not waited for'() {
    given:
    go.countDown()
    apply(t, [unit('one', after(Optional.of(ID)))])
    t.engine.tasks().submit('setup', [:], Optional.of("$ID".toString()))
    t.outcome()
    t.engine.close()

    when:
    def again = Engine.open(new Settings(t.dir.resolve('state'), { p, b, o, l -> } as dev.supervise.worker.Output, { }, { }))
    def root = SupervisorSpec.root(new Members.Listed([unit('one', after(Optional.of(ID)))]))
    again.apply(App.of(root))

    then:
    again.outcome().get(20, java.util.concurrent.TimeUnit.SECONDS).exitCode() == 0

    cleanup:
    again?.close()
  }

  def 'an active schedule keeps a tree whose units have ended; suspended, the tree ends'() {
    given:
    go.countDown()
    apply(t, [unit('one', policy(oneShot: true))], [new ScheduleSpec('s', Origin.NONE, new ScheduleSpec.When.Every(java.time.Duration.ofMillis(200)),
        ScheduleSpec.Overlap.SKIP, ScheduleSpec.Missed.SKIP, 'setup', [:])])

    when:
    until { t.engine.schedules().present && t.engine.schedules().get().list()[0].row().lastTask().present }

    then:
    t.unit('one').status() == Status.FINISHED
    !t.engine.outcome().done

    when:
    t.engine.schedules().get().suspend('s')

    then:
    t.outcome().exitCode() == 0
  }

  static TaskSpec type(String name, Closure body) {
    new TaskSpec(name, Origin.NONE, null, TaskSpec.Retry.NONE, Optional.empty(), OptionalInt.empty(), TaskSpec.Keep.DEFAULT, { ctx, p -> body(ctx, p) } as TaskBody)
  }

  def 'a task may wait for others and is given their results; a failed one throws'() {
    given:
    def types = [type('part') { ctx, p -> if (p.n == 3) { throw new IOException('no third') }; [n: p.n] },
                 type('whole') { ctx, p -> p.parts.collect { n -> ctx.tasks().await(ctx.tasks().submit('part', [n: n], Optional.empty())).n } }]
    t.engine.apply(new App('', '', SupervisorSpec.root(new Members.Listed([unit('one', after(Optional.empty()))])), [:], [:], [], [], [], types, [], []))
    def tasks = t.engine.tasks()

    expect:
    tasks.await(tasks.submit('whole', [parts: [1, 2]], Optional.empty())) == [1, 2]

    when:
    tasks.await(tasks.submit('whole', [parts: [1, 3]], Optional.empty()))

    then:
    def e = thrown(RuntimeException)
    e.message =~ /^task \S+ \(whole\) has failed: .*task \S+ \(part\) has failed: .*no third/
  }
}
