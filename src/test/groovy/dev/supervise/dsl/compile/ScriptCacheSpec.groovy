package dev.supervise.dsl.compile

import dev.supervise.dsl.script.CompiledScript
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.FileTime
import java.nio.file.attribute.PosixFilePermissions
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import org.codehaus.groovy.control.CompilationUnit
import org.codehaus.groovy.control.Phases
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.TempDir

class ScriptCacheSpec extends Specification {

  @TempDir Path home
  @Shared CompiledScript forty = compiled('def six = { 6 }; six() * 7 - 2')

  Path directory() { home.resolve('cache/supervise') }

  static byte[] key(String text, String... circumstances) {
    ScriptCache.key(text.getBytes('UTF-8'), circumstances)
  }

  static CompiledScript compiled(String text) {
    def unit = new CompilationUnit()
    unit.addSource('app.groovy', text)
    unit.compile(Phases.CLASS_GENERATION)
    new CompiledScript('app', unit.classes.collectEntries { [it.name, it.bytes] })
  }

  static result(CompiledScript script) {
    script.define(ScriptCacheSpec.classLoader, "app.groovy").getDeclaredConstructor().newInstance().run()
  }

  List<Path> entries() { Files.list(directory()).withCloseable { it.sorted().toList() } }

  def 'what was kept is found again, by another process too, and runs'() {
    when:
    def kept = ScriptCache.in(directory()).keep(key('a'), forty)

    then:
    kept
    result(ScriptCache.in(directory()).find(key('a')).get()) == 40
  }

  def 'a changed text, name or flag is another script'() {
    given:
    def cache = ScriptCache.in(directory())
    cache.keep(key('a', 'app', 'indy'), forty)

    expect:
    cache.find(key('a', 'app', 'indy')).present
    cache.find(other).empty

    where:
    other << [key('a ', 'app', 'indy'), key('a', 'app'), key('a', 'ap', 'pindy'), key('a', 'app', 'indy', ''), key('', 'app', 'indy')]
  }

  def 'an entry that was #damaged counts as absent and is written anew'() {
    given:
    def cache = ScriptCache.in(directory())
    cache.keep(key('a'), forty)
    def entry = entries().first()
    Files.write(entry, damage(Files.readAllBytes(entry)))

    expect:
    cache.find(key('a')).empty
    cache.keep(key('a'), forty)
    result(cache.find(key('a')).get()) == 40

    where:
    damaged                | damage
    'cut'                  | { byte[] it -> Arrays.copyOf(it, it.length - 1) }
    'cut in its head'      | { byte[] it -> Arrays.copyOf(it, 11) }
    'emptied'              | { byte[] it -> new byte[0] }
    'lengthened'           | { byte[] it -> Arrays.copyOf(it, it.length + 1) }
    'flipped in one bit'   | { byte[] it -> it[it.length - 100] ^= 4; it }
    'flipped in its sum'   | { byte[] it -> it[9] ^= 1; it }
    'overwritten'          | { byte[] it -> new Random(1).nextBytes(it); it }
    'overwritten by text'  | { byte[] it -> 'process("evil") { }'.bytes }
  }

  def 'no cut of an entry is ever taken for whole'() {
    given:
    byte[] whole = forty.encode(key('a'))

    expect:
    (0..<whole.length).every { CompiledScript.decode(Arrays.copyOf(whole, it), key('a')).empty }
    CompiledScript.decode(whole, key('a')).present
  }

  def "another script's entry under this one's name counts as absent"() {
    given:
    def cache = ScriptCache.in(directory())
    cache.keep(key('a'), forty)
    def name = entries().first()
    byte[] foreign = compiled('13').encode(key('b'))
    Files.write(name, foreign)

    expect:
    cache.find(key('a')).empty
  }

  def 'directory and entries are for their owner only'() {
    given:
    ScriptCache.in(directory()).keep(key('a'), forty)

    expect:
    PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())) == 'rwx------'
    PosixFilePermissions.toString(Files.getPosixFilePermissions(entries().first())) == 'rw-------'
  }

  def 'a directory that others could write is closed, and only what is ours in it is read: #what'() {
    given:
    ScriptCache.in(directory()).keep(key('a'), forty)
    Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString('rwxrwxrwx'))
    make(entries().first())

    when:
    def cache = ScriptCache.in(directory())

    then:
    cache.find(key('a')).present == found
    PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())) == 'rwx------'

    where:
    what               | found | make
    'as it was'        | true  | { Path it -> }
    'another name'     | false | { Path it -> Files.createLink(it.resolveSibling('other'), it) }
    'a link'           | false | { Path it -> def real = it.resolveSibling('real'); Files.move(it, real); Files.createSymbolicLink(it, real) }
  }

  def 'a directory that #others is neither read nor written'() {
    given:
    ScriptCache.in(directory()).keep(key('a'), forty)
    make(directory())

    when:
    def cache = ScriptCache.in(directory())

    then:
    cache.find(key('a')).empty
    !cache.keep(key('a'), forty)

    where:
    others              | make
    'is a link'         | { Path it -> def real = it.resolveSibling('real'); Files.move(it, real); Files.createSymbolicLink(it, real) }
    'is a file'         | { Path it -> it.toFile().deleteDir(); Files.writeString(it, '') }
  }

  def 'a place that cannot be made is no error'() {
    given:
    Files.writeString(home.resolve('file'), '')

    expect:
    !ScriptCache.in(home.resolve('file/supervise')).keep(key('a'), forty)
    ScriptCache.in(home.resolve('file/supervise')).find(key('a')).empty
  }

  def 'concurrent runs keep and find whole entries only'() {
    given:
    def threads = Executors.newFixedThreadPool(8)
    Callable<Boolean> one = { ->
      def cache = ScriptCache.in(directory())
      (1..50).every {
        cache.keep(key('a'), forty)
        cache.find(key('a')).filter { result(it) == 40 }.present
      }
    }

    expect:
    threads.invokeAll([one] * 8)*.get().every()
    entries().size() == 1

    cleanup:
    threads.shutdownNow()
  }

  def 'beyond its limit the entries longest unused go, and a write that never ended goes after an hour'() {
    given:
    int size = forty.encode(key('00')).length
    def cache = ScriptCache.in(directory(), size * 8)
    cache.keep(key('00'), forty)
    def old = Files.writeString(directory().resolve('x.classes.1-1'), 'torn')
    def fresh = Files.writeString(directory().resolve('x.classes.1-2'), 'being written')
    Files.setLastModifiedTime(old, FileTime.fromMillis(0))

    when:
    (10..30).each { cache.keep(key("$it"), forty) }

    then:
    entries().findAll { it.toString().endsWith('.classes') }.size() <= 8
    cache.find(key('30')).present
    cache.find(key('00')).empty
    !Files.exists(old)
    Files.exists(fresh)
  }

  def 'it belongs below XDG_CACHE_HOME, else below ~/.cache, and only absolute paths count'() {
    expect:
    ScriptCache.directory(environment).map { it.toString() }.orElse('') == where

    where:
    environment                               | where
    [XDG_CACHE_HOME: '/x', HOME: '/h']        | '/x/supervise'
    [XDG_CACHE_HOME: '', HOME: '/h']          | '/h/.cache/supervise'
    [XDG_CACHE_HOME: 'relative', HOME: '/h']  | '/h/.cache/supervise'
    [HOME: '/h']                              | '/h/.cache/supervise'
    [:]                                       | ''
  }
}
