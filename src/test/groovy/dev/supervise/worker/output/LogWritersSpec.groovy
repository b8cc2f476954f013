package dev.supervise.worker.output

import static dev.supervise.Tried.until

import dev.supervise.vital.NoThread
import dev.supervise.vital.Threads
import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/** What is to be written is written, and its end is told, however few threads can be had. */
@Timeout(30)
class LogWritersSpec extends Specification {
  @TempDir Path dir
  List<String> warnings = [].asSynchronized()
  def may = new AtomicInteger()
  def held = new CountDownLatch(1)

  /** Writers in a process that may have so many threads. */
  LogWriters writers(int threads) {
    may.set(threads)
    new LogWriters('spec-log', { thread ->
      if (may.getAndDecrement() <= 0) throw NoThread.of(new OutOfMemoryError('unable to create native thread'))
      Threads.start(thread)
    } as LogWriters.Starter, { warnings << it }, { System.nanoTime() })
  }

  LogFile file(String name) { new LogFile(dir.resolve(name), { warnings << it }, { System.nanoTime() }) }

  /** Writes a line in each of two turns, and then ends and closes its file. */
  LogWriters.Job job(LogFile file, List<String> ended) {
    int turn = 0
    return {
      if (turn++ < 2) {
        file.write(ByteBuffer.wrap("line $turn\n".bytes))
        return true
      }
      file.close()
      ended << file.toString()
      false
    } as LogWriters.Job
  }

  String text(String name) { Files.readString(dir.resolve(name)) }

  def cleanup() { held.countDown() }

  def 'without any thread the end writes it all'() {
    given:
    def writers = writers(0)
    def ended = []
    writers.begin()
    def files = (1..20).collect { file("$it") }
    files.each { writers.add(it, job(it, ended)) }
    writers.urge()
    when:
    writers.close()
    then:
    (1..20).every { text("$it") == 'line 1\nline 2\n' }
    ended.size() == 20 && files.every { it.closed() }
    warnings.size() == 1
    warnings[0].startsWith('logs are written late, or at the end')
  }

  def 'with #threads threads, all of which are held up by files that hang, the end writes the others'() {
    given:
    def writers = writers(threads)
    def ended = []
    writers.begin()
    threads.times { n -> writers.add(file("stuck$n"), { held.await(); false } as LogWriters.Job) }
    until { writers.@ready.empty }
    def files = (1..20).collect { file("$it") }
    files.each { writers.add(it, job(it, ended)) }
    when:
    long begun = System.nanoTime()
    writers.close()
    then:
    (1..20).every { text("$it") == 'line 1\nline 2\n' }
    ended.size() == 20 && files.every { it.closed() }
    System.nanoTime() - begun < 5_000_000_000L
    where:
    threads << [1, 2]
  }

  def 'a thread that can be had later is had, and what is ready waits for nothing that hangs'() {
    given:
    def writers = writers(2)
    def ended = [].asSynchronized()
    writers.begin()
    2.times { n -> writers.add(file("stuck$n"), { held.await(); false } as LogWriters.Job) }
    until { writers.@ready.empty }
    def first = file('first')
    writers.add(first, job(first, ended))
    when:
    may.set(10)
    writers.urge()
    then:
    until { ended.size() == 1 }
    text('first') == 'line 1\nline 2\n'
    cleanup:
    held.countDown()
    writers.close()
  }
}
