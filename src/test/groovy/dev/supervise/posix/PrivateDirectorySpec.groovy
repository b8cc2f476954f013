package dev.supervise.posix

import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import spock.lang.Requires
import spock.lang.Specification
import spock.lang.TempDir

class PrivateDirectorySpec extends Specification {
  @TempDir Path temp

  static String rights(Path path) { PosixFilePermissions.toString(Files.getPosixFilePermissions(path)) }

  static void open(Path path, String rights) {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights))
  }

  PrivateDirectory made(String name = 'own') { PrivateDirectory.create(temp.resolve(name)) }

  // ---------------------------------------------------------------------------- the directory itself

  def 'it is made with those above it, for its owner only'() {
    expect:
    rights(made('a/b/c').path()) == 'rwx------'
    rights(temp.resolve('a/b')) == 'rwx------'
  }

  def 'one of ours that is open to others is closed: #before'() {
    given:
    def path = Files.createDirectory(temp.resolve('own'))
    open(path, before)
    when:
    PrivateDirectory.create(path)
    then:
    rights(path) == 'rwx------'
    where:
    before << ['rwxrwxrwx', 'rwxr-xr-x', 'rwx--x---', 'r-x------', '---------']
  }

  def 'nothing is made behind a link, but where the user says so'() {
    given:
    def elsewhere = Files.createDirectory(temp.resolve('elsewhere'))
    def link = Files.createSymbolicLink(temp.resolve('link'), elsewhere)
    when:
    PrivateDirectory.create(link.resolve(below))
    then:
    thrown(Untrusted)
    elsewhere.toFile().list().length == 0
    when:
    def named = PrivateDirectory.named(link.resolve('a/b'))
    then:
    named.path() == elsewhere.toRealPath().resolve('a/b')
    where:
    below << ['a', 'a/b/c']
  }

  def 'looking for one makes none'() {
    expect:
    PrivateDirectory.find(temp.resolve('absent')).empty
    !Files.exists(temp.resolve('absent'))
  }

  def 'what is no directory of ours is refused and left as it is: #what'() {
    given:
    def path = temp.resolve('own')
    make(path)
    when:
    PrivateDirectory.create(path)
    then:
    def e = thrown(Untrusted)
    e.message == "$path is $what, where a directory is wanted; remove it"
    e.owner() == ''
    where:
    what              | make
    'a symbolic link' | { Path it -> Files.createSymbolicLink(it, Files.createDirectory(it.resolveSibling('elsewhere'))) }
    'a file'          | { Path it -> Files.writeString(it, '') }
    'a named pipe'    | { Path it -> assert "mkfifo $it".execute().waitFor() == 0 }
  }

  @Requires({ PrivateDirectory.user() == 0 })
  def 'one that is another user\'s is named with its owner'() {
    given:
    def path = Files.createDirectory(temp.resolve('own'))
    Files.setAttribute(path, 'unix:uid', 65534)
    when:
    PrivateDirectory.create(path)
    then:
    def e = thrown(Untrusted)
    e.message ==~ /\Q$path\E belongs to \S+ \(uid 65534\) and not to uid 0/
    e.owner() != ''
  }

  def 'it says whether it is still the same'() {
    given:
    def own = made()
    expect:
    own.present()
    when:
    Files.move(own.path(), temp.resolve('away'))
    then:
    !own.present()
    when:
    Files.createDirectory(own.path())
    then:
    !own.present()
  }

  // ---------------------------------------------------------------------------------- files in it

  def 'what is written is read again, and is for its owner only, whatever was there: #how'() {
    given:
    def own = made()
    if (before) {
      Files.writeString(own.path().resolve('f'), 'old')
      open(own.path().resolve('f'), before)
    }
    when:
    write(own)
    then:
    new String(own.read('f', 100).get()) == (how.startsWith('added') && before ? 'oldnew' : 'new')
    rights(own.path().resolve('f')) == 'rw-------'
    own.names('*') == ['f']
    where:
    how                   | before      | write
    'replaced'            | ''          | { it.replace('f', 'new'.bytes) }
    'replaced, 0666'      | 'rw-rw-rw-' | { it.replace('f', 'new'.bytes) }
    'overwritten'         | ''          | { it.overwrite('f', 'new'.bytes) }
    'overwritten, 0644'   | 'rw-r--r--' | { it.overwrite('f', 'new'.bytes) }
    'added to'            | ''          | { it.append('f').withCloseable { c -> c.write(ByteBuffer.wrap('new'.bytes)) } }
    'added to, 0666'      | 'rw-rw-rw-' | { it.append('f').withCloseable { c -> c.write(ByteBuffer.wrap('new'.bytes)) } }
    'opened by another'   | ''          | { Files.writeString(it.file('f'), 'new') }
    'by another, 0664'    | 'rw-rw-r--' | { Files.writeString(it.file('f'), 'new') }
  }

  def 'a program may be executed by its owner, and is written anew when it is another one'() {
    given:
    def own = made()
    when:
    def program = own.program('p', '#!/bin/sh\nexit 7\n'.bytes)
    then:
    rights(program) == 'rwx------'
    program.toString().execute().waitFor() == 7
    when:
    Files.writeString(program, '#!/bin/sh\nexit 8\n')
    open(program, 'rwxrwxrwx')
    own.program('p', '#!/bin/sh\nexit 7\n'.bytes)
    then:
    program.toString().execute().waitFor() == 7
    rights(program) == 'rwx------'
  }

  def 'what is no file of ours is neither read nor written: #what, #door'() {
    given:
    def own = made()
    def precious = Files.writeString(temp.resolve('precious'), 'mine')
    make(own.path().resolve('f'), precious)
    when:
    through(own)
    then:
    def e = thrown(Untrusted)
    e.message.startsWith("${own.path()}/f ")
    e.message.contains(what)
    Files.readString(precious) == 'mine'
    where:
    [what, make, door, through] << [
        [
            ['is a symbolic link', { Path it, p -> Files.createSymbolicLink(it, p) }],
            ['is a symbolic link', { Path it, p -> Files.createSymbolicLink(it, it.resolveSibling('nowhere')) }],
            ['has 2 names (hard links)', { Path it, p -> Files.createLink(it, p) }],
            ['is a named pipe', { Path it, p -> assert "mkfifo $it".execute().waitFor() == 0 }],
            ['is a directory', { Path it, p -> Files.createDirectory(it) }],
        ],
        [
            ['read', { it.read('f', 100) }],
            ['find', { it.find('f') }],
            ['file', { it.file('f') }],
            ['replace', { it.replace('f', 'new'.bytes) }],
            ['overwrite', { it.overwrite('f', 'new'.bytes) }],
            ['append', { it.append('f').close() }],
            ['program', { it.program('f', 'new'.bytes) }],
            ['move from', { it.move('f', 'g') }],
            ['move to', { it.file('g'); it.move('g', 'f') }],
        ]
    ].combinations().collect { it.flatten() }
  }

  @Requires({ PrivateDirectory.user() == 0 })
  def 'a file that another user put there is refused, though the directory is ours'() {
    given:
    def own = made()
    def file = Files.writeString(own.path().resolve('f'), 'keeper\t99999\t0')
    Files.setAttribute(file, 'unix:uid', 65534)
    when:
    own.read('f', 100)
    then:
    thrown(Untrusted)
    when:
    own.inspect()
    then:
    thrown(Untrusted)
  }

  def 'a directory that was exchanged for a link is noticed at the next step: #door'() {
    given:
    def own = made()
    own.replace('f', 'old'.bytes)
    Files.move(own.path(), temp.resolve('elsewhere'))
    Files.createSymbolicLink(own.path(), temp.resolve('elsewhere'))
    when:
    through(own)
    then:
    thrown(Untrusted)
    Files.readString(temp.resolve('elsewhere/f')) == 'old'
    where:
    door      | through
    'read'    | { it.read('f', 100) }
    'replace' | { it.replace('f', 'new'.bytes) }
    'append'  | { it.append('f').close() }
    'remove'  | { it.remove('f') }
    'names'   | { it.names('*') }
    'child'   | { it.child('c') }
    'holding' | { it.holding(it.path().resolve('a/b')) }
  }

  def 'each step to a file below is looked at'() {
    given:
    def own = made()
    Files.createDirectory(own.path().resolve('a'))
    Files.createSymbolicLink(own.path().resolve('a/b'), Files.createDirectory(temp.resolve('elsewhere')))
    when:
    own.holding(own.path().resolve('a/b/c.log'))
    then:
    thrown(Untrusted)
    when:
    def good = own.holding(own.path().resolve('x/y/c.log'))
    then:
    good.path() == own.path().resolve('x/y')
    rights(good.path()) == 'rwx------'
  }

  def 'removing takes a link and leaves what it points to, and takes no directory'() {
    given:
    def own = made()
    def precious = Files.writeString(temp.resolve('precious'), 'mine')
    Files.createSymbolicLink(own.path().resolve('link'), precious)
    Files.createDirectory(own.path().resolve('folder'))
    when:
    own.remove('link')
    own.remove('absent')
    then:
    own.names('*') == ['folder']
    Files.readString(precious) == 'mine'
    when:
    own.remove('folder')
    then:
    thrown(Untrusted)
  }

  def 'a longer file than is wanted is not read'() {
    given:
    def own = made()
    own.replace('f', new byte[101])
    when:
    own.read('f', 100)
    then:
    thrown(IOException)
  }

  def 'a name is one step: #name'() {
    when:
    made().file(name)
    then:
    thrown(IllegalArgumentException)
    where:
    name << ['', '.', '..', 'a/b', '/etc/passwd', '../f']
  }

  def 'in one that is gone nothing is made by the way'() {
    given:
    def own = made()
    Files.delete(own.path())
    when:
    own.file('f')
    then:
    thrown(NoSuchFileException)
    !Files.exists(own.path())
  }

  // ---------------------------------------------------------------------------------- watching it

  @dev.supervise.worker.Native
  def 'what is taken away from a directory is told, and nothing else: #what'() {
    given:
    def own = made()
    own.replace('f', 'x'.bytes)
    def watch = new DirectoryWatch()
    assert watch.add(own.path()) == 0
    when:
    Files.writeString(own.path().resolve('g'), 'more')
    own.append('f').withCloseable { it.write(ByteBuffer.wrap('more'.bytes)) }
    then:
    watch.await(50) == DirectoryWatch.News.NOTHING
    when:
    lose(own.path())
    then:
    watch.await(5000) == DirectoryWatch.News.LOST
    cleanup:
    watch.close()
    watch.await(0)
    where:
    what               | lose
    'a file'           | { Path it -> Files.delete(it.resolve('f')) }
    'a file, by name'  | { Path it -> Files.move(it.resolve('f'), it.resolveSibling('f')) }
    'all of it'        | { Path it -> it.toFile().deleteDir() }
    'its own name'     | { Path it -> Files.move(it, it.resolveSibling('away')) }
  }
}
