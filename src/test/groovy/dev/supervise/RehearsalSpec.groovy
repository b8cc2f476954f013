package dev.supervise

import dev.supervise.run.SystemClock
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.atomic.AtomicLong
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

@Timeout(30)
class RehearsalSpec extends Specification {
  /** Made once, by whoever needs them first. */
  static final List<String> OF_THE_PROCESS = ['supervise-timer', 'supervise-carriers']

  @TempDir Path dir

  def 'a rehearsal leaves no process, no thread and no file'() {
    given:
    def children = ProcessHandle.current().children().count()
    def others = Thread.allStackTraces.keySet()
    when:
    Rehearsal.run(new SystemClock(), dir.resolve('log'))
    then:
    ProcessHandle.current().children().count() == children
    !Files.exists(dir.resolve('log'))
    (Thread.allStackTraces.keySet() - others).findAll { it.name.startsWith('supervise-') && !(it.name in OF_THE_PROCESS) }
        .every { it.join(Duration.ofSeconds(5)) }
  }

  def 'it waits until the tree is quiet, and an interrupt ends the wait'() {
    given:
    def clock = new SystemClock()
    def asked = new AtomicLong()
    def thread = Rehearsal.afterQuiet(clock, dir, { asked.incrementAndGet(); clock.now() }, { })
    when:
    while (asked.get() < 2) Thread.onSpinWait()
    then:
    thread.alive
    when:
    thread.interrupt()
    then:
    thread.join(java.time.Duration.ofSeconds(5))
  }

  def 'an interrupt ends it at any moment, without a word'() {
    given:
    def clock = new SystemClock()
    def thrown = new java.util.concurrent.CopyOnWriteArrayList<Throwable>()
    when:
    (0..30).each { millis ->
      def thread = Rehearsal.afterQuiet(clock, dir, { clock.now() - 10_000_000_000L }, { thrown << it })
      thread.join(java.time.Duration.ofNanos(millis * 300_000L))
      thread.interrupt()
      thread.join()
    }
    then:
    thrown == []
  }
}
