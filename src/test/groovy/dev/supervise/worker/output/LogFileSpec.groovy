package dev.supervise.worker.output

import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import spock.lang.Specification
import spock.lang.TempDir

class LogFileSpec extends Specification {
  @TempDir
  Path dir
  List<String> warnings = []
  long now = 0

  LogFile file(String name, long rotate = 1 << 20, int keep = 2) {
    LogFile file = new LogFile(dir.resolve(name), { warnings << it }, { now })
    file.limit(rotate, keep)
    file
  }

  static void write(LogFile file, String text) {
    file.write(ByteBuffer.wrap(text.bytes))
  }

  String text(String name) {
    dir.resolve(name).toFile().text
  }

  static String mode(Path path) {
    PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
  }

  def 'files are for their owner only, and so are the folders made for them'() {
    when:
    LogFile file = file('a/b/web.log')
    write(file, 'x')

    then:
    mode(dir.resolve('a/b/web.log')) == 'rw-------'
    mode(dir.resolve('a')) == 'rwx------'
  }

  def 'a full file is set aside at the end of a line, and so many are kept'() {
    when:
    LogFile file = file('web.log', 1024, 2)
    (1..40).each { write(file, "line $it ${'.' * 91}\n".toString()) }
    file.close()

    then:
    dir.toFile().list().sort() == ['web.log', 'web.log.1', 'web.log.2']
    dir.toFile().listFiles().every { it.length() <= 1024 }
    def kept = [text('web.log.2'), text('web.log.1'), text('web.log')].join('').readLines()*.tokenize()*.get(1)*.toInteger()
    kept == ((41 - kept.size())..40).toList()
    kept.size() > 18
  }

  def 'a line that is larger than a file stays whole, up to 64 KB'() {
    when:
    LogFile file = file('web.log', 1024, 1)
    write(file, 'x' * 5000)
    write(file, 'y\n')
    write(file, 'z\n')

    then:
    warnings == []
    text('web.log.1') == 'x' * 5000 + 'y\n'
    text('web.log') == 'z\n'
    dir.toFile().list().sort() == ['web.log', 'web.log.1']
  }

  def 'an endless line is cut where the file is set aside, with a mark'() {
    when:
    LogFile file = file('web.log', 1024, 2)
    30.times { write(file, 'x' * 5000) }
    write(file, 'end\n')
    file.close()

    then:
    warnings == []
    def old = text('web.log.2')
    old.endsWith('x [the line goes on]\n')
    old.length() <= 1024 + (64 << 10) + 21
    [old, text('web.log.1'), text('web.log')].sum { it.count('x') } == 150_000
    text('web.log').endsWith('xend\n')
  }

  def 'bytes that are no text are set aside as they are'() {
    given:
    def bytes = new byte[40_000].tap { new Random(1).nextBytes(it) }

    when:
    LogFile file = file('web.log', 1024, 1000)
    for (int i = 0; i < 40_000; i += 1000) {
      file.write(ByteBuffer.wrap(bytes, i, 1000))
    }
    file.close()
    def files = dir.toFile().listFiles().sort { -(it.name - 'web.log' - '.' ?: '0').toInteger() }

    then:
    files.size() > 10
    Arrays.equals(files.collectMany { it.bytes.toList() } as byte[], bytes)
  }

  def 'lines that are to stay whole are never cut, however large'() {
    when:
    LogFile file = file('web.log', 1024, 100)
    10.times { file.writeLines(ByteBuffer.wrap(("$it" * 300_000 + '\n' + "$it\n").bytes)) }
    file.close()

    then:
    dir.toFile().listFiles().every { it.text.endsWith('\n') }
    dir.toFile().listFiles().collectMany { it.readLines()*.length() }.countBy { it } == [300_000: 10, 1: 10]
  }

  def 'a unit that crashes again and again on a full disk is warned of once'() {
    given:
    Files.createSymbolicLink(dir.resolve('unit.log'), Path.of('/dev/full'))
    def files = new LogFiles(dir, { warnings << it }, { now })
    def path = dir.resolve('unit.log')
    def run = {
      LogFile file = files.acquire(path, dev.supervise.spec.Logs.DEFAULT)
      write(file, 'lost\n')
      files.release(path)
    }

    when:
    5.times { run(); now += 6_000_000_000L }

    then:
    warnings.size() == 1

    when:
    Files.delete(path)
    run()

    then:
    text('unit.log') == '[supervise: 25 bytes of output lost: this file could not be written]\nlost\n'
    warnings.size() == 2
  }

  def 'a new run begins on a line of its own'() {
    given:
    LogFile first = file('web.log')
    write(first, 'no newline')
    first.close()

    when:
    LogFile second = file('web.log')
    write(second, 'next\n')

    then:
    text('web.log') == 'no newline\nnext\n'
  }

  def 'a full disk is warned of once, what is lost is counted, and it recovers'() {
    given: 'a file on a device that is always full'
    Path path = dir.resolve('web.log')
    Files.createSymbolicLink(path, Path.of('/dev/full'))
    LogFile file = file('web.log')

    when:
    5.times { write(file, 'lost') }

    then:
    warnings.size() == 1
    warnings[0].contains('No space left on device')

    when: 'room again, but too early to look'
    Files.delete(path)
    now += 4_000_000_000L
    write(file, 'lost')

    then:
    !Files.exists(path)

    when:
    now += 2_000_000_000L
    write(file, 'kept\n')

    then:
    text('web.log') == '[supervise: 24 bytes of output lost: this file could not be written]\nkept\n'
    warnings.size() == 2
    warnings[1].contains('24 bytes')
  }

  def 'a log that was #what is begun anew within a second, with one remark'() {
    given:
    LogFile file = file('log/web.log')
    write(file, 'before\n')
    outside(dir)

    when: 'somebody writes at once'
    now += 900_000_000
    write(file, 'until then\n')

    then: 'it went where the file has gone'
    !Files.exists(dir.resolve('log/web.log'))
    gone == null || text(gone) == 'before\nuntil then\n'

    when:
    now += 100_000_000
    write(file, 'after\n')
    now += 2_000_000_000
    write(file, 'and on\n')

    then:
    text('log/web.log') == 'after\nand on\n'
    mode(dir.resolve('log')) == 'rwx------'
    warnings == [remark.replace('DIR', dir.toString())]

    where:
    what                     | gone              | remark                                                                    | outside
    'moved'                  | 'log/web.log-old' | 'log file DIR/log/web.log was moved or removed; it is begun anew'         | { Path d -> Files.move(d.resolve('log/web.log'), d.resolve('log/web.log-old')) }
    'removed'                | null              | 'log file DIR/log/web.log was moved or removed; it is begun anew'         | { Path d -> Files.delete(d.resolve('log/web.log')) }
    'removed with its folder' | null             | 'folder DIR/log was moved or removed; the logs in it are begun anew'      | { Path d -> d.resolve('log').toFile().deleteDir() }
    'moved with its folder'  | 'old/web.log'     | 'folder DIR/log was moved or removed; the logs in it are begun anew'      | { Path d -> Files.move(d.resolve('log'), d.resolve('old')) }
  }

  def 'a folder that is removed is one remark, however many logs were in it; our own is told of by its watch: #folder'() {
    given:
    dir.resolve(folder).toFile().mkdirs()
    def files = new LogFiles(dir.resolve('log'), { warnings << it }, { now })
    def logs = (1..20).collect { files.acquire(dir.resolve("$folder/unit-${it}.log"), dev.supervise.spec.Logs.DEFAULT) }
    logs.each { write(it, 'x\n') }

    when:
    dir.resolve(folder).toFile().deleteDir()
    now += 1_000_000_000
    logs.each { write(it, 'y\n') }

    then:
    (1..20).every { text("$folder/unit-${it}.log") == 'y\n' }
    warnings.size() == remarks

    where:
    folder | remarks
    'log'  | 0
    'mine' | 1
  }

  def 'a log that somebody emptied is set aside when it is full again, and not before'() {
    given:
    LogFile file = file('web.log', 1024)
    9.times { write(file, 'x' * 99 + '\n') }

    when:
    dir.resolve('web.log').toFile().text = ''
    now += 1_000_000_000
    10.times { write(file, 'y' * 99 + '\n') }

    then:
    dir.toFile().list() == ['web.log']
    text('web.log') == ('y' * 99 + '\n') * 10
  }

  def 'what is no file is added to and never renamed: #what'() {
    given:
    assert (command.collect { it.replace('DIR', dir.toString()) }).execute().waitFor() == 0
    def path = dir.resolve('log')
    def kind = Files.getAttribute(path, 'unix:mode', java.nio.file.LinkOption.NOFOLLOW_LINKS)
    def reader = what == 'a fifo' ? new RandomAccessFile(path.toFile(), 'rw') : null

    when:
    LogFile file = file('log', 1024)
    30.times { write(file, 'x' * 99 + '\n') }
    file.close()

    then:
    dir.toFile().list() == ['log']
    Files.getAttribute(path, 'unix:mode', java.nio.file.LinkOption.NOFOLLOW_LINKS) == kind
    reader == null || { byte[] all = new byte[3000]; reader.readFully(all); new String(all) }() == ('x' * 99 + '\n') * 30
    warnings == []

    cleanup:
    reader?.close()

    where:
    what               | command
    'a fifo'           | ['mkfifo', 'DIR/log']
    'a device'         | ['ln', '-s', '/dev/null', 'DIR/log']
    'a file of others' | ['ln', '-s', '/proc/self/fd/' + OTHERS_FD, 'DIR/log']
  }

  /** A file that is open in this process, as the standard output of supervise may be. */
  static final File OTHERS = File.createTempFile('others', '.txt').tap { deleteOnExit() }
  static final FileOutputStream OPEN = new FileOutputStream(OTHERS)
  static final String OTHERS_FD = new File('/proc/self/fd').listFiles().find {
    try {
      Files.readSymbolicLink(it.toPath()).toString() == OTHERS.path
    } catch (IOException closedMeanwhile) {
      false
    }
  }.name

  def 'a link to a file stays: the file is set aside where it is'() {
    given:
    Files.createDirectory(dir.resolve('big'))
    Files.createSymbolicLink(dir.resolve('web.log'), Path.of('big/real.log'))

    when:
    LogFile file = file('web.log', 1024, 2)
    (1..40).each { write(file, "line $it ${'.' * 91}\n".toString()) }
    file.close()

    then:
    Files.isSymbolicLink(dir.resolve('web.log'))
    dir.toFile().list().sort() == ['big', 'web.log']
    dir.resolve('big').toFile().list().sort() == ['real.log', 'real.log.1', 'real.log.2']

    and: 'who reads the log finds all of it'
    LogReader.last(dir.resolve('web.log'), 15)*.tokenize()*.get(1)*.toInteger() == (26..40).toList()
  }

  def 'a fifo that nobody reads holds up neither who opens it nor who closes it'() {
    given:
    assert ['mkfifo', dir.resolve('pipe').toString()].execute().waitFor() == 0
    LogFile file = file('pipe')

    when:
    file.open()
    file.close()

    then:
    noExceptionThrown()
    file.closed()
  }

  def 'a path that cannot be a log is refused with the reason: #what'() {
    given:
    make(dir)

    when:
    file('log').open()

    then:
    IOException e = thrown()
    LogFile.reason(e) == reason

    where:
    what                   | reason                      | make
    'a directory'          | 'Is a directory'            | { Path d -> Files.createDirectory(d.resolve('log')) }
    'links in a circle'    | 'Too many symbolic links'   | { Path d -> Files.createSymbolicLink(d.resolve('log'), Path.of('log')) }
    'a link into nowhere'  | 'No such file or directory' | { Path d -> Files.createSymbolicLink(d.resolve('log'), Path.of('no/where')) }
    'a socket'             | 'is a socket'               | { Path d -> java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX).bind(java.net.UnixDomainSocketAddress.of(d.resolve('log'))) }
  }

  def 'before a run begins it is known what cannot be set aside: #path'() {
    expect:
    LogPath.fixed(Path.of(path)).orElse('') == words

    where:
    path                 | words
    '/dev/null'          | 'is a device: lines are added to it, it is never set aside (logs none keeps nothing)'
    '/dev/tty'           | 'is a device: lines are added to it, it is never set aside (logs inherit writes to where supervise itself does)'
    '/tmp'               | 'is a directory: no log can be opened there'
    '/etc/passwd'        | ''
    '/nonexistent/x.log' | ''
  }

  def 'as long as a log takes nothing it is known since when'() {
    given:
    assert ['mkfifo', dir.resolve('pipe').toString()].execute().waitFor() == 0
    LogFile file = file('pipe')
    def writing = Thread.startDaemon {
      file.served()
      write(file, 'x' * 200_000)
      file.left()
    }

    when:
    while (file.stuck(5) != 5) Thread.sleep(1)
    now = 3_000_000_000L

    then:
    file.stuck(now) == 3_000_000_000L

    when: 'somebody reads some of it'
    def reader = new RandomAccessFile(dir.resolve('pipe').toFile(), 'rw')
    reader.readFully(new byte[150_000])

    then:
    while (file.stuck(now) > 1_000_000_000L) Thread.sleep(1)

    when:
    reader.readFully(new byte[50_000])
    writing.join()

    then:
    file.stuck(now + 9_000_000_000L) == 0

    cleanup:
    reader?.close()
  }
}
