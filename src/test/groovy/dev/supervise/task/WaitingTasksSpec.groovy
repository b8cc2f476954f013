package dev.supervise.task

import dev.supervise.store.TaskState
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Semaphore
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.Timeout

import static dev.supervise.task.TaskBed.until

/** Tasks that wait for tasks: they take nobody's place, and never wait in a circle. */
@Timeout(120)
class WaitingTasksSpec extends Specification {
  @AutoCleanup def t = new TaskBed()

  static UUID submit(Map params = [:], ctx, String type) { ctx.tasks().submit(type, params, Optional.empty()) }
  static await(ctx, UUID id) { ctx.tasks().await(id) }

  def 'a type that waits for its own kind, and two that wait for each other, need one place each'() {
    given:
    t.type('self', concurrency: 1) { ctx, p -> p.n < 5 ? 1 + await(ctx, submit(ctx, 'self', n: p.n + 1)) : 0 }
        .type('x', concurrency: 1) { ctx, p -> p.n < 5 ? 1 + await(ctx, submit(ctx, 'y', n: p.n + 1)) : 0 }
        .type('y', concurrency: 1) { ctx, p -> p.n < 5 ? 1 + await(ctx, submit(ctx, 'x', n: p.n + 1)) : 0 }
        .type('fan', concurrency: 2) { ctx, p -> p.depth == 0 ? 1 : (1..3).collect { submit(ctx, 'fan', depth: p.depth - 1) }.sum { await(ctx, it) } }.open()
    expect:
    t.run('self', n: 0).result() == '5'
    t.run('x', n: 0).result() == '5'
    t.run('fan', depth: 3).result() == '27'
  }

  def 'never more than so many do anything at once: who has waited takes his place again before he goes on'() {
    given:
    def now = new java.util.concurrent.atomic.AtomicInteger()
    def most = new java.util.concurrent.atomic.AtomicInteger()
    def work = { most.accumulateAndGet(now.incrementAndGet(), Math.&max); Thread.sleep(5); now.decrementAndGet() }
    t.type('w', concurrency: 2) { ctx, p ->
      work()
      if (p.n > 0) { await(ctx, submit(ctx, 'w', n: p.n - 1)); work() }
    }.open()
    when:
    def ids = (1..8).collect { t.submit('w', n: 3) }
    then:
    ids.every { t.over(it).state() == TaskState.COMPLETED }
    most.get() == 2
  }

  def 'who comes back goes before who has not begun'() {
    given:
    def order = new CopyOnWriteArrayList()
    def go = new Semaphore(0)
    t.type('child') { ctx, p -> go.acquire() }
        .type('a', concurrency: 1) { ctx, p -> if (p.child) { await(ctx, submit(ctx, 'child')); order << 'back' } else { order << p.n; if (p.n == 1) { go.release(); Thread.sleep(100) } } }.open()
    when:
    def parent = t.submit('a', child: true)
    until { t.engine.waits(parent).startsWith('waits for ') }
    def others = (1..3).collect { t.submit('a', n: it) }
    (others + parent).each { t.over(it) }
    then:
    order == [1, 'back', 2, 3]
  }

  def 'what a task waits for is said'() {
    given:
    def go = new CountDownLatch(1)
    t.type('child', concurrency: 1) { ctx, p -> go.await() }.type('parent') { ctx, p -> await(ctx, submit(ctx, 'child')) }.open()
    def parent = t.submit('parent')
    until { t.engine.waits(parent) }
    def child = t.engine.list(dev.supervise.store.TaskStore.Filter.ALL, OptionalLong.empty(), 1).first().id()
    def second = t.submit('child')
    expect:
    t.engine.waits(parent) == "waits for $child (child)"
    t.engine.waits(child) == ''
    t.engine.waits(second) == "waits for a place; concurrency 1 of 'child': $child"
    cleanup:
    go.countDown()
  }

  def 'a circle is refused with its members: #what'() {
    given: 'they know each other by ids of their own'
    def id = { String name -> UUID.nameUUIDFromBytes(name.bytes) }
    def failures = new ConcurrentHashMap()
    def all = new CountDownLatch(ring.size())
    t.type('t', retry: 1) { ctx, p ->
      if (later && ctx.attempt() == 1) throw new IOException('first')
      all.countDown()
      all.await()
      try {
        await(ctx, id(p.next))
      } catch (TaskRefused circle) {
        failures[p.name] = circle.message
      }
      p.name
    }.open()
    when:
    ring.eachWithIndex { name, i -> t.engine.submit('t', [name: name, next: ring[(i + 1) % ring.size()]], Optional.of(id(name).toString())) }
    then:
    ring.every { t.over(id(it)).state() == TaskState.COMPLETED }
    failures.size() == 1
    def (name, message) = failures.entrySet().first().with { [it.key, it.value] }
    def i = ring.indexOf(name)
    message == (ring.size() == 1 ? "ctx.await: task ${id(name)} (t) would wait for itself" :
        "ctx.await: a circle: task ${id(name)} (t) would wait for " +
        (1..<ring.size()).collect { "${id(ring[(i + it) % ring.size()])} (t)" }.join(', which waits for ') + ', which waits for this one').toString()

    where:
    what            | ring                 | later
    'itself'        | ['a']                | false
    'two'           | ['a', 'b']           | false
    'five'          | ['a', 'b', 'c', 'd', 'e'] | false
    'after a retry' | ['a', 'b', 'c']      | true
  }

  def 'who is cancelled while he waits for his place leaves at once, and the place is the next one\'s'() {
    given:
    def go = new Semaphore(0)
    def left = new CountDownLatch(1)
    t.type('child') { ctx, p -> go.acquire() }
        .type('a', concurrency: 1) { ctx, p -> if (p.child) { try { await(ctx, submit(ctx, 'child')) } finally { left.countDown() } } else if (p.hold) { go.release(); ctx.sleep(Duration.ofDays(1)) } else 'ok' }.open()
    def parent = t.submit('a', child: true)
    until { t.engine.waits(parent) }
    def holder = t.submit('a', hold: true)
    until { t.engine.waits(parent).startsWith('waits for a place again') }
    when:
    t.engine.cancel(parent)
    left.await()
    def next = t.submit('a')
    t.engine.cancel(holder)
    then:
    t.over(next).result() == '"ok"'
    until { t.engine.runner.board.idle() }
    t.run('a').result() == '"ok"'
  }

  def 'a row of tasks that follow each other runs to its end by itself: #how'() {
    given:
    def order = new CopyOnWriteArrayList()
    def go = new CountDownLatch(1)
    t.type('q') { ctx, p -> if (p.n == 0) go.await(); order << p.n; if (p.n == 3) throw new IOException('no') }.open()
    def ids = [t.submit('q', n: 0)]
    (1..9).each { ids << t.engine.submit('q', [n: it], Optional.empty(), Optional.of(ids.last())) }
    if (how.contains('taken back')) [ids[5], ids[6]].each { t.engine.cancel(it) }
    if (how.contains('restart')) t.restart()
    when:
    go.countDown()
    then:
    ids.each { t.over(it) }
    order == (0..9) - (how.contains('taken back') ? [5, 6] : [])
    where:
    how << ['all there', 'some taken back', 'after a restart', 'some taken back, and a restart']
  }

  def 'whoever follows a task that was taken back before it began follows the one before that'() {
    given:
    def go = new CountDownLatch(1)
    t.type('q') { ctx, p -> go.await(); p.n }.open()
    def first = t.submit('q', n: 1)
    def second = t.engine.submit('q', [n: 2], Optional.empty(), Optional.of(first))
    t.engine.cancel(second)
    when:
    def third = t.engine.submit('q', [n: 3], Optional.empty(), Optional.of(second))
    then:
    t.row(third).with { [state(), follows()] } == [TaskState.QUEUED, Optional.of(first)]
    when:
    go.countDown()
    then:
    t.over(third).result() == '3'
    t.row(t.engine.submit('q', [n: 4], Optional.empty(), Optional.of(third))).follows() == Optional.empty()
  }

  def 'a task that follows another begins when that is over and its body has come back, over restarts too'() {
    given:
    def order = new CopyOnWriteArrayList()
    t.type('q') { ctx, p ->
      order << "$p.n+".toString()
      try { ctx.sleep(Duration.ofDays(1)) } finally { Thread.sleep(150); order << "$p.n-".toString() }
    }.open()
    def first = t.submit('q', n: 1)
    def second = t.engine.submit('q', [n: 2], Optional.empty(), Optional.of(first))
    def third = t.engine.submit('q', [n: 3], Optional.empty(), Optional.of(second))
    until { order == ['1+'] }
    expect:
    [second, third].collect { t.row(it).state() } == [TaskState.QUEUED] * 2
    t.engine.waits(second) == "waits until $first (q) is over"

    when: 'the first one is cancelled; it needs a while'
    t.engine.cancel(first)
    until { order.size() == 3 }
    then:
    order == ['1+', '1-', '2+']

    when: 'the second one runs while supervise is started again'
    t.restart()
    until { order.count('2+') == 2 }
    Thread.sleep(100)
    then:
    t.row(third).state() == TaskState.QUEUED
    t.engine.waits(third) == "waits until $second (q) is over"

    when:
    t.engine.delete(second)
    until { order.contains('3+') }
    then:
    order.indexOf('3+') > order.lastIndexOf('2-')
  }
}
