package dev.supervise.cli

import dev.supervise.worker.Native
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Requires
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/**
 * A disk of 1 MB in a mount namespace of the program's own. Where there can be none, LogFileSpec's device that is always
 * full has to do.
 */
@Native
@Requires({ DiskFullSpec.mountable() })
@Timeout(100)
class DiskFullSpec extends Specification {
  static final List<String> APART = ['unshare', '--mount', 'sh', '-c',
      'mount -t tmpfs -o size=1m tmpfs logs && head -c 300000 /dev/zero > logs/ballast && exec "$@"', 'sh']

  @TempDir Path temp
  @AutoCleanup Session session

  static boolean mountable() {
    def tried = new ProcessBuilder('unshare', '--mount', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt').redirectErrorStream(true).start()
    tried.inputStream.text
    tried.waitFor() == 0
  }

  def 'a full disk blocks nobody, is warned of once, what is lost is counted, and it recovers: #form'() {
    given:
    def dir = Files.createDirectory(temp.resolve('app'))
    Files.createDirectory(dir.resolve('logs'))
    dir.resolve('app.groovy').toFile().text = """
      process('web') {
        oneShot()
        shell 'seq 1000000 1300000; touch drained; until [ -e stop ]; do echo tick; sleep 0.05; done; echo stopped'
        logs { file 'logs/web.log'; console false; block(); $form }
      }"""

    when: 'twice as much is written as the disk can hold'
    session = Session.start(dir, words: APART, 'app.groovy')
    session.await('the end of the flood') { Files.exists(dir.resolve('drained')) }
    session.until(/No space left on device/)
    def disk = Path.of("/proc/${session.process.pid()}/root").resolve(dir.toRealPath().toString().substring(1)).resolve('logs')

    and: 'somebody makes room'
    Files.delete(disk.resolve('ballast'))
    session.until(/can be written again/)
    session.await('lines after the gap') { Files.readString(disk.resolve('web.log')).contains('tick') }
    def log = Files.readString(disk.resolve('web.log'))
    Files.createFile(dir.resolve('stop'))
    int code = session.code()
    def warnings = (session.out + session.err).readLines()

    then:
    code == 0
    warnings.count { it.contains('cannot be written') } == 1
    warnings.count { it.contains('can be written again') } == 1
    def lost = (log =~ /(\d+) bytes of output lost/)[0][1] as int
    warnings.any { it.contains("$lost bytes of output are missing") }
    lost > 1_000_000

    and: 'line for line what was written up to the gap, then the mark, then what came after'
    def lines = log.readLines()
    int gap = lines.findIndexOf { it.contains('bytes of output lost') }
    def first = lines.take(gap)
    gap > 10_000
    (form == '' ? first.init() : first).collect(text).toList() == (1000000..<(1000000 + first.size() - (form == '' ? 1 : 0))).collect { "$it".toString() }
    lines.drop(gap + 1).collect(text).every { it == 'tick' }

    where:
    form           | text
    ''             | { it }
    'timestamps()' | { (it =~ /^.{24} (.*)$/)[0][1] }
    'json()'       | { (it =~ /"line":"(.*)"\}$/)[0][1] }
  }
}
