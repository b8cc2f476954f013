package dev.supervise.cli

import dev.supervise.worker.Native
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Requires
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/** The program as the first process of a PID namespace, as in a container. */
@Native
@Requires({ PidOneSpec.possible() })
@Timeout(60)
class PidOneSpec extends Specification {
  static final List<String> NAMESPACE = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child']

  @TempDir Path temp
  @AutoCleanup Session session
  Path dir

  static boolean possible() {
    def tried = new ProcessBuilder(NAMESPACE + 'true').redirectErrorStream(true).start()
    tried.inputStream.text
    tried.waitFor() == 0
  }

  def setup() {
    dir = Files.createDirectory(temp.resolve('app'))
  }

  void start(String text) {
    dir.resolve('app.groovy').toFile().text = text
    session = Session.start(dir, words: NAMESPACE, 'app.groovy')
  }

  /** Its pid out here. */
  int init() {
    children(session.process.pid()).first()
  }

  static List<Integer> children(long pid) {
    new File("/proc/$pid/task/$pid/children").text.tokenize()*.toInteger()
  }

  def '#signal to PID 1 stops the tree in order, and the end is a clean one'() {
    given:
    start '''
      process('own') { shell 'echo "I am $$, my parent is not $PPID"; trap "echo bye; exit 0" TERM; while :; do sleep 0.05; done' }
      process('daemon') { shell '(setsid sleep 1000 &); exec sleep 1000' }
      function('pid') { oneShot(); run { ctx -> ctx.log.info "supervise is ${ProcessHandle.current().pid()}" } }'''
    session.until(/own +\| I am/)
    session.until(/supervise is 1\n/)

    when:
    ['kill', "-$signal", "${init()}"].execute().waitFor()

    then:
    session.code() == 0
    session.out.contains('bye')
    session.err == ''

    where:
    signal << ['TERM', 'INT']
  }

  def 'the exit code is kept: #code'() {
    when:
    start text

    then:
    session.code() == code

    where:
    code | text
    0    | "process('ok') { oneShot(); command 'true' }"
    1    | "process('no') { oneShot(); command 'false' }"
    7    | "autoShutdown any\nprocess('main') { restart never; significant(); shell 'exit 7' }\nprocess('other') { command 'sleep', '1000' }"
    2    | "proces('typo') { }"
  }

  def 'strangers are reaped, and the exit codes of what a function starts itself stay its own'() {
    given:
    start '''
      process('web') { command 'sleep', '1000' }
      function('codes') {
        oneShot()
        run { ctx ->
          30.times {
            int code = ['sh', '-c', 'exit 42'].execute().waitFor()
            if (code != 42) throw new IllegalStateException("exit $code")
            ctx.sleep 100.ms
          }
        }
      }'''
    session.until(/\+ web/)
    int init = init()
    def marker = "0.${ProcessHandle.current().pid()}".toString()

    when: 'somebody enters, leaves children behind and goes'
    assert ['nsenter', '-t', "$init", '-p', '-m', 'sh', '-c', "for i in 1 2 3 4 5; do sleep $marker & done"].execute().waitFor() == 0
    def strangers = ['pgrep', '-fx', "sleep $marker"].execute().text.tokenize()*.toInteger()

    then: 'they are ours'
    strangers.size() == 5
    strangers.every { parent(it) in [init, 0] }

    and: 'an ended process is in /proc until somebody reaps it'
    session.await('all strangers reaped') { strangers.every { !Files.exists(Path.of("/proc/$it")) } }
    session.until(/\+ codes +done/)

    when:
    ['kill', '-TERM', "$init"].execute().waitFor()

    then:
    session.code() == 0
  }

  def 'keeper and guard killed, alone or together: what they had goes, and comes up again'() {
    given:
    start "intensity unlimited\nprocess('own') { delay 20.ms; command 'sleep', '1000' }"
    session.until(/\+ own/)
    int init = init()
    def keepers = {
      Files.readAllLines(dir.resolve('.supervise/app/identities')).findAll { it.startsWith('keeper') }.collect { it.split('\t')[1] }[-2..-1]
    }

    expect:
    6.times { round ->
      def before = keepers()
      def lost = [before, [before[0]], [before[1]]][round % 3]
      assert (['nsenter', '-t', "$init", '-p', '-m', 'kill', '-9'] + lost).execute().waitFor() in [0, 1]
      session.await("another start in round $round") { (session.out =~ /\+ own +started/).count >= round + 2 && keepers() != before }
    }
    !(session.out =~ /left (over|alone)|cannot be looked/)

    when:
    ['kill', '-TERM', "$init"].execute().waitFor()

    then:
    session.code() == 0
  }

  /** 0 once it is gone. */
  static int parent(int pid) {
    def stat = new File("/proc/$pid/stat")
    try {
      stat.text.replaceFirst(/.*\) . /, '').tokenize()[0] as int
    } catch (IOException gone) {
      0
    }
  }
}
