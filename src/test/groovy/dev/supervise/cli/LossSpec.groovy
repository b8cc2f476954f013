package dev.supervise.cli

import dev.supervise.posix.ProcessIdentity
import dev.supervise.worker.Native
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import spock.lang.AutoCleanup
import spock.lang.Requires
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/**
 * Whatever of supervise, keeper and guard is killed, and in whatever company: nothing runs twice, and nothing lives on unsaid. By the
 * real program. `-Dloss.rounds=20` kills more often.
 */
@Native
@Timeout(300)
class LossSpec extends Specification {
  static final boolean ROOT = System.getProperty('user.name') == 'root' && new File('/usr/bin/setpriv').exists()

  static final int ROUNDS = Integer.getInteger('loss.rounds', 2)

  /** As root is in a container: it may signal everybody, and may not ask for the limits of anybody else. */
  static final List<String> LESS = ['setpriv', '--bounding-set', '-sys_resource,-sys_ptrace,-sys_admin', '--inh-caps', '-all']

  @TempDir Path parent
  @AutoCleanup LeftBehindSpec.Sessions sessions = new LeftBehindSpec.Sessions()
  String marker = "7${System.nanoTime() % 1_000_000}".toString()

  def setup() {
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString('rwxr-xr-x'))
    Files.createDirectories(home())
  }

  def cleanup() {
    running().each { it.signal(9) }
  }

  Path home() { parent.resolve('home') }

  Session start(String script, List<String> words = []) {
    Files.writeString(home().resolve('app.groovy'), script)
    sessions.all << Session.start(home(), words: words, 'app.groovy', '--no-repl')
    sessions.all.last()
  }

  /** Two sleeps a unit: its leader, and a daemon in a session of its own. */
  String tree(String user) {
    def as = user ? "user '$user'; dir '/'" : ''
    """
    process('a') { delay 20.ms; $as; shell '(setsid sleep $marker &); exec sleep $marker' }
    process('b') { delay 20.ms; $as; shell '(env -i setsid sleep $marker >/dev/null 2>&1 &); exec sleep $marker' }
    """
  }

  List<ProcessIdentity> running() {
    new File('/proc').list().findAll { it.isInteger() }.collectMany { pid ->
      try {
        new File("/proc/$pid/cmdline").text == "sleep\0$marker\0" ? ProcessIdentity.of(pid as int).stream().toList() : []
      } catch (IOException gone) {
        []
      }
    }
  }

  /** Guard and keeper of the supervisor that runs now. */
  List<Integer> keepers() {
    Files.readAllLines(home().resolve('.supervise/app/identities')).findAll { it.startsWith('keeper') }.collect { it.split('\t')[1] as int }[-2..-1]
  }

  List<ProcessIdentity> up(Session session) {
    session.await('4 processes') { running().size() == 4 && Files.exists(home().resolve('.supervise/app/identities')) }
    running()
  }

  /** One command for all. What one of them was may end another one before its turn: only the end of all counts. */
  static void kill(List<?> pids) {
    (['kill', '-9'] + pids*.toString()).execute().waitFor()
    Session.within(10_000) { pids.every { Session.ended(it as long) } }
  }

  static void stop(List<?> pids) { assert (['kill', '-STOP'] + pids*.toString()).execute().waitFor() == 0 }

  static void goOn(List<?> pids) { (['kill', '-CONT'] + pids*.toString()).execute().waitFor() }

  @Requires({ LossSpec.ROOT })
  def 'killed alone or with its guard, twenty times: all of another user goes down, and comes up once'() {
    given:
    def session = start("intensity unlimited\n" + tree('nobody'), LESS)
    def before = up(session)

    expect:
    20.times { round ->
      def (guard, keeper) = keepers()
      kill([[keeper], [guard], [guard, keeper]][round % 3])
      session.await("nothing old in round $round") { before.every { !it.alive() } }
      session.await("four new ones in round $round") { running().size() == 4 && keepers() != [guard, keeper] }
      before = running()
      assert !(guard in before*.pid())
    }
    session.signal('TERM').code() == 0
    running().empty
    !(session.out =~ /left (over|alone)/)
  }

  @Requires({ LossSpec.ROOT })
  def 'supervise killed with #who: all of another user is gone before the next start starts anything'() {
    expect:
    ROUNDS.times { round ->
      def session = start(tree('nobody'), LESS)
      def before = up(session)
      def (guard, keeper) = keepers()
      kill([session.process.pid()] + [[], [keeper], [guard], [keeper, guard]][which])
      def next = start("onStart { if (new File('/proc').list().any { try { new File('/proc/' + it + '/cmdline').text == 'sleep\\0$marker\\0' } catch (e) { false } }) println 'STILL THERE' }\n" + tree('nobody'), LESS)
      ['a', 'b'].each { LeftBehindSpec.pid(next, it) }
      def after = up(next)
      assert before.every { !it.alive() }
      assert !next.out.contains('STILL THERE')
      assert after.size() == 4
      assert next.signal('TERM').code() == 0
      assert running().empty
    }

    where:
    which | who
    0     | 'nothing else'
    1     | 'its keeper'
    2     | 'its keeper\'s guard'
    3     | 'both'
  }

  @Requires({ LossSpec.ROOT })
  def 'a server that became another user by itself is found too, and a stranger that carries its mark is let be, and named'() {
    given:
    def session = start("process('server') { shell 'setpriv --reuid=2 --regid=2 --clear-groups setsid sleep $marker & exec sleep $marker' }", LESS)
    session.await('the server') { running().size() == 2 }
    session.await('its user on record') { Files.readAllLines(home().resolve('.supervise/app/identities')).contains('user\t2') }
    def before = running()
    def mark = (new File("/proc/${before[0].pid()}/limits").readLines().find { it.startsWith('Max file locks') } =~ /\d+/)[0]
    def stranger = new ProcessBuilder('setpriv', '--reuid=1', '--regid=1', '--clear-groups', 'sh', '-c', "exec prlimit --locks=$mark: sleep 1015".toString()).start()
    session.await('the stranger') { new File("/proc/${stranger.pid()}/limits").text.contains(mark) && new File("/proc/${stranger.pid()}/comm").text == 'sleep\n' }

    when:
    kill([session.process.pid()] + keepers())
    def next = start('process("other") { command "sleep", "1016" }', LESS)
    next.until(/\+ other/)

    then:
    before.every { !it.alive() }
    stranger.alive
    next.out.contains("perhaps left over from an earlier supervise, but that is not certain, so it is left alone: sleep (pid ${stranger.pid()})")
    next.signal('TERM').code() == 0

    cleanup:
    stranger?.destroyForcibly()
  }

  @Requires({ LossSpec.ROOT })
  def 'what has shed its mark and its session ends with its run'() {
    given:
    def session = start("""
      process('a') { delay 20.ms; user 'nobody'; dir '/'; shell '(env -i bash -c "ulimit -x 7; exec setsid sleep $marker" >/dev/null 2>&1 &); sleep 0.2; exec sleep 1017' }
      """, LESS)
    session.await('the daemon') { running().size() == 1 }
    def daemon = running()[0]
    def leader = LeftBehindSpec.pid(session, 'a')
    session.await('the leader') { new File("/proc/$leader/comm").text == 'sleep\n' }

    when:
    kill([leader])
    session.await('the next run') { running().any { it != daemon } }

    then:
    !daemon.alive()
    running().size() == 1
    session.signal('TERM').code() == 0
    running().empty
  }

  @Requires({ LossSpec.ROOT })
  def 'what may not be signalled is named, is not started again beside itself, and makes the end one with 1'() {
    given: 'a supervisor that may not signal other users'
    def unable = ['setpriv', '--bounding-set', '-kill,-sys_resource', '--inh-caps', '-all']
    def session = start("""
      process('p') { user 'nobody'; dir '/'; command 'sleep', '$marker'; stop SIGTERM, within: 100.ms }
      process('q') { delay 20.ms; shell 'sleep 1018; true' }
      """, unable)
    def q = LeftBehindSpec.pid(session, 'q')
    session.await('p') { running().size() == 1 }
    def p = running()[0]

    when:
    kill(keepers())
    session.await('the other one') { (session.out =~ /\+ q +started/).count == 2 }

    then:
    running() == [p]
    !LeftBehindSpec.alive(q)
    session.out.contains("left over from the keeper that is gone, cannot be killed: sleep (pid ${p.pid()})")

    when:
    def code = session.signal('TERM').code()

    then:
    code == 1
    session.err.contains("left over: cannot be killed: sleep (pid ${p.pid()})")
    Files.readString(home().resolve('.supervise/app/identities')).contains("left\t${p.pid()}\t")

    when: 'the next start says so again, and ends with 1 again'
    def next = start("process('q') { command 'sleep', '1019' }", unable)
    LeftBehindSpec.pid(next, 'q')

    then:
    next.out.contains("left over from an earlier supervise, cannot be killed: sleep (pid ${p.pid()})")
    next.signal('TERM').code() == 1

    when: 'until it has ended'
    kill([p.pid()])
    def last = start("process('q') { command 'sleep', '1019' }", unable)
    LeftBehindSpec.pid(last, 'q')

    then:
    !last.out.contains('left')
    last.signal('TERM').code() == 0
  }

  def 'killed with its guard #when, where no descriptor is left: what they had started is ended, and the end is a clean one'() {
    given:
    def session = start("""
      process('a') { delay 20.ms; shell '(setsid sleep $marker &); exec sleep $marker' }
      function('leak') {
        after a: started
        run { ctx ->
          def all = []
          while (!ctx.cancelled) { try { all << new FileInputStream('/dev/null') } catch (IOException full) { ctx.log.info 'full'; ctx.sleep 20.ms } }
        }
      }
      """, ['prlimit', '--nofile=400:400'])
    session.await('2 processes') { running().size() == 2 }
    session.until(/leak +\| full/)

    when:
    kill(keepers())
    if (waiting) {
      session.until(/no keeper can be started at present/)
      assert running().empty
    }
    def code = session.signal('TERM').code()

    then:
    code == 0
    running().empty
    !Files.exists(home().resolve('.supervise/app/identities'))

    where:
    when                    | waiting
    'in the moment of TERM' | false
    'long before'           | true
  }

  def 'killed with its guard in the moment of TERM: nothing lives on'() {
    expect:
    3.times {
      def session = start(tree(''))
      up(session)
      ['sh', '-c', "kill -9 ${keepers().join(' ')}; kill -TERM ${session.process.pid()}".toString()].execute().waitFor()
      session.code()
      assert running().empty
    }
  }

  def 'supervise, keeper and guard killed, and the state directory taken away: all is gone before the next start starts anything'() {
    given:
    def session = start(tree(''))
    def before = up(session)

    when:
    kill([session.process.pid()] + keepers())
    assert before.every { it.alive() }
    home().resolve('.supervise').toFile().deleteDir()
    def next = start(tree(''))
    ['a', 'b'].each { LeftBehindSpec.pid(next, it) }
    def after = up(next)

    then:
    before.every { !it.alive() }
    after.size() == 4
    next.signal('TERM').code() == 0
    running().empty
    copies().empty
  }

  /** Of this spec's state directory. */
  List<File> copies() {
    def name = dev.supervise.control.protocol.SocketPlaces.name(home().resolve('.supervise/app').toRealPath())
    dev.supervise.control.protocol.SocketPlaces.directories(System.getenv()).collect { it.resolve("${name}.identities").toFile() }.findAll { it.exists() }
  }

  def 'a #who that is stopped is noticed, and that it goes on'() {
    given:
    def session = start(tree(''))
    up(session)
    def pid = keepers()[which]

    when:
    stop([pid])

    then:
    session.until(/! the keeper$who \(pid $pid\) is stopped \(SIGSTOP\): .*; kill -CONT $pid lets it go on/)

    when:
    goOn([pid])

    then:
    session.until(/! the keeper$who \(pid $pid\) goes on/)
    session.signal('TERM').code() == 0
    running().empty

    where:
    which | who
    0     | "'s guard"
    1     | ''
  }

  def 'behind a stopped #who the next start starts nothing, names it and says what to do; once it goes on, all is ended'() {
    given:
    def session = start(tree(''))
    def before = up(session)
    def pids = keepers()[which]

    when:
    stop(pids)
    kill([session.process.pid()])
    def next = start(tree(''))

    then:
    next.code() == 1
    next.err.contains("is gone, and its keeper, which is to end what it had started, is stopped (SIGSTOP): pid ${pids.join(' ')}; kill -CONT ${pids.join(' ')} lets it go on, nothing was started")

    when:
    goOn(pids)
    next = start(tree(''))
    up(next)

    then:
    before.every { !it.alive() }
    next.signal('TERM').code() == 0

    cleanup:
    goOn(pids ?: [])

    where:
    which  | who
    [0]    | 'guard'
    [1]    | 'keeper'
    [0, 1] | 'keeper and its guard'
  }

  def 'a record of processes that live is left where it is, and one of none is taken away'() {
    given:
    def session = start(tree(''))
    up(session)
    kill([session.process.pid()] + keepers())

    expect:
    copies().size() > 0
    copies().every { !dev.supervise.worker.process.LeftKeepers.none(it.toPath()) }

    when:
    running().each { it.signal(9) }
    Session.within(10_000) { running().empty }

    then:
    copies().every { dev.supervise.worker.process.LeftKeepers.none(it.toPath()) }

    cleanup:
    copies().each { it.delete() }
  }

  @Requires({ LossSpec.ROOT })
  def 'a run whose old processes cannot be ended begins again when they have ended'() {
    given:
    def session = start("""
      process('p') { user 'nobody'; dir '/'; command 'sleep', '$marker'; delay 20.ms; stop SIGTERM, within: 100.ms }
      process('q') { delay 20.ms; command 'sleep', '1020' }
      """,
        ['setpriv', '--bounding-set', '-kill,-sys_resource', '--inh-caps', '-all'])
    session.await('p') { running().size() == 1 }
    def p = running()[0]
    kill(keepers())
    session.until(/p: 1 process: sleep .* lives on after KILL/)

    when:
    kill([p.pid()])

    then:
    session.await('its next run') { running().size() == 1 && running()[0] != p }

    cleanup:
    running().each { it.signal(9) }
    session?.signal('TERM')
  }
}
