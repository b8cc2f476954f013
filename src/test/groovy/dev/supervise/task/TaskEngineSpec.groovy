package dev.supervise.task

import static dev.supervise.task.TaskBed.until

import dev.supervise.spec.Pause
import dev.supervise.store.AttemptRow
import dev.supervise.store.TaskState
import dev.supervise.store.TaskStore.Filter
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.atomic.AtomicInteger
import spock.lang.AutoCleanup
import spock.lang.Specification

class TaskEngineSpec extends Specification {
  @AutoCleanup TaskBed t = new TaskBed()

  def 'a task is on record when submit returns, runs, and leaves its result (#kind)'() {
    given:
    def t = new TaskBed(kind)
    def go = new CountDownLatch(1)
    t.type('a') { ctx, p -> go.await(); [got: p.n, id: ctx.id(), attempt: ctx.attempt()] }.open()
    when:
    def id = t.submit('a', n: 9007199254740993)
    def before = t.row(id)
    go.countDown()
    def after = t.over(id)
    then:
    before.state() == TaskState.RUNNING
    before.params() == '{"n":9007199254740993}'
    after.state() == TaskState.COMPLETED
    after.result() == """{"got":9007199254740993,"id":"$id","attempt":1}"""
    after.attempt() == 1
    after.submittedAt() <= after.startedAt()
    after.startedAt() <= after.completedAt()
    t.row(id) == after
    t.engine.over(id).get() == after
    cleanup:
    t.close()
    where:
    kind << ['memory', 'sqlite']
  }

  def 'type, then id, then duplicates are checked'() {
    given:
    t.type('a') { ctx, p -> }.type('import') { ctx, p -> }.open()
    when:
    t.engine.submit('imprt', [:], Optional.of('no uuid'))
    then:
    def unknown = thrown(UnknownTaskType)
    unknown.message.contains("did you mean 'import'?")
    when:
    t.engine.submit('a', [:], Optional.of('1-1-1-1-1'))
    then:
    thrown(InvalidTaskIdException)
    when:
    def id = UUID.randomUUID()
    t.engine.submit('a', [x: 1, y: [2, 3]], Optional.of(id.toString()))
    then: 'the order of keys is no difference, a value is'
    t.engine.submit('a', [y: [2, 3], x: 1], Optional.of(id.toString().toUpperCase())) == id
    when:
    t.engine.submit('a', [x: 1, y: [2, 4]], Optional.of(id.toString()))
    then:
    def conflict = thrown(TaskConflict)
    conflict.message.contains('other parameters')
    when:
    t.engine.submit('import', [x: 1, y: [2, 3]], Optional.of(id.toString()))
    then:
    thrown(TaskConflict)
    t.engine.list(Filter.ALL, OptionalLong.empty(), 10)*.id() == [id]
  }

  def 'the same id while active or completed means no second run'() {
    given:
    def runs = new AtomicInteger()
    def go = new CountDownLatch(1)
    t.type('a') { ctx, p -> runs.incrementAndGet(); go.await() }.open()
    def id = UUID.randomUUID()
    when:
    def same = (1..20).collect { Thread.startVirtualThread { t.engine.submit('a', [:], Optional.of(id.toString())) } }
    same*.join()
    go.countDown()
    t.over(id)
    t.engine.submit('a', [:], Optional.of(id.toString()))
    Thread.sleep(50)
    then:
    runs.get() == 1
    t.row(id).attempt() == 1
  }

  def 'the same id after a failure means one new attempt, however many submit at once; its history is kept'() {
    given:
    def runs = new AtomicInteger()
    def go = new CountDownLatch(1)
    t.type('a') { ctx, p -> if (runs.incrementAndGet() == 1) throw new IllegalStateException('boom s3cret'); go.await(); 'fine' }.open()
    def id = UUID.randomUUID()
    t.engine.submit('a', [:], Optional.of(id.toString()))
    def failed = t.over(id)
    when:
    def barrier = new CyclicBarrier(16)
    def all = (1..16).collect { Thread.startVirtualThread { barrier.await(); t.engine.submit('a', [:], Optional.of(id.toString())) } }
    all*.join()
    go.countDown()
    def done = t.over(id)
    then:
    failed.state() == TaskState.FAILED
    failed.error() == 'IllegalStateException: boom ***'
    runs.get() == 2
    done.state() == TaskState.COMPLETED
    [done.attempt(), done.result(), done.error(), done.submittedAt()] == [2, '"fine"', '', failed.submittedAt()]
    t.engine.attempts(id) == [new AttemptRow(1, failed.startedAt(), failed.completedAt(), 'failed', failed.error())]
  }

  def 'a body that blocks delays no other; concurrency queues the rest in order'() {
    given:
    def go = new CountDownLatch(1)
    def order = [].asSynchronized()
    t.type('slow') { ctx, p -> go.await() }.type('quick') { ctx, p -> 'done' }
        .type(concurrency: 1, 'one') { ctx, p -> order << p.n; ctx.sleep(Duration.ofMillis(1)) }.open()
    when:
    (1..50).each { t.submit('slow') }
    def quick = t.run('quick')
    def ones = (1..20).collect { t.submit('one', n: it) }
    ones.each { t.over(it) }
    go.countDown()
    then:
    quick.state() == TaskState.COMPLETED
    order == (1..20).toList()
  }

  def 'no more than so many of a type run at once, and that many do'() {
    given:
    def now = new AtomicInteger()
    def most = new AtomicInteger()
    def three = new CyclicBarrier(3)
    t.type(concurrency: 3, 'a') { ctx, p ->
      most.accumulateAndGet(now.incrementAndGet(), Math::max)
      three.await()
      now.decrementAndGet()
    }.open()
    when:
    def ids = (1..12).collect { t.submit('a') }
    then:
    ids.every { t.over(it).state() == TaskState.COMPLETED }
    most.get() == 3
  }

  def 'what fails is tried again so often, after its pause; each attempt is on record'() {
    given:
    def at = [].asSynchronized()
    t.type(retry: 2, pause: new Pause.Delay(Duration.ofMillis(80)), 'a') { ctx, p -> at << System.nanoTime(); throw new IOException("no ${ctx.attempt()}") }.open()
    when:
    def row = t.run('a')
    then:
    row.state() == TaskState.FAILED
    [row.attempt(), row.error()] == [3, 'IOException: no 3']
    (at[1] - at[0]) >= 79_000_000L
    t.engine.attempts(row.id())*.error() == ['IOException: no 1', 'IOException: no 2']
    t.engine.attempts(row.id())*.outcome() == ['failed', 'failed']
  }

  def 'an attempt that takes too long is told to end and has failed'() {
    given:
    t.type(timeout: Duration.ofMillis(50), retry: 1, 'a') { ctx, p -> ctx.sleep(Duration.ofDays(1)); ctx.cancelled() }.open()
    when:
    def row = t.run('a')
    then:
    [row.state(), row.attempt(), row.error()] == [TaskState.FAILED, 2, 'timed out after 50 ms']
  }

  def 'a task that is cancelled ends, queued or running; what is over is refused'() {
    given:
    def ended = new CountDownLatch(1)
    t.type(concurrency: 1, 'a') { ctx, p -> try { ctx.sleep(Duration.ofDays(1)) } finally { ended.countDown() } }.open()
    def running = t.submit('a')
    def queued = t.submit('a')
    until { t.row(running).state() == TaskState.RUNNING }
    when:
    def states = [queued, running].collect { t.engine.cancel(it).state() }
    ended.await()
    then:
    states == [TaskState.CANCELLED] * 2
    t.row(queued).attempt() == 0
    t.over(running).state() == TaskState.CANCELLED
    when:
    t.engine.cancel(running)
    then:
    def e = thrown(TaskRefused)
    e.message.endsWith('is cancelled already')
    when:
    t.engine.cancel(UUID.randomUUID())
    then:
    thrown(TaskRefused)
  }

  def 'a deleted task is told to end and its row stays gone'() {
    given:
    def begun = new CountDownLatch(1)
    def ended = new CountDownLatch(1)
    t.type('a') { ctx, p -> begun.countDown(); try { while (true) Thread.sleep(1000) } catch (InterruptedException e) { ended.countDown() } }.open()
    def id = t.submit('a')
    begun.await()
    when:
    t.engine.delete(id)
    ended.await()
    t.type('b') { ctx, p -> }
    Thread.sleep(50)
    then:
    !t.engine.find(id).present
    t.engine.list(Filter.ALL, OptionalLong.empty(), 5) == []
    until { !t.engine.busy() }
    when:
    t.engine.delete(id)
    then:
    thrown(TaskRefused)
  }

  def 'a cancelled task is submitted again only after its old body has come back'() {
    given:
    def copies = new AtomicInteger()
    def most = new AtomicInteger()
    def go = new CountDownLatch(1)
    def begun = new CountDownLatch(1)
    t.type('deaf') { ctx, p ->
      most.accumulateAndGet(copies.incrementAndGet(), Math::max)
      begun.countDown()
      boolean open = true
      while (open) { try { go.await(); open = false } catch (InterruptedException e) { open = true } }
      copies.decrementAndGet()
    }.open()
    def id = UUID.randomUUID()
    t.engine.submit('deaf', [:], Optional.of(id.toString()))
    begun.await()
    t.engine.cancel(id)
    when:
    t.engine.submit('deaf', [:], Optional.of(id.toString()))
    Thread.sleep(50)
    def waits = t.row(id)
    go.countDown()
    def row = t.over(id)
    then:
    !waits.state().over()
    [row.state(), row.attempt()] == [TaskState.COMPLETED, 2]
    most.get() == 1
  }

  def 'progress is seen while it runs and kept afterwards'() {
    given:
    def go = new CountDownLatch(1)
    def said = new CountDownLatch(1)
    t.type('a') { ctx, p -> ctx.progress(0.4, 'half s3cret'); said.countDown(); go.await(); ctx.progress(1, 'all'); ctx.result(7); 'not this' }.open()
    def id = t.submit('a')
    said.await()
    when:
    def live = t.row(id)
    go.countDown()
    def row = t.over(id)
    then:
    [live.fraction(), live.said()] == [0.4d, 'half ***']
    [row.fraction(), row.said(), row.result()] == [1.0d, 'all', '7']
  }

  def 'what an attempt saves the next one has'() {
    given:
    t.type(retry: 1, 'a') { ctx, p ->
      def n = ctx.saved().n ?: 0
      ctx.save(n: n + 1)
      if (n == 0) throw new IllegalStateException()
      ctx.saved().n
    }.open()
    expect:
    t.run('a').result() == '2'
  }

  def 'whatever a body throws fails its task and nothing else: #thrown.class.simpleName'() {
    given:
    t.type('a') { ctx, p -> throw thrown }.type('b') { ctx, p -> 1 }.open()
    expect:
    with(t.run('a')) {
      state() == TaskState.FAILED
      error().startsWith(thrown.class.simpleName)
    }
    t.run('b').state() == TaskState.COMPLETED
    where:
    thrown << [new StackOverflowError(), new AssertionError((Object) 'no'), new OutOfMemoryError('made up'), new Throwable()]
  }

  def 'a result that JSON cannot say is its text, returned or set'() {
    given:
    t.type('a') { ctx, p -> new StringBuilder('x') }.type('b') { ctx, p -> new Thread() { String toString() { 'a thread' } } }
        .type('c') { ctx, p -> ctx.result(new Thread() { String toString() { 'set' } }) }.type('d') { ctx, p -> 'x' * 1_100_000 }.open()
    expect:
    t.run('a').result() == '"x"'
    t.run('b').result() == '"a thread"'
    t.run('c').result() == '"set"'
    t.run('d').error().contains('longer than 1 MB')
  }

  def 'a shutdown leaves a task running on record; the next start runs it again, with its params and its time, and counts nothing'() {
    given:
    def begun = new CountDownLatch(1)
    t.type('a') { ctx, p -> begun.countDown(); ctx.sleep(Duration.ofDays(1)); 'early' }.open()
    def id = t.submit('a', x: 1)
    begun.await()
    when:
    t.engine.stop(false).get()
    def left = t.row(id)
    t.type('a') { ctx, p -> [p.x, ctx.attempt()] }
    t.restart()
    def row = t.over(id)
    then:
    left.state() == TaskState.RUNNING
    row.result() == '[1,2]'
    row.submittedAt() == left.submittedAt()
    row.tally().crashes() == 0
    t.engine.attempts(id)*.outcome() == ['shutdown']
  }

  def 'submitted after the stop, a task is run by the next start'() {
    given:
    t.type('a') { ctx, p -> 1 }.open()
    t.engine.stop(false).get()
    when:
    def id = t.submit('a')
    def before = t.row(id)
    t.restart()
    then:
    [before.state(), before.attempt()] == [TaskState.QUEUED, 0]
    t.over(id).state() == TaskState.COMPLETED
  }

  def 'what was set as a result is kept when the body then throws, or takes too long'() {
    given:
    t.type('a', retry: 1) { ctx, p -> ctx.result([rows: ctx.attempt()]); throw new IOException('then') }
        .type('b', timeout: Duration.ofMillis(50)) { ctx, p -> ctx.result('far'); ctx.sleep(Duration.ofDays(1)) }.open()
    expect:
    t.run('a').with { [state(), result(), error()] } == [TaskState.FAILED, '{"rows":2}', 'IOException: then']
    t.run('b').with { [state(), result()] } == [TaskState.FAILED, '"far"']
  }

  def 'progress is for those who look: nobody fails for it, and what is odd is said once for a type'() {
    given:
    t.type('a') { ctx, p -> [1.5d, 50d, -0.1d, Double.NaN].each { ctx.progress(it, '') }; 'ok' }.open()
    expect:
    (1..3).collect { t.run('a').state() } == [TaskState.COMPLETED] * 3
    t.warnings == ["a task of type 'a' says that its progress is 1.5; it is from 0 to 1, and shown as 1"]
  }

  def 'progress #given is shown as #shown'() {
    given:
    def go = new CountDownLatch(1)
    t.type('a') { ctx, p -> ctx.progress(0.25d, 'before'); ctx.progress(given, 'x' * 5000); go.countDown(); ctx.sleep(Duration.ofDays(1)) }.open()
    def id = t.submit('a')
    go.await()
    expect:
    t.row(id).fraction() == shown
    t.row(id).said() == 'x' * 1000 + '…'
    t.warnings.any { it.contains(said) }
    where:
    given                    || shown | said
    1.0000000000000002d      || 1d    | 'is 1.0000000000000002; it is from 0 to 1, and shown as 1'
    -5d                      || 0d    | 'is -5.0; it is from 0 to 1, and shown as 0'
    Double.NaN               || 0.25d | 'is no number; it is from 0 to 1, and shown as before'
    Double.POSITIVE_INFINITY || 1d    | 'is Infinity'
  }

  def 'a pause between attempts is kept over a restart'() {
    given:
    t.type(retry: 1, pause: new Pause.Delay(Duration.ofHours(1)), 'a') { ctx, p -> if (ctx.attempt() == 1) throw new IOException(); 'ok' }.open()
    def id = t.submit('a')
    until { t.row(id).state() == TaskState.QUEUED }
    when:
    t.restart()
    until { !t.engine.list(Filter.ALL, OptionalLong.empty(), 1).empty }
    def waiting = t.row(id)
    t.ahead = 3_601_000
    t.restart()
    then:
    waiting.state() == TaskState.QUEUED
    t.over(id).with { [state(), attempt(), tally().failures()] } == [TaskState.COMPLETED, 2, 1]
  }

  def 'readiness: Initializing until mark-ready completes, then Ready, also after a restart and after its task is deleted'() {
    given:
    t.types['mark-ready'] = AwaitCondition.markReady()
    t.open()
    def before = t.engine.readiness()
    when:
    def row = t.run('mark-ready')
    def after = t.engine.readiness()
    t.engine.delete(row.id())
    t.restart()
    t.engine.list(Filter.ALL, OptionalLong.empty(), 1)
    then:
    [before, after, t.engine.readiness()] == [MarkReady.INITIALIZING, MarkReady.READY, MarkReady.READY]
  }

  def 'old tasks go: by age, by number, or never'() {
    given:
    t.type(keep: new dev.supervise.spec.TaskSpec.Keep.For(Duration.ofHours(1)), 'aged') { ctx, p -> }
    t.type(keep: new dev.supervise.spec.TaskSpec.Keep.Newest(2), 'few') { ctx, p -> }
    t.type(keep: new dev.supervise.spec.TaskSpec.Keep.Forever(), 'all') { ctx, p -> }
    t.open()
    def old = (1..3).collect { t.run('aged').id() }
    def few = (1..5).collect { t.run('few').id() }
    (1..3).each { t.run('all') }
    t.ahead = 3_700_000
    def young = t.run('aged').id()
    when:
    t.engine.sweeper.sweep()
    def left = t.engine.list(Filter.ALL, OptionalLong.empty(), 100)
    then:
    left.findAll { it.type() == 'aged' }*.id() == [young]
    left.findAll { it.type() == 'few' }*.id() == few[3..4].reverse()
    left.count { it.type() == 'all' } == 3
    old.every { !t.engine.find(it).present }
  }

  def 'tasks submit tasks'() {
    given:
    t.type('inner') { ctx, p -> p.n * 2 }.type('outer') { ctx, p -> ctx.tasks().submit('inner', [n: 21], Optional.empty()).toString() }.open()
    when:
    def outer = t.run('outer')
    then:
    t.over(UUID.fromString(outer.result().replace('"', ''))).result() == '42'
  }
}
