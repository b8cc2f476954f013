package dev.supervise.cli.run

import dev.supervise.control.protocol.SocketPlaces
import dev.supervise.posix.PrivateDirectory
import dev.supervise.worker.Native
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Specification
import spock.lang.TempDir

class InstanceLockSpec extends Specification {
  @TempDir Path temp
  Path dir
  Path runtime

  def setup() {
    dir = Files.createDirectory(temp.resolve('state'))
    runtime = temp.resolve('run/supervise')
    Files.createDirectory(runtime.parent)
  }

  InstanceLock own(List<Path> places = [runtime]) { InstanceLock.of(PrivateDirectory.create(dir), places) }

  static long us() { ProcessHandle.current().pid() }

  def 'one at a time; the second is told who holds it; afterwards it is free'() {
    given:
    def first = own()
    when:
    own()
    then:
    def e = thrown(CliError)
    e.sentence() == "another supervisor (pid ${us()}) owns $dir; stop it first, nothing was started"
    e.code() == 1
    when:
    first.close()
    then:
    !Files.exists(dir.resolve('pid'))
    runtime.toFile().list().length == 0
    when:
    own().close()
    then:
    noExceptionThrown()
  }

  @Native
  def 'the state directory removed makes no room for a second, and the first owns the new one too'() {
    given:
    def first = own()
    dir.toFile().deleteDir()
    when:
    own()
    then:
    def e = thrown(CliError)
    e.sentence() == "another supervisor (pid ${us()}) owns $dir; stop it first, nothing was started"
    when: 'it is made again'
    first.renew()
    InstanceLock.of(PrivateDirectory.create(dir), [])
    then: 'also whoever knows of no other place is refused'
    thrown(CliError)
    Files.readString(dir.resolve('pid')) == "${us()}\n"
    cleanup:
    first?.close()
  }

  def 'the pid of one that was killed means nothing'() {
    given:
    Files.writeString(dir.resolve('pid'), '1\n')
    Files.writeString(dir.resolve('lock'), '')
    expect:
    own().withCloseable { Files.readString(dir.resolve('pid')) } == "${us()}\n"
  }

  @Native
  def 'whatever bytes the lock file and the pid file hold, they are at worst left out of the sentence'() {
    given:
    def dice = new Random(7)
    def first = own([])
    expect:
    300.times {
      byte[] some = new byte[dice.nextInt(80)]
      dice.nextBytes(some)
      def text = ["${dice.nextInt()} ${dice.nextLong()} ${UUID.randomUUID()}\n", "-1 -1 -1\n", "9999999 999999999999999999 0\n"][dice.nextInt(3)].bytes
      Files.write(dir.resolve('lock'), dice.nextBoolean() ? some : text)
      Files.write(dir.resolve('pid'), dice.nextBoolean() ? some : text)
      try {
        own([]).close()
        assert false
      } catch (CliError e) {
        assert e.sentence() ==~ /(another supervisor( \(pid [1-9]\d*\))? owns|the supervisor that owned) .*/
      }
    }
    cleanup:
    first?.close()
  }

  def 'opening and closing the lock file elsewhere does not lose the lock'() {
    given:
    def first = own()
    Files.readString(dir.resolve('lock'))
    when:
    own()
    then:
    thrown(CliError)
    cleanup:
    first?.close()
  }

  def 'the socket is in the first directory that can be used, at last beside the state'() {
    given:
    def link = Files.createSymbolicLink(temp.resolve('link'), Files.createDirectory(temp.resolve('elsewhere')))
    def file = Files.writeString(temp.resolve('file'), '')
    def long_ = Files.createDirectory(temp.resolve('x' * 100)).resolve('supervise')
    when:
    def owned = own([temp.resolve('absent/supervise'), link, file, long_, runtime])
    then:
    owned.socket() == SocketPlaces.socket(runtime, dir)
    owned.remarks().size() == 2
    owned.remarks()[0].contains("$link is a symbolic link")
    owned.remarks()[1].contains("$file is a file, where a directory is wanted")
    when:
    owned.close()
    owned = own([link])
    then:
    owned.socket() == dir.resolve('control.sock')
    cleanup:
    owned?.close()
  }

  @Native
  def 'a lock whose name was removed while it was opened is nobody\'s'() {
    given: 'the one in the state directory gone, so that only the other counts'
    def rounds = 200
    def inside = new java.util.concurrent.atomic.AtomicInteger()
    def most = new java.util.concurrent.atomic.AtomicInteger()
    def taken = new java.util.concurrent.atomic.AtomicInteger()
    when:
    (1..4).collect {
      Thread.start {
        rounds.times {
          Files.deleteIfExists(dir.resolve('lock'))
          try {
            def owned = own([runtime])
            most.accumulateAndGet(inside.incrementAndGet(), Math::max)
            taken.incrementAndGet()
            inside.decrementAndGet()
            owned.close()
          } catch (CliError busy) { }
        }
      }
    }*.join()
    then:
    taken.get() > 0
    most.get() == 1
  }

  def 'a directory that cannot be used is a sentence'() {
    given:
    def state = PrivateDirectory.create(dir)
    Files.delete(dir)
    when:
    InstanceLock.of(state, [])
    then:
    def e = thrown(CliError)
    e.sentence() == "cannot own $dir: no such file or directory"
  }
}
