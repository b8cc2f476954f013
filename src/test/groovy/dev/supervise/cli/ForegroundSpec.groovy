package dev.supervise.cli

import java.nio.file.Files
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/// Whole runs of the program, with real children.
@Timeout(40)
class ForegroundSpec extends Specification {
  @TempDir Path temp
  Path dir
  @AutoCleanup
  Closer sessions = new Closer()

  static class Closer implements Closeable {
    List<Closeable> all = []
    void close() { all*.close() }
  }

  def setupSpec() { Session.warmUp() }

  def setup() { dir = Files.createDirectory(temp.resolve('app')) }

  Path script(String name = 'app.groovy', String text) { Files.writeString(dir.resolve(name), text) }

  Session start(Map with = [:], String... arguments) {
    def session = Session.start(with, dir, arguments)
    sessions.all << session
    session
  }

  static boolean alive(String pid) { Files.exists(Path.of('/proc', pid)) }

  // ------------------------------------------------------------------------------------ ends by itself

  def 'a tree whose goals are reached ends with 0, and shows one merged, prefixed stream without colours'() {
    given:
    script '''
      process('one') { oneShot(); command 'echo', 'eins' }
      process('longer') { oneShot(); after one: done; shell 'echo zwei; echo drei >&2' }
    '''
    when:
    def s = start('app.groovy')
    then:
    s.code() == 0
    s.lines().first() == 'app.groovy  2 units  logs .supervise/app/log'
    s.lines().findAll { it.contains('| ') } == ['one     | eins', 'longer  | zwei', 'longer  | drei']
    s.lines().any { it ==~ /\+ longer {2}done .*exit 0.*/ }
    !s.out.contains('\033')
    s.err == ''
    Files.getPosixFilePermissions(dir.resolve('.supervise')).size() == 3
    !Files.exists(dir.resolve('.supervise/app/pid'))
  }

  def 'a goal that is not reached ends with 1 and a sentence, what failed and what happens next in the stream'() {
    given:
    script '''
      process('bad') { command 'sh', '-c', 'exit 3'; delay 10.ms; maxRestarts 1 }
    '''
    when:
    def s = start('--color', 'always', 'app.groovy')
    then:
    s.code() == 1
    s.err.readLines().size() == 1
    s.err =~ /^supervise: .*bad/
    with(s.lines().collect { it.replaceAll(/\033\[[0-9;]*m/, '') }) {
      it.any { it =~ /^x bad  exit 3 after .*; restart 1 (in|at once)/ }
      it.any { it =~ /^x bad  exit 3 after .*; gave up after 1 restart/ }
    }
    s.out.contains('\033[1;31m')
  }

  def 'messages of several lines stay under each other, and what closures print has its unit before it and stands in its log'() {
    given:
    script '''
      function('sum') { restart never; run { ctx -> def xs = [1, 2, 3]; assert xs.sum() == 7 } }
      process('web') {
        restart never; command 'sleep', '1000'; env SEEN: { println 'in a value'; 'x' }
        preStart('conf') { run { ctx -> println 'in a hook'; throw new RuntimeException('first\\nsecond') } }
      }
      process('db') { command 'sh', '-c', 'sleep 1; exit 0'; oneShot(); env SEEN: { println 'in a value'; 'x' }; postStop { run { println 'after' } } }
    '''
    when:
    def s = start('app.groovy')
    then:
    s.code() == 1
    def said = s.lines()
    def at = said.findIndexOf { it.startsWith('x sum') }
    said[at] ==~ /x sum  PowerAssertionError: assert xs\.sum\(\) == 7 after .*; stays down/
    said[at + 1] == ' ' * (said[at].indexOf('xs.sum')) + '|  |     |'
    said[at + 2] == ' ' * (said[at].indexOf('xs.sum')) + '|  6     false'
    said.findAll { it.startsWith('db ') } == ['db   | in a value', 'db   | after']
    said.contains('web  | in a hook')
    def failed = said.findIndexOf { it.startsWith('x web') }
    said[failed] ==~ /x web  not started: preStart 'conf': RuntimeException: first at app.groovy:5; stays down: in a hook/
    said[failed + 1] == ' ' * said[failed].indexOf('first') + 'second'
    Files.readString(dir.resolve('.supervise/app/log/db.log')) == 'in a value\nafter\n'
    Files.readString(dir.resolve('.supervise/app/log/web.log')) == 'in a hook\n'
  }

  def 'check names logs that will never be set aside'() {
    given:
    assert ['mkfifo', "$dir/pipe"].execute().waitFor() == 0
    script '''
      process('a') { command 'true'; logs { file 'pipe' } }
      process('b') { command 'true'; logs { file 'b.log' } }
      process('c') { command 'true'; logs { file '/dev/null' } }
    '''
    expect:
    def s = start('check', 'app.groovy')
    s.code() == 0
    s.lines()*.trim().findAll { it.startsWith('!') } == [
        "! log file $dir/pipe is a fifo: lines are added to it, it is never set aside".toString(),
        '! log file /dev/null is a device: lines are added to it, it is never set aside (logs none keeps nothing)']
    start('check', '--json', 'app.groovy').with {
      assert code() == 0
      new groovy.json.JsonSlurper().parseText(out)
    }.toString().contains('pipe is a fifo')
  }

  def 'a significant unit hands its own code on'() {
    given:
    script '''
      autoShutdown any
      process('server') { command 'sleep', '1000' }
      process('tests') { significant(); restart never; shell 'exit 42' }
    '''
    expect:
    start('app.groovy').code() == 42
  }

  def 'only named units and what they need are started; others stay declared'() {
    given:
    script '''
      process('db') { oneShot(); command 'echo', 'db up' }
      process('web') { oneShot(); after db: done; command 'echo', 'web up' }
      process('mail') { oneShot(); command 'echo', 'mail up' }
    '''
    when:
    def s = start('run', 'app.groovy', 'web')
    then:
    s.code() == 0
    s.out.contains('db up') && s.out.contains('web up') && !s.out.contains('mail up')
    when:
    def t = start('app.groovy', '--except', 'db', '--except', 'mail')
    then:
    t.code() == 0
    t.out.contains('web up') && !t.out.contains('db up')
  }

  def 'quiet shows what happens to units, not what they write; console false hides one; the files have all'() {
    given:
    script '''
      process('a') { oneShot(); command 'echo', 'from a' }
      process('b') { oneShot(); command 'echo', 'from b'; logs { console false } }
    '''
    when:
    def loud = start('app.groovy')
    def hidden = loud.code() == 0 && loud.out.contains('from a') && !loud.out.contains('from b')
    def quiet = start('--quiet', 'app.groovy')
    then:
    hidden
    quiet.code() == 0
    !quiet.out.contains('from a') && quiet.out.contains('+ a  done')
    Files.readString(dir.resolve('.supervise/app/log/b.log')).contains('from b')
  }

  // ------------------------------------------------------------------------------------ wrong from the start

  def 'what is wrong before anything starts ends with 2 and leaves nothing behind: #arguments'() {
    given:
    script 'process("db") { command "sleep", "1000" }'
    script 'broken.groovy', 'process("web") {\n  comand "sleep"\n}\n'
    when:
    def s = start(*arguments)
    then:
    s.code() == 2
    s.err.readLines().first() =~ said
    s.out == ''
    !Files.exists(dir.resolve('.supervise'))
    where:
    arguments                  | said
    ['broken.groovy']          | /^broken.groovy:2: process 'web': unknown word 'comand' \(did you mean 'command'\?\)$/
    ['app.groovy', 'bd']       | /^supervise: no unit 'bd' \(did you mean 'db'\?\)$/
    ['absent.groovy']          | /^(supervise: )?.*absent.groovy/
    ['chek', 'app.groovy']     | /^supervise: 'chek' is neither a verb nor a script \(did you mean 'check'\?\)$/
    ['app.groovy', '-P', 'x=1'] | /x/
  }

  def 'check prints the plan, starts nothing and creates nothing'() {
    given:
    script '''
      process('web') { command './web', '--port', '8080'; env TOKEN: secret('topsecret') }
      process('gone') { shell 'touch started' }
    '''
    when:
    def s = start('check', 'app.groovy')
    then:
    s.code() == 0
    s.out.contains("command       ./web --port 8080")
    s.out.contains('TOKEN=***')
    !s.out.contains('topsecret')
    dir.toFile().list().toList() == ['app.groovy']
  }

  // ------------------------------------------------------------------------------------ signals

  static final String POLITE = '''
    process('web') { shell 'trap "echo bye; exit 0" TERM; echo pid=$$; while :; do sleep 0.05; done' }
  '''
  static final String RUDE = '''
    process('web') { shell 'trap "" TERM INT; echo pid=$$; while :; do sleep 0.05; done'; stop SIGTERM, within: 1.hour }
  '''

  def 'the first #signal stops in order and ends with 0'() {
    given:
    script POLITE
    def s = start('app.groovy')
    s.until(/pid=\d+/)
    when:
    s.signal(signal)
    then:
    s.code() == 0
    s.out.contains("SIG$signal: stopping; once more kills what is left")
    s.out.contains('web  | bye')
    s.err == ''
    where:
    signal << ['TERM', 'INT']
  }

  def 'the second kills and ends with 1'() {
    given:
    script RUDE
    def s = start('app.groovy')
    def pid = (s.until(/pid=\d+/) =~ /pid=(\d+)/)[0][1]
    when:
    s.signal('TERM')
    s.until(/SIGTERM: stopping/)
    then:
    s.process.alive
    when:
    s.signal('INT')
    then:
    s.code() == 1
    s.out.contains('SIGINT: killing')
    s.err.contains('supervise: ')
    !alive(pid)
  }

  def 'the third leaves at once with 128 + its number, and the keeper takes the rest down'() {
    given: 'a function nothing ends holds the second up for a moment'
    script RUDE + '''
      function('deaf') { run { ctx -> long end = System.currentTimeMillis() + 60_000; while (System.currentTimeMillis() < end) { try { Thread.sleep(1000) } catch (InterruptedException e) { } } } }
    '''
    def s = start('app.groovy')
    def pid = (s.until(/pid=\d+/) =~ /pid=(\d+)/)[0][1]
    when:
    s.signal('TERM')
    s.until(/SIGTERM: stopping/)
    s.signal('INT')
    s.until(/SIGINT: killing/)
    s.signal('TERM')
    then:
    s.code() == 143
    gone(pid)
  }

  static boolean gone(String pid) {
    for (int i = 0; i < 200 && alive(pid); i++) Thread.sleep(10)
    !alive(pid)
  }

  def 'a function that does not end is named as left over, with 1'() {
    given:
    script '''
      function('deaf') { stop within: 200.ms; run { ctx -> long end = System.currentTimeMillis() + 60_000; while (System.currentTimeMillis() < end) { try { println 'pid=0'; Thread.sleep(1000) } catch (InterruptedException e) { } } } }
    '''
    def s = start('app.groovy')
    s.until(/pid=0/)
    when:
    s.signal('TERM')
    then:
    s.code() == 1
    s.err =~ /supervise: left over: deaf/
  }

  def 'HUP without a terminal loads the script again and says what came of it; stop signals of terminals do not stop it'() {
    given:
    script POLITE
    def s = start('app.groovy', words: ['setsid'])
    s.until(/pid=\d+/)
    when:
    s.signal('TSTP', 'TTIN', 'TTOU', 'HUP')
    s.until(/~ SIGHUP: reloaded: nothing changed/)
    then:
    !(Files.readString(Path.of("/proc/${s.process.pid()}/stat")) =~ /\) T /)
    when:
    s.signal('TERM')
    then:
    s.code() == 0
    s.out.contains('web  | bye')
  }

  // ------------------------------------------------------------------------------------ places to run in

  def 'a closed pipe costs the display, not the tree, and is said once'() {
    given:
    script '''
      process('web') { shell 'trap "echo bye > bye; exit 0" TERM; echo $$ > pid; while :; do echo noise; sleep 0.02; done' }
    '''
    def s = start(words: ['bash', '-c', 'exec "$0" "$@" > >(head -n 2 >/dev/null)'], 'app.groovy')
    when:
    s.await('complaint') { s.err.contains('standard output cannot be written') }
    Thread.sleep(300)
    then:
    s.process.alive
    alive(Files.readString(dir.resolve('pid')).trim())
    s.err.readLines().size() == 1
    when:
    s.signal('TERM')
    then:
    s.code() == 0
    Files.exists(dir.resolve('bye'))
  }

  def 'a second supervisor on the same state directory is refused with the pid of the first'() {
    given:
    script POLITE
    def first = start('app.groovy')
    first.until(/pid=\d+/)
    when:
    def second = start('app.groovy')
    then:
    second.code() == 1
    second.err.contains("another supervisor (pid ${first.process.pid()}) owns $dir/.supervise/app")
    second.out == ''
    when: 'the first is killed in the hard way'
    first.signal('KILL')
    first.process.waitFor()
    def third = start('app.groovy')
    third.until(/pid=\d+/)
    third.signal('TERM')
    then:
    third.code() == 0
  }

  def 'what a function prints is shown and kept as its own, what the script prints while it loads is not'() {
    given:
    script '''
      println 'at load'
      function('f') { oneShot(); run { ctx -> println 'said'; 2.times { print it }; System.err.println '!' } }
    '''
    when:
    def s = start('app.groovy')
    then:
    s.code() == 0
    s.lines().first() == 'at load'
    s.lines().findAll { it.contains('| ') } == ['f  | said', 'f  | 01', 'f  | !'] || s.lines().findAll { it.contains('| ') } == ['f  | said', 'f  | !', 'f  | 01']
    Files.readString(dir.resolve('.supervise/app/log/f.log')).contains('said\n')
  }

  def 'names, arguments and output beyond ASCII survive a caller with LC_ALL=C'() {
    given:
    dir = Files.createDirectory(temp.resolve('grün'))
    script('ünit.groovy', "process('web') { oneShot(); command 'echo', 'Grüße', '日本' }")
    when:
    def s = start('ünit.groovy', env: [SUPERVISE_CALLER_LC_ALL: '=C'])
    then:
    s.code() == 0
    s.out.contains('web  | Grüße 日本')
    s.lines().first().startsWith('ünit.groovy  1 unit')
  }

  def 'in a terminal the stream is coloured, Ctrl-Z is ignored, and Ctrl-C stops in order'() {
    given:
    script POLITE
    def s = Session.inTerminal(dir, 'app.groovy')
    sessions.all << s
    s.until(/pid=\d+/)
    when:
    s.type('\u001a')
    s.until(/\^Z/)
    s.type('\u0003')
    then:
    s.code() == 0
    s.out =~ /\033\[[0-9;]+mweb {2}\| \033\[0mbye/
  }

  def 'NO_COLOR and --color never keep a terminal plain'() {
    given:
    script "process('one') { oneShot(); command 'echo', 'eins' }"
    def s = Session.inTerminal(dir, *arguments, env: environment)
    sessions.all << s
    expect:
    s.code() == 0
    s.out.contains('one  | eins')
    !s.out.contains('\033')
    where:
    arguments                             | environment
    ['app.groovy']                        | [NO_COLOR: '1']
    ['--color', 'never', 'app.groovy']    | [:]
  }

  def 'a terminal that goes away stops the tree in order'() {
    given:
    script """
      process('web') { shell 'trap "echo bye > bye; exit 0" TERM; echo pid=\$\$; while :; do sleep 0.05; done' }
    """
    def s = Session.inTerminal(dir, 'app.groovy')
    sessions.all << s
    def pid = (s.until(/pid=\d+/) =~ /pid=(\d+)/)[0][1]
    def supervise = s.process.children().toList()
    when: 'its other end is closed'
    s.signal('KILL')
    then:
    supervise.size() == 1
    gone(pid)
    supervise*.onExit()*.get()
    Files.readString(dir.resolve('bye')) == 'bye\n'
  }
}
