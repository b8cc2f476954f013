package dev.supervise.posix

import dev.supervise.worker.Native
import java.nio.file.Files
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.TempDir

/** What leads to a directory may change; what it is does not. */
@Native
class HeldDirectorySpec extends Specification {
  @TempDir Path temp
  @AutoCleanup Closing held = new Closing()
  Path outer
  Path path

  static class Closing implements Closeable {
    List<HeldDirectory> all = []

    void close() { all*.close() }
  }

  def setup() {
    outer = temp.toRealPath().resolve('outer')
    path = outer.resolve('own')
  }

  HeldDirectory hold() {
    held.all << HeldDirectory.of(PrivateDirectory.create(path), { PrivateDirectory.plain(path) })
    held.all.last()
  }

  /// Somebody renames what leads to it, and puts a link to a directory in its place that holds the same names.
  Path plant() {
    def strange = PrivateDirectory.create(temp.resolve('strange/own'))
    ['kept', 'log'].each { strange.replace(it, 'strange'.bytes) }
    Files.move(outer, temp.resolve('moved'))
    Files.createSymbolicLink(outer, temp.resolve('strange'))
    strange.path()
  }

  def 'nothing is read, written or removed behind a link that was put above it'() {
    given:
    def directory = hold().directory()
    directory.replace('kept', 'ours'.bytes)
    def strange = plant()
    when:
    directory.replace('new', 'ours'.bytes)
    directory.overwrite('file', 'ours'.bytes)
    directory.append('log').close()
    directory.child('folder').replace('deep', 'ours'.bytes)
    def read = new String(PrivateDirectory.find(path).get().read('kept', 10).get())
    directory.remove('kept')
    then:
    read == 'ours'
    strange.toFile().list().sort() == ['kept', 'log']
    Files.readString(strange.resolve('kept')) == 'strange'
    Files.readString(strange.resolve('log')) == 'strange'
    temp.resolve('moved/own').toFile().list().sort() == ['file', 'folder', 'log', 'new']
  }

  def 'it is not made again behind that link'() {
    given:
    hold()
    def strange = plant()
    strange.toFile().deleteDir()
    when:
    PrivateDirectory.create(path)
    then:
    def e = thrown(IOException)
    e.message == "$outer leads to ${temp.toRealPath()}/strange now, by a symbolic link"
    !Files.exists(strange)
  }

  def 'one that was taken away is made again once, by its owner, and what is held leads there'() {
    given:
    def directory = hold()
    def before = directory.directory()
    when:
    path.toFile().deleteDir()
    def made = (1..3).collect { PrivateDirectory.create(path) }
    then: 'however soon the number of its inode could be used again'
    directory.times() == 1
    !made[0].is(before)
    made.every { it.is(made[0]) }
    when:
    before.replace('file', 'ours'.bytes)
    then:
    Files.readString(path.resolve('file')) == 'ours'
  }

  def 'what the system says of it names its path'() {
    given:
    def directory = hold().directory()
    when:
    directory.move('none', 'other')
    then:
    def e1 = thrown(NoSuchFileException)
    e1.message == path.resolve('none').toString()
    when:
    path.toFile().deleteDir()
    directory.replace('file', 'ours'.bytes)
    then:
    def e2 = thrown(NoSuchFileException)
    e2.message == path.resolve('file.new').toString()
  }

  def 'a directory that was replaced since it was looked at is not held'() {
    given:
    def looked = PrivateDirectory.create(path)
    Files.move(path, temp.resolve('moved'))
    PrivateDirectory.create(path)
    when:
    HeldDirectory.of(looked, { null })
    then:
    def e3 = thrown(IOException)
    e3.message == "$path was replaced while it was being opened"
  }

  def 'after it is let go its path means what the file system says'() {
    given:
    def directory = hold()
    when:
    directory.close()
    path.toFile().deleteDir()
    then:
    PrivateDirectory.find(path).empty
    PrivateDirectory.create(path).way() == path
  }
}
