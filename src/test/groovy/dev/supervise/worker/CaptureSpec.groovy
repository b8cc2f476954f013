package dev.supervise.worker

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
    new Logs.Captured(settings.file ?: '', settings.rotate ?: (64 << 20), settings.keep ?: 5, settings.console ?: false, settings.block ?: false)
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

  def 'secrets are blotted out in the file, on the display and in errors'() {
    given:
    bed.worker.share([:], ['hunter2'] as Set)

    when:
    def run = bed.shell('echo the password is hunter2 indeed; printf hun; sleep 0.1; printf ter2')
    run.pid()
    run.exit()
    def failed = bed.argv('/no/hunter2').failure()

    then:
    bed.logOf(run.path) { it.endsWith('*') } == 'the password is *** indeed\n***'
    WorkerBed.until { bed.lines.findAll { it.startsWith("$run.path| ") }.size() == 2 }
    !bed.lines.any { it.contains('hunter2') }
    failed.message() == "program '/no/***' does not exist"

    cleanup:
    bed.worker.share([:], [] as Set)
  }

  def 'a flood that is too fast is dropped, counted and marked: nothing is missing without being said'() {
    when:
    long size = 60_000_000
    def run = bed.shell(logs: captured(rotate: 1L << 31), "head -c $size /dev/zero | tr '\\0' x; echo; echo end".toString())
    run.pid()
    run.exit()
    File file = bed.logFile(run.path)
    WorkerBed.until { file.exists() && !WorkerBed.open(file) }
    long kept = 0
    long dropped = 0
    file.eachLine { line ->
      def mark = line =~ /^\[supervise: (\d+) bytes of output dropped/
      if (mark) {
        dropped += mark[0][1] as long
      } else if (line ==~ /x*/) {
        kept += line.length()
      }
    }

    then:
    kept + dropped in size..size + '\nend\n'.length()
    file.text.endsWith('\nend\n')

    cleanup:
    file?.delete()
  }

  def 'a disk that stalls delays no exit; what does not fit meanwhile is counted in its place'() {
    given: 'a log that nobody can write for now'
    String path = "bed/stalled"
    File fifo = bed.logFile(path)
    fifo.parentFile.mkdirs()
    assert ['mkfifo', fifo.path].execute().waitFor() == 0
    def launch = bed.launch(path: path)
    def run = new WorkerBed.Heard(path: path)

    when:
    run.run = bed.worker.start(bed.spec(new Command.Shell(Value.of('head -c 3000000 /dev/zero; exit 3'), [])), launch, run)
    run.pid()

    then:
    run.exit() == new Exit.Code(3)

    when: 'it goes on'
    byte[] written = fifo.bytes
    def mark = new String(written, 'ISO-8859-1') =~ /\[supervise: (\d+) bytes of output dropped/

    then:
    mark.find()
    (mark.group(1) as int) > 1_500_000
    written.count((byte) 0) + (mark.group(1) as int) == 3_000_000
  }

  def 'all children together hold 64 MB, and what does not fit is counted: none waits'() {
    given: 'logs that nobody can write for now'
    def names = (1..80).collect { "bed/full-$it".toString() }
    def fifos = names.collect { bed.logFile(it) }
    fifos[0].parentFile.mkdirs()
    assert (['mkfifo'] + fifos*.path).execute().waitFor() == 0
    int size = 2_000_000

    when: 'each writes more than its own buffer and a pipe hold'
    def runs = names.collect { name ->
      def run = new WorkerBed.Heard(path: name)
      run.run = bed.worker.start(bed.spec(logs: captured(rotate: 1L << 31), new Command.Shell(Value.of("head -c $size /dev/zero; exit 3".toString()), [])), bed.launch(path: name), run)
      run
    }
    runs*.pid()

    then: 'nobody is held up'
    runs.every { it.next(30) == ['ended', new Exit.Code(3), Remains.NONE] }

    when: 'the logs are written again'
    List<byte[]> written = Collections.synchronizedList([])
    fifos.collect { fifo -> Thread.start { written << fifo.bytes } }*.join()
    def marks = written.collect { (new String(it, 'ISO-8859-1') =~ /\[supervise: (\d+) bytes of output dropped/).collect { it[1] as long }.sum() ?: 0L }
    def kept = written.collect { it.count((byte) 0) as long }

    then:
    (0..<80).count { kept[it] + marks[it] == size } == 80
    kept.every { it <= (1 << 20) + 4096 }
    kept.sum() in (60L << 20)..(64L << 20) + 80 * 4096
  }

  def 'when others have used all memory up, a few words are still taken, and what is more is counted'() {
    given: 'no memory at all'
    def warnings = []
    def reactor = new Reactor({ System.nanoTime() }, 60_000, { })
    def writers = new LogWriters()
    def file = new LogFile(bed.dir.resolve('few.log'), { warnings << it }, { System.nanoTime() })
    file.limit(1L << 31, 5)
    def ended = new java.util.concurrent.CountDownLatch(1)
    def capture = new Capture(reactor, new Chunks(0), writers,
        LogStream.of(file, captured(), 'few', '', Secrets.NONE, { path, bytes, offset, length -> } as Output, { 0L }), false, { ended.countDown() })
    reactor.begin()
    int pipe = capture.open()

    when:
    dev.supervise.posix.Fd.writeAll(pipe, 'a few words\n'.bytes)

    then:
    WorkerBed.until { bed.dir.resolve('few.log').toFile().with { it.exists() && it.text == 'a few words\n' } }

    when:
    dev.supervise.posix.Fd.writeAll(pipe, ('x' * 60_000).bytes)
    dev.supervise.posix.Fd.close(pipe)
    ended.await()
    def text = bed.dir.resolve('few.log').toFile().text

    then:
    text.endsWith('x')
    text.count('x') + ((text =~ /(\d+) bytes of output dropped/)[0][1] as int) == 60_000
    warnings == []

    cleanup:
    reactor?.close()
    writers?.close()
    file?.close()
  }

  def 'a reader of the display that takes nothing holds no child up, and no exit'() {
    given:
    def go = new java.util.concurrent.CountDownLatch(1)
    String path = 'bed/shown'
    bed.reader = { it == path ? go.await() : true }

    when:
    def run = new WorkerBed.Heard(path: path)
    run.run = bed.worker.start(bed.spec(logs: captured(console: true), new Command.Shell(Value.of('seq 1 500000; exit 3'), [])), bed.launch(path: path), run)
    run.pid()

    then:
    run.exit() == new Exit.Code(3)

    when:
    go.countDown()
    def log = bed.logOf(path)
    def dropped = (log =~ /\[supervise: (\d+) bytes of output dropped.*\]\n/).collect { [it[0].length(), it[1] as int] }

    then: 'what was dropped meanwhile is counted'
    log.startsWith('1\n2\n3\n')
    log.endsWith('\n500000\n')
    dropped.size() > 0
    (log.length() - dropped*.get(0).sum() + dropped*.get(1).sum()) - (1..500000).sum { "$it".length() + 1 } in 0..dropped.size()

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
}
