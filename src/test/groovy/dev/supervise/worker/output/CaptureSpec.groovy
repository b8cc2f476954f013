package dev.supervise.worker.output

import dev.supervise.worker.Action
import dev.supervise.worker.Native
import dev.supervise.worker.Output
import dev.supervise.worker.OutputTail
import dev.supervise.worker.Reactor
import dev.supervise.worker.Survivors
import dev.supervise.worker.WorkerBed
import dev.supervise.spec.Command
import dev.supervise.spec.Exit
import dev.supervise.spec.Logs
import dev.supervise.spec.Value
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.Timeout

@Native
@Timeout(60)
class CaptureSpec extends Specification {
  @Shared
  WorkerBed bed = new WorkerBed()

  def cleanupSpec() {
    bed.close()
  }

  static Logs.Captured captured(Map settings = [:]) {
    new Logs.Captured(settings.file ?: '', settings.rotate ?: (64 << 20), settings.keep ?: 5, settings.console ?: false,
        settings.block ?: false, settings.separate ?: false, Logs.Format.PLAIN)
  }

  def 'both streams go to one file in their order, and to the display line by line'() {
    when:
    def run = bed.shell('echo one; echo two >&2; echo three; printf tail; exit 3')
    run.pid()
    run.exit()

    then:
    bed.logOf(run.path) { it.endsWith('tail') } == 'one\ntwo\nthree\ntail'
    WorkerBed.until { bed.lines.findAll { it.startsWith("$run.path| ") }.size() == 4 }
    bed.lines.findAll { it.startsWith("$run.path| ") }*.minus("$run.path| ") == ['one', 'two', 'three', 'tail']
  }

  def 'an exit is reported although somebody else holds the pipe'() {
    when:
    def run = bed.shell('sleep 1000 & echo last words; exit 5')
    run.pid()
    def (what, exit, remains) = run.next()

    then:
    exit == new Exit.Code(5)
    remains.count() == 1
    bed.logOf(run.path) { it } == 'last words\n'

    cleanup:
    run?.signal(9, Action.Scope.ALL)
  }

  def 'bytes that are not UTF-8 survive'() {
    when:
    def run = bed.shell("printf '\\377\\376\\000x\\n'")
    run.pid()
    run.exit()
    bed.logOf(run.path)

    then:
    bed.logFile(run.path).bytes == [0xff, 0xfe, 0, 'x' as char, '\n' as char] as byte[]
  }

  def 'secrets are blotted out in the file, and on the display'() {
    given:
    bed.secrets.add('hunter2')

    when:
    def run = bed.shell('echo the password is hunter2 indeed; printf hun; sleep 0.1; printf ter2')
    run.pid()
    run.exit()

    then:
    bed.logOf(run.path) { it.endsWith('*') } == 'the password is *** indeed\n***'
    WorkerBed.until { bed.lines.findAll { it.startsWith("$run.path| ") }.size() == 2 }
    !bed.lines.any { it.contains('hunter2') }
  }

  /** How much of a log is output, and how much its marks say is missing. */
  static List<Long> accounted(String log, int output) {
    def marks = (log =~ /\n?\[supervise: (\d+) bytes of output dropped[^\n]*\n/).collect { [it[0].length() as long, it[1] as long] }
    [log.count(output as char as String) as long, marks*.get(1).sum() as Long ?: 0L]
  }

  /** A log that nobody can write before somebody reads it. */
  File hanging(String path) {
    File fifo = bed.logFile(path)
    fifo.parentFile.mkdirs()
    assert ['mkfifo', fifo.path].execute().waitFor() == 0
    fifo
  }

  WorkerBed.Heard run(Map with = [:], String path, String text) {
    def heard = new WorkerBed.Heard(path: path)
    def spec = bed.spec([logs: captured(rotate: 1L << 31)] + with, new Command.Shell(Value.of(text), []))
    heard.run = bed.worker.start(spec, bed.launch(path: path), heard)
    heard
  }

  def 'whatever a child writes, and however fast, is complete in its log: #what'() {
    when:
    def run = bed.shell(logs: captured(rotate: 1L << 31, separate: separate, console: console), command)
    run.pid()
    run.exit()

    then: 'also what it wrote just before its end'
    bed.logOf(run.path)
    bed.logFile(run.path).length() == size

    cleanup:
    bed.logFile(run?.path)?.delete()

    where:
    what                        | separate | console | size        | command
    'a burst of lines'          | false    | false   | 30_000 * 200 | "seq -f 'line %0194.0f' 1 30000"
    'the same, shown'           | false    | true    | 30_000 * 200 | "seq -f 'line %0194.0f' 1 30000"
    'one line of 20 MB'         | false    | false   | 20_000_001  | "head -c 20000000 /dev/zero | tr '\\0' x; echo"
    'bytes as fast as they come' | false   | false   | 150_000_000 | 'head -c 150000000 /dev/zero'
    'one of two streams'        | true     | false   | 20_000_000  | 'head -c 20000000 /dev/zero; head -c 20000000 /dev/zero >&2'
  }

  def 'a log that is slow holds its child up, and nothing is missing'() {
    given: 'somebody who reads 16 KB each 10 ms'
    File fifo = hanging('bed/slow')
    def read = new ByteArrayOutputStream()
    def reader = Thread.start {
      fifo.withInputStream { from ->
        byte[] some = new byte[16 << 10]
        for (int n; (n = from.read(some)) >= 0;) {
          read.write(some, 0, n)
          Thread.sleep(10)
        }
      }
    }

    when:
    long begun = System.nanoTime()
    def run = run('bed/slow', 'head -c 5000000 /dev/zero; echo end; exit 3')
    run.pid()

    then: 'it was held up for as long as its buffer and its pipe did not hold the rest'
    run.next(30) == ['ended', new Exit.Code(3), Survivors.NONE]
    System.nanoTime() - begun > 1_000_000_000

    when:
    reader.join()

    then:
    read.size() == 5_000_004
    read.toString().endsWith('end\n')
    !bed.warnings.any { it.contains('slow.log') }
  }

  def 'a log that takes nothing for 2 s holds its child up no longer; what is dropped is counted in its place, and said'() {
    given:
    File fifo = hanging('bed/stalled')

    when:
    long begun = System.nanoTime()
    def run = run('bed/stalled', 'head -c 3000000 /dev/zero; echo; echo last words; exit 3')
    run.pid()

    then:
    run.exit() == new Exit.Code(3)
    ((System.nanoTime() - begun).intdiv(1_000_000) as int) in 1900..5000
    bed.warnings.count { it == "log file $fifo takes nothing: output is counted and dropped until it does" } == 1

    when: 'it goes on'
    String written = new String(fifo.bytes, 'ISO-8859-1')
    def (int kept, int dropped) = accounted(written, 0)

    then: 'the buffer, then the gap, then the last that was written'
    dropped > 1_500_000
    kept + dropped == 3_000_000
    written.endsWith('\nlast words\n')
    bed.warnings.count { it == "log file $fifo takes output again; $dropped bytes of output were dropped" } == 1
  }

  @Timeout(30)
  def 'the patience of a log begins anew with each byte it takes'() {
    given: 'a clock that is turned by hand, and a fifo without a reader'
    def clock = new java.util.concurrent.atomic.AtomicLong()
    def warnings = new java.util.concurrent.CopyOnWriteArrayList()
    def bench = new Bench(bed.dir.resolve('patience.log'), clock, warnings, 1024)
    assert ['mkfifo', bench.path.toString()].execute().waitFor() == 0
    def writing = Thread.start { dev.supervise.posix.Fd.writeAll(bench.pipe, new byte[8 << 20]); dev.supervise.posix.Fd.close(bench.pipe) }
    def turn = { long millis -> (millis.intdiv(50)).times { clock.addAndGet(50_000_000); bench.reactor.post { }; Thread.sleep(2) } }

    when: 'it is stuck for less than two seconds'
    WorkerBed.until { bench.file.stuck(Long.MAX_VALUE) > 0 && bench.chunks.take(1 << 20) == null }
    turn(1900)

    then:
    writing.alive
    warnings == []

    when: 'it takes something, and is stuck again'
    def reader = new FileInputStream(bench.path.toFile())
    reader.readNBytes(100_000)
    WorkerBed.until { reader.available() > 60_000 }
    turn(1900)

    then:
    writing.alive
    warnings == []

    when:
    turn(400)

    then:
    WorkerBed.until { !writing.alive }
    warnings*.toString() == ["log file $bench.path takes nothing: output is counted and dropped until it does".toString()]

    cleanup:
    reader?.close()
    bench?.close()
  }

  def 'all children together hold 64 MB while their logs hang, and nobody else is held up: not a line, not a restart'() {
    given: 'logs that nobody can write for now'
    def names = (1..80).collect { "bed/full-$it".toString() }
    def fifos = names.collect { bed.logFile(it) }
    fifos[0].parentFile.mkdirs()
    assert (['mkfifo'] + fifos*.path).execute().waitFor() == 0
    int size = 2_000_000

    when: 'each writes more than its own buffer and a pipe hold'
    def runs = names.collect { run(it, "head -c $size /dev/zero; exit 3") }
    runs*.pid()
    def healthy = (1..20).collect { n ->
      long begun = System.nanoTime()
      def run = run('bed/healthy', "echo run $n; exit 4")
      run.pid()
      assert run.exit() == new Exit.Code(4)
      WorkerBed.until { bed.logFile('bed/healthy').with { it.exists() && it.text.endsWith("run $n\n") } }
      (System.nanoTime() - begun).intdiv(1_000_000)
    }

    then: 'others come and go'
    healthy.sort()[10] < 300
    healthy.max() < 2000

    and: 'who was held up goes on after 2 s'
    runs.every { it.next(30) == ['ended', new Exit.Code(3), Survivors.NONE] }

    when: 'a flood of somebody whose disk works'
    def flood = run('bed/beside', 'head -c 20000000 /dev/zero')
    flood.pid()
    flood.exit()

    then:
    WorkerBed.until(20) { bed.logFile('bed/beside').length() == 20_000_000 }

    when: 'the logs are written again'
    List<String> written = Collections.synchronizedList([])
    fifos.collect { fifo -> Thread.start { written << new String(fifo.bytes, 'ISO-8859-1') } }*.join()
    def counts = written.collect { accounted(it, 0) }

    then:
    counts.every { kept, dropped -> kept + dropped == size }
    counts.every { kept, dropped -> kept <= (1 << 20) + 4096 }
    counts.sum { it[0] } in (50L << 20)..(64L << 20) + 80 * 2 * 4096
  }

  def 'where all memory is used up, a little at a time gets through, and nothing is missing'() {
    given: 'no memory at all'
    def warnings = []
    def bench = new Bench(bed.dir.resolve('few.log'), { System.nanoTime() }, warnings, 0)

    when:
    dev.supervise.posix.Fd.writeAll(bench.pipe, 'a few words\n'.bytes)

    then:
    WorkerBed.until { bench.path.toFile().with { it.exists() && it.text == 'a few words\n' } }

    when:
    dev.supervise.posix.Fd.writeAll(bench.pipe, ('x' * 600_000).bytes)
    dev.supervise.posix.Fd.close(bench.pipe)
    bench.ended.await()

    then:
    bench.path.toFile().text == 'a few words\n' + 'x' * 600_000
    warnings == []

    cleanup:
    bench?.close()
  }

  def 'what a run has left when it ends stands before what the next one writes, however long its log was held up'() {
    given: 'a log that is read slowly, and runs that leave more than the buffer holds'
    File fifo = hanging('bed/order')
    def go = new java.util.concurrent.CountDownLatch(1)
    def read = new ByteArrayOutputStream()
    def reader = Thread.startDaemon {
      // Its own writer, too: between two runs it does not end.
      new RandomAccessFile(fifo, 'rw').withCloseable { from ->
        go.await()
        byte[] some = new byte[64 << 10]
        while (true) {
          read.write(some, 0, from.read(some))
          Thread.sleep(1)
        }
      }
    }

    when:
    def runs = (1..3).collect { n ->
      def run = run('bed/order', "seq -f 'run $n %06.0f' 1 90000")
      run.pid()
      go.countDown()
      run.next(30)
      run
    }
    WorkerBed.until(20) { read.size() == 3 * 90_000 * 13 }
    def lines = read.toString().readLines()

    then:
    lines == (1..3).collectMany { n -> (1..90000).collect { String.format('run %d %06d', n, it) } }
  }

  def 'a unit whose log hangs is restarted as others are; of its runs meanwhile only the number of bytes is kept'() {
    given:
    File fifo = hanging('bed/crashing')
    def hog = run('bed/crashing', 'head -c 3000000 /dev/zero')
    hog.pid()
    hog.next(10)
    def open = { new File('/proc/self/fd').list().length }
    def before = open()

    when: 'it has taken nothing for 2 s by now'
    long begun = System.nanoTime()
    200.times { n ->
      def run = run('bed/crashing', "printf 'twenty bytes of output'")
      run.pid()
      run.exit()
    }

    then:
    (System.nanoTime() - begun).intdiv(1_000_000_000) < 10
    WorkerBed.until { open() <= before + 2 }

    when:
    def (kept, dropped) = accounted(new String(fifo.bytes, 'ISO-8859-1'), 0)

    then:
    kept + dropped == 3_000_000 + 200 * 22
  }

  def 'with block nothing is ever dropped; runs that would pile up behind a log that hangs are not started'() {
    given:
    File fifo = hanging('bed/blocked')
    def with = [logs: captured(rotate: 1L << 31, block: true)]
    def hog = run(with, 'bed/blocked', 'dd if=/dev/zero bs=1500000 count=1 2> /dev/null; exit 1')
    hog.pid()

    expect: 'the exit is reported with some of it still on its way'
    hog.next(10) == ['ended', new Exit.Code(1), Survivors.NONE]

    when:
    def runs = (1..20).collect { run(with, 'bed/blocked', 'echo more') }
    def answers = runs.collect { run ->
      def first = run.next(10)
      first[0] == 'up' ? run.next(10) : first
    }

    then:
    answers*.get(0).unique().sort() == ['ended', 'notUp']
    answers.find { it[0] == 'notUp' }[1].message() == "log file '$fifo' cannot be opened: it takes nothing, and 8 earlier runs wait for it (logs block)"

    when:
    String written = new String(fifo.bytes, 'ISO-8859-1')

    then:
    accounted(written, 0) == [1_500_000L, 0L]
    written.count('more\n') == answers.count { it[0] == 'ended' }
  }

  def 'a reader of the display that takes nothing holds no child up for longer than a log would'() {
    given:
    def go = new java.util.concurrent.CountDownLatch(1)
    String path = 'bed/shown'
    bed.reader = { it == path ? go.await() : true }

    when:
    def run = run(path, 'seq 1 500000; exit 3', logs: captured(console: true))
    run.pid()

    then:
    run.exit() == new Exit.Code(3)

    cleanup:
    go.countDown()
    bed.reader = { true }
  }

  def 'with block nothing is dropped, however slow the log'() {
    when:
    def run = bed.shell(logs: captured(rotate: 1L << 31, block: true), 'head -c 50000000 /dev/zero')
    run.pid()
    run.exit()
    File file = bed.logFile(run.path)

    then:
    WorkerBed.until(20) { file.length() == 50_000_000 }

    cleanup:
    file?.delete()
  }

  def 'a named file resolves against the directory of the unit, one a instance'() {
    when:
    def run = bed.start(new Command.Shell(Value.of('echo mine'), []), logs: captured(file: 'log/web.log'), instance: 2)
    run.pid()
    run.exit()
    File file = bed.dir.resolve('log/web-2.log').toFile()

    then:
    WorkerBed.until { file.exists() && file.text == 'mine\n' }
  }

  def 'a unit that logs nowhere writes no file'() {
    when:
    def run = bed.shell(logs: new Logs.None(), 'echo lost; readlink /proc/self/fd/1 > out; exit 6')
    run.pid()

    then:
    run.exit() == new Exit.Code(6)
    bed.dir.resolve('out').toFile().exists()
    !bed.logFile(run.path).exists()
  }

  /** One pipe into one log, with a clock of its own. */
  static class Bench {
    final java.nio.file.Path path
    final Reactor reactor
    final LogWriters writers
    final BufferPool chunks
    final LogFile file
    final int pipe
    final ended = new java.util.concurrent.CountDownLatch(1)

    Bench(java.nio.file.Path path, clock, List warnings, int pieces) {
      this.path = path
      def now = clock instanceof Closure ? clock : { (clock as java.util.concurrent.atomic.AtomicLong).get() }
      reactor = new Reactor(now, 60_000, { })
      writers = new LogWriters('bench', { warnings << it }, now)
      chunks = new BufferPool(pieces)
      file = new LogFile(path, { warnings << it }, now)
      file.limit(1L << 31, 5)
      def around = new Capture.Surroundings(reactor, chunks, writers, now, new java.util.concurrent.ConcurrentHashMap())
      def stream = LogStream.of(file, CaptureSpec.captured(), 'bench', '', new dev.supervise.text.Secrets(), { a, b, c, d -> } as Output, { 0L })
      reactor.begin()
      pipe = new Capture(around, stream, false, 0, new OutputTail(), { ended.countDown() }).open()
    }

    /** Its log writer, where its log hangs, ends with the JVM. */
    void close() {
      reactor.close()
    }
  }
}
