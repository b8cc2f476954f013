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
