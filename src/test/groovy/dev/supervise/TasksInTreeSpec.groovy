package dev.supervise

import static dev.supervise.Tried.*

import dev.supervise.run.*
import dev.supervise.spec.*
import dev.supervise.spec.TaskSpec.Keep
import dev.supervise.spec.TaskSpec.Retry
import dev.supervise.store.TaskState
import dev.supervise.task.AwaitCondition
import dev.supervise.task.MarkReady
import java.nio.file.Files
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import spock.lang.AutoCleanup
import spock.lang.Specification

/** Tasks beside the units of an engine. */
class TasksInTreeSpec extends Specification {
  @AutoCleanup def t = new Tried()

  static TaskSpec type(String name, Closure body) {
    new TaskSpec(name, Origin.NONE, null, Retry.NONE, Optional.empty(), OptionalInt.empty(), Keep.DEFAULT, { ctx, p -> body(ctx, p) } as TaskBody)
  }

  static App app(Map m = [:], List<TaskSpec> tasks, List<UnitSpec> units) {
    def root = new SupervisorSpec('', Origin.NONE, UnitPolicy.DEFAULT, Strategy.ONE_FOR_ONE, new Intensity.Unlimited(), AutoShutdown.NEVER,
        new Grace.Unlimited(), new Members.Listed(units))
    new App('', m.base ?: '', root, [:], [:], (m.onStart ?: []).collect { c -> { ctx -> c(ctx) } as FunctionBody }, [],
        (m.onStop ?: []).collect { c -> { ctx -> c(ctx) } as FunctionBody }, tasks, [], [])
  }

  static UUID submit(ctx, String type, Map params = [:]) { ctx.tasks().submit(type, params, Optional.empty()) }

  def 'a tree whose units are done waits for what is queued and running, then ends by itself'() {
    given:
    def go = new CountDownLatch(1)
    def ids = []
    t.engine.apply(app([type('a') { ctx, p -> go.await() }], [sh('unit', 'exit 0', oneShot: true, restart: Restart.NEVER)],
        onStart: [{ ctx -> ids << submit(ctx, 'a') }]))
    until { new ArrayList(t.transitions).any { it.path() == 'unit' && it.status() == Status.FINISHED } }
    when:
    Thread.sleep(200)
    def early = t.engine.outcome().done
    go.countDown()
    then:
    !early
    t.outcome().exitCode() == 0
  }

  def 'functions, hooks of a stop, and tasks submit; what they print and log comes under the name of their type'() {
    given:
    def done = new CompletableFuture()
    t.engine.apply(app([type('inner') { ctx, p -> ctx.log("got ${p.n}"); done.complete(ctx.name()) },
                        type('outer') { ctx, p -> submit(ctx, 'inner', p) }],
        [function('f', restart: Restart.NEVER) { ctx -> submit(ctx, 'outer', [n: 5]) }]))
    expect:
    done.get(20, TimeUnit.SECONDS) == 'tasks/inner'
    t.line('tasks/inner') == 'got 5'
    t.outcome().exitCode() == 0
  }

  def 'a stop tells tasks to end; they stay on record and run again at the next start, also when nothing declares more'() {
    given:
    def begun = new CountDownLatch(1)
    def id = new CompletableFuture()
    t.engine.apply(app([type('a') { ctx, p -> begun.countDown(); ctx.sleep(Duration.ofDays(1)) }], [sh('unit', 'exec sleep 1000')],
        onStart: [{ ctx -> id.complete(submit(ctx, 'a')) }]))
    begun.await(20, TimeUnit.SECONDS)
    when:
    def outcome = t.stop()
    t.engine.close()
    def next = Engine.open(new Settings(t.dir.resolve('state'), { p, b, o, l -> } as dev.supervise.worker.Output, {}, {}))
    next.apply(app([type('a') { ctx, p -> ctx.attempt() }], []))
    then:
    outcome.exitCode() == 0
    next.outcome().get(20, TimeUnit.SECONDS).exitCode() == 0
    with(next.tasks().find(id.get()).get()) { [state(), result(), tally().crashes()] == [TaskState.COMPLETED, '2', 0] }
    cleanup:
    next?.close()
  }

  def 'a task that hears nothing is left behind by a kill, and that is a failure'() {
    given:
    def begun = new CountDownLatch(1)
    def spin = true
    t.engine.apply(app([type('deaf') { ctx, p -> begun.countDown(); while (spin) Thread.onSpinWait() }], [], onStart: [{ ctx -> submit(ctx, 'deaf') }]))
    begun.await(20, TimeUnit.SECONDS)
    when:
    t.ask(new Request.Down(true))
    def outcome = t.outcome()
    spin = false
    then:
    outcome.exitCode() == 1
    outcome.leftovers() == ['1 task hears neither ctx.cancelled nor an interrupt']
  }

  def 'an engine nobody gives a task makes no database'() {
    when:
    t.run([sh('unit', 'exit 0', oneShot: true, restart: Restart.NEVER)])
    t.outcome()
    then:
    !Files.exists(t.dir.resolve('state/state.db'))
  }

  def 'a failed task is told, without secrets'() {
    when:
    t.secrets.add('s3cret')
    t.engine.apply(app([type('a') { ctx, p -> throw new IllegalStateException('it was s3cret') }], [], onStart: [{ ctx -> submit(ctx, 'a') }]))
    t.outcome()
    then:
    t.warnings.any { it ==~ /task [0-9a-f-]{36} \(a\) has failed: IllegalStateException: it was \*\*\*/ }
  }

  def 'await-condition #what'() {
    given:
    def dir = Files.createDirectory(t.dir.resolve('base'))
    def server = new ServerSocket(0)
    def http = com.sun.net.httpserver.HttpServer.create(new InetSocketAddress('localhost', 0), 0)
    http.createContext('/') { e -> e.sendResponseHeaders(204, -1); e.close() }
    http.start()
    def tries = 0
    def id = new CompletableFuture()
    def full = params.collectEntries { k, v -> [k, v instanceof Closure ? v(server.localPort, http.address.port) : v] } + [interval: '20ms', timeout: timeout]
    t.engine.apply(app([type('third') { ctx, p -> if (++tries == 1 && p.first) throw new NullPointerException('not yet'); tries >= p.n },
        type('never') { ctx, p -> throw new IllegalStateException('no such thing') },
        type('broken') { ctx, p -> throw new StackOverflowError() }], [sh('unit', "sleep 0.1; touch $dir/made", oneShot: true, restart: Restart.NEVER)],
        base: "$dir".toString(), onStart: [{ ctx -> id.complete(submit(ctx, AwaitCondition.TYPE, full)) }]))
    when:
    t.outcome()
    def row = t.engine.tasks().find(id.get()).get()
    then:
    row.state() == (error ? TaskState.FAILED : TaskState.COMPLETED)
    row.error().contains(error ?: '')
    cleanup:
    server.close()
    http.stop(0)
    where:
    what                        | params                                           | timeout | error
    'holds for a port'          | [tcp: { a, b -> a }]                      | 10      | null
    'fails for a closed port'   | [tcp: 'localhost:1']                             | 0.1     | 'did not hold within 0.1 s'
    'holds for a status'        | [http: { a, b -> "http://localhost:$b/".toString() }, status: 204] | 10 | null
    'fails for another status'  | [http: { a, b -> "http://localhost:$b/".toString() }, status: 200] | '100ms' | 'answered 204, wanted 200'
    'holds when a file is made' | [file: 'made']                                   | 10      | null
    'holds for a command'       | [command: 'test -e made']                        | 10      | null
    'takes words as they are'   | [command: ['test', '-e', 'made']]                | 10      | null
    'asks again after a throw'  | [check: 'third', params: [n: 3, first: 'throws']] | 10 | null
    'asks a declared type'      | [check: 'third', params: [n: 3]]                 | 10      | null
    'takes what a type throws for a no' | [check: 'never']                       | '100ms' | 'IllegalStateException: no such thing'
    'goes on after an error of a type'  | [check: 'broken']                      | '100ms' | 'did not hold within 0.1 s'
    'knows no other type'       | [check: 'fourth']                                | 10      | "no task type 'fourth' is declared"
    'wants one thing'           | [:]                                              | 10      | 'exactly one of'
  }

  def 'mark-ready makes the whole ready'() {
    when:
    t.engine.apply(app([], [], onStart: [{ ctx -> submit(ctx, 'mark-ready') }]))
    t.outcome()
    then:
    t.engine.tasks().readiness() == MarkReady.READY
  }
}
