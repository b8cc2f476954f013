package dev.supervise.worker

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
}
