package dev.supervise.task

import static dev.supervise.task.TaskBed.until

import dev.supervise.store.StoreFailure
import dev.supervise.store.TaskState
import java.nio.file.Files
import java.nio.file.Path
import java.sql.DriverManager
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import spock.lang.AutoCleanup
import spock.lang.Requires
import spock.lang.Specification

/** A record that cannot be had is said to be so: never "not found", never a second execution (law 33). */
class TaskFaultsSpec extends Specification {
  @AutoCleanup TaskBed t = new TaskBed()

  static boolean mountable() {
    def tried = new ProcessBuilder('unshare', '--mount', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt').redirectErrorStream(true).start()
    tried.inputStream.text
    tried.waitFor() == 0
  }

  @Requires({ TaskFaultsSpec.mountable() })
  def 'a disk that is #fault: nothing is submitted, what ends is not run again, and all goes on afterwards'() {
    given: 'a small disk in a mount namespace of its own'
    Path dir = Files.createTempDirectory('fault')
    def java = ProcessHandle.current().info().command().get()
    def child = new ProcessBuilder('unshare', '--mount', 'sh', '-c', 'mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"', "$dir", java,
        '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '--enable-native-access=ALL-UNNAMED', '-cp', System.getProperty('surefire.test.class.path') ?: System.getProperty('java.class.path'),
        'dev.supervise.task.FaultChild', "$dir", fault).redirectErrorStream(true).start()
    when:
    def said = child.inputReader().readLines()
    then:
    child.waitFor(60, TimeUnit.SECONDS)
    said.findAll { !(it.startsWith('remounted') || it == 'disk full' || it.contains('WARN')) } == seen
    cleanup:
    child?.toHandle()?.destroyForcibly()
    dir.toFile().deleteDir()
    where:
    fault      | seen
    'full'     | ['submit: DISK_FULL', 'while it cannot be written: RUNNING', 'afterwards: COMPLETED', 'next: COMPLETED', 'runs: 1',
                  'runs after a restart: 1', 'completed: true']
    'readonly' | ['submit: READ_ONLY', 'afterwards: nothing']
  }

  def 'a record that another program has locked: submit says so, what ends meanwhile ends once and is on record later'() {
    given:
    def runs = new AtomicInteger()
    def go = new CountDownLatch(1)
    t.type('a') { ctx, p -> runs.incrementAndGet(); go.await(); 'done' }.open()
    def id = t.submit('a')
    def other = DriverManager.getConnection("jdbc:sqlite:${t.dir.resolve('state.db')}")
    other.createStatement().execute('begin immediate')
    go.countDown()
    when:
    t.submit('a')
    then:
    def e = thrown(StoreFailure)
    e.kind() == StoreFailure.Kind.LOCKED
    until { t.warnings.any { it.contains('cannot be put on record') && it.contains('it is not run again') } }
    t.row(id).state() == TaskState.RUNNING
    when:
    other.createStatement().execute('rollback')
    then:
    t.over(id).state() == TaskState.COMPLETED
    runs.get() == 1
    cleanup:
    other?.close()
  }

  def 'a record that cannot be opened: everybody is told why, and it is tried again until it can'() {
    given:
    def sound = t.opening
    def broken = true
    t.opening = { if (broken) throw new StoreFailure(StoreFailure.Kind.LOCKED, 'state.db: another program has locked it'); sound() }
    t.type('a') { ctx, p -> 1 }.open()
    until { t.warnings }
    when:
    question(t.engine)
    then:
    def e = thrown(StoreFailure)
    e.message == 'state.db: another program has locked it'
    t.warnings == ['state.db: another program has locked it; no task runs and none can be submitted until that is over']
    when:
    broken = false
    until { try { t.submit('a'); true } catch (StoreFailure _) { false } }
    then:
    t.warnings.size() == 1
    where:
    question << [{ it.submit('a', [:], Optional.empty()) }, { it.find(UUID.randomUUID()) }, { it.cancel(UUID.randomUUID()) }]
  }

  def 'a body that hears nothing is told to end, named, fenced, and never run twice at once'() {
    given: 'grace is ten seconds: it is the stop that is asked to kill here'
    def go = new CountDownLatch(1)
    def late = new java.util.concurrent.CompletableFuture()
    def begun = new CountDownLatch(1)
    t.type('deaf') { ctx, p ->
      begun.countDown()
      boolean open = true
      while (open) { try { go.await(); open = false } catch (InterruptedException e) { open = true } }
      try { ctx.progress(1, 'x'); late.complete(null) } catch (Throwable e) { late.complete(e) }
    }.open()
    def id = t.submit('deaf')
    begun.await()
    when:
    def deaf = t.engine.stop(true).get(5, TimeUnit.SECONDS)
    go.countDown()
    then:
    deaf == 1
    late.get(5, TimeUnit.SECONDS).message.contains('was abandoned as stuck')
    until { t.engine.runner.board.idle() }
    t.row(id).state() == TaskState.RUNNING
  }

  def 'stop, cancel and list are answered while every carrier thread spins in user code'() {
    given:
    def spin = true
    t.type('spins') { ctx, p -> while (spin) { Thread.onSpinWait() } }.type('a') { ctx, p -> 1 }.open()
    def ids = (1..40).collect { t.submit('spins') }
    when:
    long from = System.nanoTime()
    def listed = t.engine.list(dev.supervise.store.TaskStore.Filter.ALL, OptionalLong.empty(), 100).size()
    def cancelled = t.engine.cancel(ids[0])
    long took = System.nanoTime() - from
    spin = false
    then:
    listed == 40
    cancelled.state() == TaskState.CANCELLED
    took < Duration.ofSeconds(4).toNanos()
  }
}
