package dev.supervise.cli

import dev.supervise.control.protocol.SocketPlaces
import dev.supervise.worker.Native
import java.net.StandardProtocolFamily
import java.nio.ByteBuffer
import java.nio.channels.ServerSocketChannel
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import java.util.concurrent.atomic.AtomicReference
import spock.lang.AutoCleanup
import spock.lang.Requires
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.Timeout

/**
 * Users of one machine who do not trust each other: `alice` runs supervise, `mallory` was there before her, root looks
 * in. Numbers that nobody else has; no accounts are made.
 */
@Native
@Requires({ System.getProperty('user.name') == 'root' && new File('/usr/bin/setpriv').exists() })
@Timeout(120)
class OtherUsersSpec extends Specification {
  static final int ALICE = 1_000_000 + new Random().nextInt(900_000)
  static final int MALLORY = ALICE + 1

  /// Everybody may write here, and nobody remove what is another's, as in /tmp.
  @Shared Path world = Files.createTempDirectory('world')

  @Shared List<String> java = []
  @AutoCleanup Ended ended = new Ended()
  Path dir

  static class Ended implements Closeable {
    List<Closeable> all = []

    void close() { all.reverse()*.close() }
  }

  /// The program where every user can read it.
  def setupSpec() {
    rights(world, 'rwxr-xr-x')
    def lib = Files.createDirectory(world.resolve('lib'))
    def command = Session.java().findAll { !it.startsWith('-XX:SharedArchiveFile') }
    int at = command.indexOf('-cp') + 1
    command[at] = command[at].split(':').collect { Path.of(it) }.collect { Files.copy(it, lib.resolve(it.fileName)) }.join(':')
    java = command
    assert "chmod -R a+rX $lib".execute().waitFor() == 0
  }

  def setup() {
    dir = Files.createTempDirectory(world, 'd')
    assert "chmod 1777 $dir".execute().waitFor() == 0
    Files.writeString(dir.resolve('app.groovy'), "process('a') { command 'sleep', '1000' }\ntask('t') { run { ctx, p -> 'ok' } }")
    rights(dir.resolve('app.groovy'), 'rw-r--r--')
  }

  def cleanup() {
    "pkill -KILL -u $ALICE".execute().waitFor()
    [ALICE, MALLORY].each { assert "rm -rf /tmp/supervise-$it".execute().waitFor() == 0 }
  }

  def cleanupSpec() { world.toFile().deleteDir() }

  static Path rights(Path path, String rights) {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights))
  }

  static Path belongs(Path path, int uid) {
    Files.setAttribute(path, 'unix:uid', uid, java.nio.file.LinkOption.NOFOLLOW_LINKS)
    path
  }

  /// Exit code, output, complaints.
  List as(int uid, String... words) { as([:], uid, words) }

  List as(Map<String, String> environment, int uid, String... words) {
    def who = uid ? ['setpriv', "--reuid=$uid".toString(), "--regid=$uid".toString(), '--clear-groups'] : []
    def builder = new ProcessBuilder(who + words.toList()).directory(dir.toFile()).redirectInput(new File('/dev/null'))
    builder.environment().with {
      clear()
      putAll([PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', HOME: "$dir/home$uid".toString()] + environment)
    }
    def process = builder.start()
    def out = new StringBuffer()
    def err = new StringBuffer()
    process.waitForProcessOutput(out, err)
    [process.exitValue(), out.toString(), err.toString()]
  }

  List supervise(int uid, String... words) { as(uid, *(java + words.toList())) }

  /// What somebody answers who wants to be taken for her instance, and what he was told.
  AtomicReference<String> impostor(Path socket, int uid) {
    def heard = new AtomicReference<>('')
    def door = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
    door.bind(UnixDomainSocketAddress.of(socket))
    belongs(socket, uid)
    rights(socket, 'rwxrwxrwx')
    Thread.startDaemon {
      try {
        while (true) {
          def client = door.accept()
          client.write(ByteBuffer.wrap('{"is":"Welcome","version":1,"instance":{"script":"/x","pid":1}}\n'.bytes))
          def some = ByteBuffer.allocate(1 << 16)
          int n = client.read(some)
          if (n > 0) heard.set(new String(some.array(), 0, n))
        }
      } catch (IOException closed) { }
    }
    ended.all << door
    heard
  }

  Path state() { dir.toRealPath().resolve('.supervise/app') }

  // ---------------------------------------------------------------------------- what was there before

  def 'a state directory that somebody else has made is refused before anything of it is read: #what'() {
    given:
    def sleeper = new ProcessBuilder('setpriv', "--reuid=$ALICE", "--regid=$ALICE", '--clear-groups', 'sleep', '1000').start()
    def precious = belongs(rights(Files.writeString(dir.resolve('precious'), 'hers'), 'rw-------'), ALICE)
    Files.createDirectories(state().resolve('log'))
    Files.writeString(state().resolve('identities'), "keeper\t99999\t0\t${new File('/proc/sys/kernel/random/boot_id').text.trim()}\t-2\n")
    Files.createSymbolicLink(state().resolve('log/a.log'), precious)
    Files.createSymbolicLink(state().resolve('supervise.log'), precious)
    owners.call(state()).each { path, uid -> belongs(path, uid) }
    [state().parent, state()].each { rights(it, 'rwxrwxrwx') }

    when:
    def run = supervise(ALICE, 'run', 'app.groovy', '--no-repl')
    def up = supervise(ALICE, 'up', '-d')

    then:
    run[0] == 1
    up[0] == 1
    [run[2], up[2]].every { it.contains(why) && it.contains('--state-dir DIR') }
    sleeper.alive
    Files.readString(precious) == 'hers'

    cleanup:
    sleeper?.destroyForcibly()

    where:
    what               | why                                          | owners
    'all of it'        | "belongs to $MALLORY (uid $MALLORY)"         | { Path s -> [(s.parent): MALLORY, (s): MALLORY] }
    'the one below'    | "app belongs to $MALLORY (uid $MALLORY)"     | { Path s -> [(s.parent): ALICE, (s): MALLORY] }
    'what lies in it'  | 'is a symbolic link'                         | { Path s -> [(s.parent): ALICE, (s): ALICE, (s.resolve('log')): ALICE, (s.resolve('identities')): ALICE] }
    'the numbers in it'| "identities belongs to $MALLORY"             | { Path s -> Files.delete(s.resolve('supervise.log')); [(s.parent): ALICE, (s): ALICE, (s.resolve('log')): ALICE, (s.resolve('identities')): MALLORY] }
  }

  def "a mark that no keeper chooses kills nobody, though the file is one's own"() {
    given:
    def sleeper = new ProcessBuilder('setpriv', "--reuid=$ALICE", "--regid=$ALICE", '--clear-groups', 'sleep', '1000').start()
    def boot = new File('/proc/sys/kernel/random/boot_id').text.trim()
    as(ALICE, 'sh', '-c', "mkdir -p .supervise/app && printf 'keeper\\t99999\\t0\\t$boot\\t-2\\nkeeper\\t99999\\t0\\t$boot\\t1\\n' > .supervise/app/identities")

    when:
    def up = supervise(ALICE, 'up', '-d')

    then:
    up[0] == 0
    sleeper.alive
    Files.readString(state().resolve('supervise.log')).contains('2 lines say what supervise never writes')
    supervise(ALICE, 'down')[0] == 0

    cleanup:
    sleeper?.destroyForcibly()
  }

  def 'who makes her runtime directory first is passed over by both sides, and hears nothing'() {
    given:
    def theirs = belongs(rights(Files.createDirectory(Path.of("/tmp/supervise-$ALICE")), 'rwxr-xr-x'), MALLORY)
    def heard = impostor(SocketPlaces.socket(theirs, state()), MALLORY)

    when: 'nothing of hers runs'
    def before = supervise(ALICE, 'task', 'submit', 't', '--json', '{"password":"hunter2"}')

    then:
    before[0] == 3
    before[2].contains("nothing is running for app.groovy; passed over: $theirs belongs to $MALLORY (uid $MALLORY)")

    when: 'it runs, with its socket elsewhere'
    def up = supervise(ALICE, 'up', '-d', '--wait')
    def restart = supervise(ALICE, 'restart', 'a')

    then:
    up[0] == 0
    up[1].contains('is up in the background')
    restart == [0, 'restarted a\n', '']
    Files.readString(state().resolve('socket')) == "${state()}/control.sock\n"
    Files.readString(state().resolve('supervise.log')).contains('the control socket is not put there')

    when: 'also without the note'
    Files.delete(state().resolve('socket'))
    def ps = supervise(ALICE, 'ps', '-q')

    then:
    ps[0] == 0
    supervise(ALICE, 'down')[0] == 0
    heard.get() == ''
  }

  def 'a note that leads to somebody else is not followed'() {
    given:
    def theirs = belongs(rights(Files.createDirectory(dir.resolve('theirs')), 'rwxr-xr-x'), MALLORY)
    def heard = impostor(theirs.resolve('x.sock'), MALLORY)
    as(ALICE, 'sh', '-c', "mkdir -p .supervise/app && echo $theirs/x.sock > .supervise/app/socket")

    when:
    def asked = supervise(ALICE, 'task', 'submit', 't', '--json', '{"password":"hunter2"}')

    then:
    asked[0] == 3
    asked[2].contains("$theirs belongs to $MALLORY (uid $MALLORY)")
    heard.get() == ''
  }

  def 'whoever listens where everything looks like hers is asked by the kernel who he is'() {
    given:
    def hers = belongs(rights(Files.createDirectory(Path.of("/tmp/supervise-$ALICE")), 'rwx------'), ALICE)
    def heard = impostor(SocketPlaces.socket(hers, state()), ALICE)

    when: 'root listens at a socket of hers'
    def asked = supervise(ALICE, 'task', 'submit', 't', '--json', '{"password":"hunter2"}')

    then:
    asked[0] == 1
    asked[2] =~ /who answers at .* is root, not $ALICE/
    heard.get() == ''
  }

  // ---------------------------------------------------------------------------- who may ask

  def 'nobody but her may ask her instance, root too, and each is told how it can be done'() {
    given:
    assert supervise(ALICE, 'up', '-d', '--wait')[0] == 0

    expect:
    [0, MALLORY].each { uid ->
      [['ps'], ['up', '-d'], ['run', 'app.groovy', '--no-repl'], ['down']].each { words ->
        def said = supervise(uid, *words)
        assert said[0] == 1: "$uid $words: $said"
        assert said[2].contains("belongs to $ALICE (uid $ALICE) and not to uid $uid"): "$uid $words: $said"
        assert said[2].contains("sudo -u $ALICE supervise …"): "$uid $words: $said"
      }
    }
    def root = as(SUPERVISE_SOCKET: Files.readString(state().resolve('socket')).trim(), 0, *(java + ['ps']))
    root[0] == 1
    root[2].contains("sudo -u $ALICE supervise …")
    supervise(ALICE, 'ps', '-q') == [0, 'a\n', '']
    supervise(ALICE, 'down')[0] == 0
  }

  def 'all that is kept is for her alone under umask #umask'() {
    when:
    def said = as(ALICE, 'sh', '-c', "umask $umask; exec \"\$@\"", 'sh', *(java + ['up', '-d', '--wait']))
    supervise(ALICE, 'task', 'submit', 't', '--wait')
    supervise(ALICE, 'events')
    def all = Files.walk(state().parent).withCloseable { it.toList() } + Files.walk(Path.of("/tmp/supervise-$ALICE")).withCloseable { it.toList() }

    then:
    said[0] == 0
    all.size() > 12
    all.each {
      def rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(it))
      assert rights == (Files.isDirectory(it) ? 'rwx------' : 'rw-------'), "$it: $rights"
    }
    supervise(ALICE, 'down')[0] == 0

    where:
    umask << ['000', '077', '0777']
  }

  // ---------------------------------------------------------------------------- pid files of others

  def 'a pid file counts only where nobody else can have written it: #what'() {
    given:
    def victim = new ProcessBuilder('sleep', '1000').start()
    def stat = new File("/proc/${victim.pid()}/stat").text
    def ticks = stat.substring(stat.lastIndexOf(')') + 2).split(' ')[19]
    def text = "${victim.pid()}\n{}\n{\"start_ticks\":$ticks,\"boot_id\":\"${new File('/proc/sys/kernel/random/boot_id').text.trim()}\"}\n"
    def file = Files.writeString(dir.resolve('x.pid'), text)
    make(file)
    Files.writeString(dir.resolve('app.groovy'), """
      process('d') { command 'sleep', '1000'; detached(); detect { pidFile 'x.pid' }; $user }
      process('k') { command 'sleep', '1000'; after d: started }
      """)

    when: 'root runs it'
    def up = supervise(0, 'up', '-d', '--wait')
    def adopted = supervise(0, 'show', 'd', '--json')[1].contains("\"pid\":${victim.pid()}")

    then:
    up[0] == 0
    adopted == believed
    supervise(0, 'stop', 'd')[0] == 0
    victim.alive == !believed

    cleanup:
    victim?.destroyForcibly()
    supervise(0, 'down', '--kill')

    where:
    what                                 | believed | user              | make
    "root's own"                         | true     | ''                | { Path it -> rights(it, 'rw-r--r--') }
    "somebody else's"                    | false    | ''                | { Path it -> belongs(it, MALLORY) }
    'written by everybody'               | false    | ''                | { Path it -> rights(it, 'rw-rw-rw-') }
    'a link'                             | false    | ''                | { Path it -> Files.move(it, it.resolveSibling('real')); Files.createSymbolicLink(it, it.resolveSibling('real')) }
    "its user's, of a process of root's" | false    | "user '$MALLORY'; group '$MALLORY'" | { Path it -> belongs(it, MALLORY) }
  }
}
