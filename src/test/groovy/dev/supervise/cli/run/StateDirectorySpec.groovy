package dev.supervise.cli.run

import dev.supervise.control.protocol.SocketPlaces
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import spock.lang.Specification
import spock.lang.TempDir

class StateDirectorySpec extends Specification {
  @TempDir Path temp
  Path dir

  def setup() { dir = temp.toRealPath() }

  Path script(String name = 'app.groovy', Path at = dir) {
    Files.writeString(Files.createDirectories(at).resolve(name), '')
  }

  static Path place(Path script, Map<String, String> environment = [:]) {
    StateDirectory.places(script, environment).first()
  }

  static StateDirectory open(Path script, Map<String, String> environment = [:]) {
    StateDirectory.open(script, environment)
  }

  static String rights(Path path) { PosixFilePermissions.toString(Files.getPosixFilePermissions(path)) }

  static CliError refusal(Closure<?> what) {
    try {
      what()
    } catch (CliError e) {
      return e
    }
    throw new AssertionError('not refused' as Object)
  }

  // ---------------------------------------------------------------------------------------- where

  def 'each script has its own beside it, named like it; naming it makes nothing'() {
    expect:
    place(dir.resolve(name)) == dir.resolve('.supervise').resolve(where)
    !Files.exists(dir.resolve('.supervise'))
    where:
    name           | where
    'app.groovy'   | 'app'
    'test.groovy'  | 'test'
    'app'          | 'app'
    'a.b.groovy'   | 'a.b'
    'app.Groovy'   | 'app.Groovy'
    '.groovy'      | '.groovy'
    '..groovy'     | '..groovy'
    '...groovy'    | '...groovy'
  }

  def 'a script is its file: whatever link it is called by, its state is the same'() {
    given:
    def real = script('app.groovy', dir.resolve('real'))
    Files.createSymbolicLink(dir.resolve('link.groovy'), real)
    Files.createSymbolicLink(dir.resolve('folder'), real.parent)
    expect:
    place(dir.resolve('link.groovy')) == real.parent.resolve('.supervise/app')
    place(dir.resolve('folder/app.groovy')) == real.parent.resolve('.supervise/app')
    and: 'also when the script is gone'
    Files.delete(real)
    place(dir.resolve('folder/app.groovy')) == real.parent.resolve('.supervise/app')
  }

  def 'a directory that cannot be written sends it to #environment'() {
    given: 'one that even root cannot write'
    def readOnly = Path.of('/proc/1/app.groovy')
    expect:
    place(readOnly, environment).toString() ==~ where
    place(readOnly, environment) != place(Path.of('/proc/1/test.groovy'), environment)
    where:
    environment                                       | where
    [XDG_STATE_HOME: '/var/states', HOME: '/home/me'] | '/var/states/supervise/[0-9a-f]{16}'
    [XDG_STATE_HOME: 'relative', HOME: '/home/me']    | '/home/me/.local/state/supervise/[0-9a-f]{16}'
    [HOME: '/home/me']                                | '/home/me/.local/state/supervise/[0-9a-f]{16}'
  }

  def 'a directory that was named holds the state itself, and the option wins over the variable'() {
    given:
    def named = StateDirectory.in([SUPERVISE_STATE_DIR: '/var/a', SUPERVISE_SOCKET: '/s'], Optional.of('/var/b'))
    expect:
    StateDirectory.places(dir.resolve('app.groovy'), [SUPERVISE_STATE_DIR: '/var/a']) == [Path.of('/var/a')]
    StateDirectory.places(dir.resolve('app.groovy'), named) == [Path.of('/var/b')]
    and: 'it names an instance, and so not the one above'
    !named.containsKey('SUPERVISE_SOCKET')
  }

  // ----------------------------------------------------------------------------------------- made

  def 'it is for its owner only, whatever was there and whatever the umask, and git ignores it'() {
    given:
    Files.createDirectories(dir.resolve('.supervise/app'))
    ['.supervise', '.supervise/app'].each {
      Files.setPosixFilePermissions(dir.resolve(it), PosixFilePermissions.fromString('rwxrwxrwx'))
    }
    def old = Files.writeString(dir.resolve('.supervise/app/pid'), '1\n')
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString('rw-rw-rw-'))
    when:
    def state = open(script())
    then:
    state.path() == dir.resolve('.supervise/app')
    state.remarks() == []
    ['.supervise', '.supervise/app', '.supervise/app/log'].every { rights(dir.resolve(it)) == 'rwx------' }
    ['.supervise/.gitignore', '.supervise/app/script', '.supervise/app/pid'].every { rights(dir.resolve(it)) == 'rw-------' }
    Files.readString(dir.resolve('.supervise/.gitignore')) == '*\n'
  }

  def "what somebody wrote into the .gitignore stays"() {
    given:
    Files.createDirectory(dir.resolve('.supervise'))
    Files.writeString(dir.resolve('.supervise/.gitignore'), 'log\n')
    when:
    open(script())
    then:
    Files.readString(dir.resolve('.supervise/.gitignore')) == 'log\n'
  }

  def 'nothing of a stranger kind is taken for state: #what'() {
    given:
    Files.createDirectories(dir.resolve('.supervise/app'))
    def precious = Files.writeString(dir.resolve('precious'), 'mine')
    make(dir, precious)
    when:
    def e = refusal { open(script()) }
    then:
    e.code() == 1
    e.sentence().contains(why)
    e.sentence().contains('--state-dir DIR')
    Files.readString(precious) == 'mine'
    where:
    what                          | why                                        | make
    'the one above is a link'     | '.supervise is a symbolic link'            | { d, p -> d.resolve('.supervise').toFile().deleteDir(); Files.createSymbolicLink(d.resolve('.supervise'), Files.createDirectory(d.resolve('elsewhere'))) }
    'it is a link'                | 'app is a symbolic link'                   | { d, p -> Files.delete(d.resolve('.supervise/app')); Files.createSymbolicLink(d.resolve('.supervise/app'), Files.createDirectory(d.resolve('elsewhere'))) }
    'it is a file'                | 'app is a file, where a directory'         | { d, p -> Files.delete(d.resolve('.supervise/app')); Files.writeString(d.resolve('.supervise/app'), '') }
    'a file is a link'            | 'identities is a symbolic link'            | { d, p -> Files.createSymbolicLink(d.resolve('.supervise/app/identities'), p) }
    'a file is a dangling link'   | 'state.db is a symbolic link'              | { d, p -> Files.createSymbolicLink(d.resolve('.supervise/app/state.db'), d.resolve('nowhere')) }
    'a file has two names'        | 'supervise.log has 2 names (hard links)'   | { d, p -> Files.createLink(d.resolve('.supervise/app/supervise.log'), p) }
    'a file is a pipe'            | 'lock is a named pipe'                     | { d, p -> assert "mkfifo ${d.resolve('.supervise/app/lock')}".execute().waitFor() == 0 }
    'the logs are a link'         | 'log is a symbolic link'                   | { d, p -> Files.createSymbolicLink(d.resolve('.supervise/app/log'), Files.createDirectory(d.resolve('elsewhere'))) }
    'the logs are a file'         | 'log is a file, where a directory'         | { d, p -> Files.writeString(d.resolve('.supervise/app/log'), '') }
  }

  def 'a directory in the place of every file is a sentence, and removes nothing: #name'() {
    given:
    def inside = Files.writeString(Files.createDirectories(dir.resolve(".supervise/app/$name")).resolve('inside'), '')
    def state = open(script())
    when:
    def e = refusal { InstanceLock.of(state.directory(), []).close() }
    then:
    e.sentence().contains("$name is a directory, where a file is wanted")
    Files.exists(inside)
    where:
    name << ['lock']
  }

  def 'what is only for others to read keeps nobody from starting: #name'() {
    given:
    Files.writeString(Files.createDirectories(dir.resolve(".supervise/app/$name")).resolve('inside'), '')
    when:
    def state = open(script())
    def owned = InstanceLock.of(state.directory(), [])
    def remarks = state.remarks() + owned.remarks()
    then:
    remarks.size() == 1
    remarks[0].contains("$name is a directory, where a file is wanted")
    where:
    name << ['pid', 'pid.new']
  }

  def 'a state directory that cannot be made is a sentence'() {
    when:
    def e = refusal { open(script(), [SUPERVISE_STATE_DIR: '/proc/self/fdinfo/state']) }
    then:
    e.sentence().startsWith('cannot create the state directory /proc/')
    e.sentence().contains('--state-dir DIR')
  }

  def "a directory that was named must be supervise's own: it is closed to others"() {
    given:
    def home = Files.createDirectory(dir.resolve('home'))
    Files.writeString(home.resolve('letter'), '')
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString('rwxr-xr-x'))
    when:
    def e = refusal { open(script(), [SUPERVISE_STATE_DIR: home.toString()]) }
    then:
    e.code() == 2
    e.sentence().contains('holds other files, and no state of supervise')
    rights(home) == 'rwxr-xr-x'
    when: 'an empty one, and the same again'
    def named = Files.createDirectory(dir.resolve('named'))
    2.times { open(script(), [SUPERVISE_STATE_DIR: named.toString()]) }
    then:
    rights(named) == 'rwx------'
    Files.readString(named.resolve('script')).strip() == script().toString()
    !Files.exists(dir.resolve('.supervise'))
  }

  // ---------------------------------------------------------------------------------------- whose

  def 'whatever bytes the note of the socket and the name of the script hold, they keep nobody from starting or asking'() {
    given:
    def seed = System.getProperty('supervise.seed')?.toLong() ?: System.nanoTime()
    def dice = new Random(seed)
    def app = script()
    def state = open(app).path()
    def words = ['/', '/tmp', '/x.sock', '.sock', '..', '\u0000', '\n', 'app.groovy', '\u00ff', '\ud83d\ude00', '\u001b[2J', 'a' * 5000]
    def until = System.nanoTime() + (long) (Double.parseDouble(System.getProperty('supervise.fuzz', '1')) * 1e9)
    long tried = 0
    long noted = 0

    when:
    while (System.nanoTime() < until || tried < 300) {
      tried++
      def some = { ->
        byte[] noise = new byte[dice.nextInt(60)]
        dice.nextBytes(noise)
        dice.nextBoolean() ? noise : (0..dice.nextInt(6)).collect { words[dice.nextInt(words.size())] }.join('').getBytes('UTF-8')
      }
      Files.write(state.resolve('socket'), some())
      Files.write(state.resolve('script'), some())
      try {
        def note = SocketPlaces.noted(state)
        noted += note.present ? 1 : 0
        assert note.stream().toList().every { it.absolute && it.toString().endsWith('.sock') }
        open(app)
      } catch (CliError | RuntimeException e) {
        throw new AssertionError("seed $seed".toString(), e)
      }
    }

    then:
    println "   $tried notes of any bytes, $noted of them a path (seed $seed)"
    noted > 0
  }

  def 'two scripts whose names come to the same do not share: the second is refused while the first is there'() {
    given:
    open(script('app.groovy'))
    when:
    def e = refusal { open(script('app')) }
    then:
    e.sentence() == "$dir/.supervise/app holds the state of $dir/app.groovy and not of $dir/app; keep one of the two elsewhere (--state-dir DIR)"
    when: 'it was renamed'
    Files.delete(dir.resolve('app.groovy'))
    open(dir.resolve('app'))
    then:
    Files.readString(dir.resolve('.supervise/app/script')) == 'app\n'
  }

  def 'one directory that was named for two scripts is refused the second'() {
    given:
    def named = [SUPERVISE_STATE_DIR: dir.resolve('named').toString()]
    open(script('a.groovy'), named)
    expect:
    refusal { open(script('b.groovy'), named) }.sentence().contains('holds the state of')
  }

  def 'a project that was moved or copied with its state goes on with it'() {
    given:
    open(script('app.groovy', dir.resolve('one')))
    assert "cp -a $dir/one $dir/two".execute().waitFor() == 0
    expect:
    open(dir.resolve('two/app.groovy')).path() == dir.resolve('two/.supervise/app')
  }

  def 'state of an earlier version is named once, with what to move where'() {
    given:
    Files.createDirectory(dir.resolve('.supervise'))
    Files.writeString(dir.resolve('.supervise/state.db'), '')
    expect:
    with(open(script()).remarks()) {
      it.size() == 1
      it[0].startsWith("$dir/.supervise/state.db was written by an earlier version and is not read")
      it[0].contains("to $dir/.supervise/app")
    }
  }

  // ---------------------------------------------------------------------------------------- again

  def 'taken away it is made again, but not where the project is gone too'() {
    given:
    def state = open(script('app.groovy', dir.resolve('p'))).hold()
    when:
    dir.resolve('p/.supervise').toFile().deleteDir()
    state.renew()
    then:
    ['app/script', 'app/log', '.gitignore'].every { Files.exists(dir.resolve("p/.supervise/$it")) }
    when:
    dir.resolve('p').toFile().deleteDir()
    state.renew()
    then:
    def e = thrown(IOException)
    e.message == "$dir/p is gone too"
    !Files.exists(dir.resolve('p'))
    cleanup:
    state.close()
  }
}
