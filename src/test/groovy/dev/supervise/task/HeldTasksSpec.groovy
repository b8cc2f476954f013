package dev.supervise.task

import dev.supervise.store.TaskState
import java.time.Duration
import java.util.concurrent.CountDownLatch
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.Timeout

import static dev.supervise.task.TaskBed.until

/** Tasks that the script of today cannot run stay queued, are told once, and run when it can. */
@Timeout(120)
class HeldTasksSpec extends Specification {
  static class Count { int count }
  static class Text { String count }

  @AutoCleanup def t = new TaskBed()

  List states(List<UUID> ids) { ids.collect { t.row(it).state() } }

  def 'at a start: they stay queued with one warning and their number, say why, hold nothing up, and run when the type is back'() {
    given:
    def begun = new CountDownLatch(1)
    t.type('mail', concurrency: 1) { ctx, p -> begun.countDown(); ctx.sleep(Duration.ofDays(1)) }.type('other') { ctx, p -> 'ok' }.open()
    def ids = (1..3).collect { t.submit('mail', n: it) }
    begun.await()
    def before = ids.collect { t.row(it) }

    when:
    def mail = t.types.remove('mail')
    t.restart()
    until { !t.engine.busy() }
    then:
    states(ids) == [TaskState.QUEUED] * 3
    t.warnings.findAll { it.contains('mail') } ==
        ["3 tasks of type 'mail' cannot run: no task type 'mail' is declared; they stay queued until the script can run them"]
    ids.collect { t.engine.waits(it) } == ["no task type 'mail' is declared"] * 3
    t.run('other').result() == '"ok"'

    when: 'a second start, and one that can be taken back'
    t.warnings.clear()
    t.restart()
    until { !t.engine.busy() && t.warnings }
    t.engine.cancel(ids[2])
    then:
    t.warnings.size() == 1
    states(ids) == [TaskState.QUEUED, TaskState.QUEUED, TaskState.CANCELLED]

    when: 'the type is back'
    t.type('mail') { ctx, p -> "mailed $p.n".toString() }
    t.engine.retyped()
    then:
    ids.take(2).collect { t.over(it).result() } == ['"mailed 1"', '"mailed 2"']
    [t.row(ids[0]).submittedAt(), t.row(ids[0]).params()] == [before[0].submittedAt(), before[0].params()]
  }

  def 'at a reload: what waits is held, what runs goes on; a plan says how many before'() {
    given:
    def go = new CountDownLatch(1)
    t.type('a', concurrency: 1, retry: 1, pause: new dev.supervise.spec.Pause.Delay(Duration.ZERO)) { ctx, p -> if (p.n == 1 && ctx.attempt() == 1) { go.await(); throw new IOException('once') }; p.n }.open()
    def ids = (1..3).collect { t.submit('a', n: it) }
    def type = t.types.a

    expect:
    t.engine.held([:]) == ["task 'a': 3 open tasks could not run: no task type 'a' is declared; 2 stay queued until the script can run them, 1 that runs goes on, and is not tried again meanwhile"]
    t.engine.held([a: type]) == []

    when:
    t.types.clear()
    t.engine.retyped()
    then:
    t.warnings == ["2 tasks of type 'a' cannot run: no task type 'a' is declared; they stay queued until the script can run them"]
    states(ids) == [TaskState.RUNNING, TaskState.QUEUED, TaskState.QUEUED]
    t.engine.held([:]) == ["task 'a': 1 open task could not run: no task type 'a' is declared; 1 that runs goes on, and is not tried again meanwhile"]

    when: 'the one that ran has failed, and would be tried again'
    go.countDown()
    until { t.row(ids[0]).state() == TaskState.QUEUED && !t.engine.busy() }
    then:
    t.row(ids[0]).error() == 'IOException: once'

    when:
    t.types.a = type
    t.engine.retyped()
    then:
    ids.collect { t.over(it).result() } == ['1', '2', '3']
    t.row(ids[0]).attempt() == 2
  }

  def 'parameters that do not fit any more wait for a class that they fit'() {
    given:
    t.type('imp', params: Count) { ctx, p -> ctx.sleep(Duration.ofDays(1)) }.open()
    def id = t.submit('imp', count: 3)

    expect:
    t.engine.held([imp: new TaskBed().type('imp', params: Text) { }.types.imp]) ==
        ["task 'imp': 1 open task could not run: parameters of 'imp': field 'count' wants a text, not 3; 1 that runs goes on, and is not tried again meanwhile"]

    when:
    t.type('imp', params: Text) { ctx, p -> p.count }
    t.restart()
    until { !t.engine.busy() }
    then:
    [t.row(id).state(), t.engine.waits(id)] == [TaskState.QUEUED, "parameters of 'imp': field 'count' wants a text, not 3"]
    t.warnings.any { it.startsWith("1 task of type 'imp' cannot run: parameters of 'imp': field 'count' wants a text, not 3; it stays") }

    when:
    t.type('imp', params: Count) { ctx, p -> p.count }
    t.engine.retyped()
    then:
    t.over(id).result() == '3'
  }

  def 'many that do not fit, each for a reason of its own, are told in one sentence'() {
    given:
    t.type('imp', params: Count, concurrency: 1) { ctx, p -> ctx.sleep(Duration.ofDays(1)) }.open()
    (1..50).each { t.submit('imp', count: it) }
    def unfit = new TaskBed().type('imp', params: Text) { }.types.imp

    expect:
    t.engine.held([imp: unfit])*.replaceFirst(/not \d+/, 'not N') ==
        ["task 'imp': 50 open tasks could not run: parameters of 'imp': field 'count' wants a text, not N (the first of them); 49 stay queued until the script can run them, 1 that runs goes on, and is not tried again meanwhile"]

    when:
    t.types.imp = unfit
    t.engine.retyped()
    t.engine.retyped()
    then:
    t.warnings*.replaceFirst(/not \d+/, 'not N') ==
        ["49 tasks of type 'imp' cannot run: parameters of 'imp': field 'count' wants a text, not N (the first of them); they stay queued until the script can run them"]
  }

  def 'one that meets a type it does not fit in the moment it begins has made no attempt'() {
    given: 'a type that changes without a word'
    t.type('imp', params: Count, concurrency: 1) { ctx, p -> ctx.sleep(Duration.ofMillis(200)); p.count }.open()
    def first = t.submit('imp', count: 1)
    def second = t.submit('imp', count: 2)
    when:
    t.type('imp', params: Text, concurrency: 1) { ctx, p -> p.count }
    t.over(first)
    until { t.engine.waits(second).contains('wants a text') && t.row(second).state() == TaskState.QUEUED }
    then:
    t.row(second).with { [state(), attempt(), startedAt()] } == [TaskState.QUEUED, 0, 0L]
    when:
    t.type('imp', params: Count) { ctx, p -> p.count }
    t.engine.retyped()
    then:
    t.over(second).with { [result(), attempt()] } == ['2', 1]
  }

  def 'they fail when they were held for as long as ended tasks are kept, counted from the first time'() {
    given:
    t.type('gone') { ctx, p -> ctx.sleep(Duration.ofDays(1)) }.open()
    def id = t.submit('gone')
    t.types.clear()
    t.restart()
    until { !t.engine.busy() }

    when:
    t.ahead = Duration.ofDays(6).toMillis()
    t.engine.sweeper.sweep()
    then:
    t.row(id).state() == TaskState.QUEUED

    when: 'a start in between counts nothing anew'
    t.restart()
    until { !t.engine.busy() }
    t.ahead = Duration.ofDays(8).toMillis()
    t.engine.sweeper.sweep()
    then:
    t.over(id).with { [state(), error()] } == [TaskState.FAILED, "no task type 'gone' is declared, for 7 d"]
  }

  def 'away for a while, and back: the next time counts from its own beginning'() {
    given:
    t.type('a', concurrency: 1) { ctx, p -> ctx.sleep(Duration.ofDays(1)) }.open()
    t.submit('a')
    def id = t.submit('a')
    def type = t.types.remove('a')
    t.engine.retyped()
    until { t.engine.waits(id).contains('is declared') }
    when:
    t.types.a = type
    t.engine.retyped()
    t.ahead = Duration.ofDays(8).toMillis()
    t.types.clear()
    t.engine.retyped()
    t.engine.sweeper.sweep()
    then:
    t.row(id).state() == TaskState.QUEUED
    t.warnings.size() == 2
  }
}
