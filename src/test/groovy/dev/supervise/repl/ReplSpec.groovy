package dev.supervise.repl

import dev.supervise.cli.Session
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Requires
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout
import spock.util.concurrent.PollingConditions

/** The program in a terminal of its own, keys typed as a person types them. */
@Timeout(90)
class ReplSpec extends Specification {
  static class Sessions implements Closeable {
    List<Session> all = []

    @Override
    void close() { all*.close() }
  }

  static final TREE = '''
    process('db') { shell 'echo "db ok"; exec sleep 1000' }
    function('tick') { run { it.sleep 1000.seconds } }
  '''

  @TempDir Path temp
  Path dir
  @AutoCleanup Sessions sessions = new Sessions()

  def setupSpec() { Session.warmUp() }

  def setup() {
    dir = Files.createDirectories(temp.resolve('d'))
    Files.writeString(dir.resolve('app.groovy'), TREE)
  }

  /** In a terminal, at the prompt. */
  Session sit(Map env = [:], String... arguments) {
    def s = Session.inTerminal([env: [CI: ''] + env], dir, *(arguments ?: ['app.groovy']))
    sessions.all << s
    s
  }

  Session atPrompt(Map env = [:], String... arguments) {
    def s = sit(env, arguments)
    shows(s, /app> /)
    shows(s, /2\/2 ready/)
    s
  }

  /** A line as a person types it; waits for what it brings. */
  static String enter(Session s, String line, String answer) {
    def before = s.out.length()
    s.type(line + '\r')
    shows(s, before, answer)
  }

  /** What the terminal was sent since, without colours and moves of the cursor. */
  static String shows(Session s, int before = 0, String answer) {
    def now = {
      def all = s.out
      all.substring(Math.max(before, all.length() - 100_000)).replaceAll(/\033[\[(][0-9;?]*[a-zA-Z]/, '')
    }
    def end = System.nanoTime() + Session.PATIENCE_MILLIS * 1_000_000
    while (!(now() =~ answer)) {
      assert System.nanoTime() < end && s.process.alive: "no /$answer/ in:\n${now()}\n${s.err}"
      sleep 30
    }
    now()
  }

  Session client(Map with = [:], String... arguments) {
    def s = Session.start(with, dir, arguments)
    sessions.all << s
    s
  }

  def 'a person looks, changes, declares and stops'() {
    given:
    def s = atPrompt()

    expect: 'verbs and Groovy, told apart'
    enter(s, 'ps', /2 units, 2 up/) =~ /db +running/
    enter(s, "unit('db').state.reverse()", /gninnur/)
    enter(s, 'def x = 20', /20/)
    enter(s, 'x + 1', /21/)
    enter(s, 'stop nobody', /no unit 'nobody'/)
    enter(s, ':stp', /did you mean 'stop'/)
    enter(s, 'stopp db', /(?s)no verb 'stopp' \(did you mean 'stop'\?\).*unknown name 'db'/)
    enter(s, 'def stopp(x) { x.size() }', /defined: stopp/)
    enter(s, "stopp 'four' * 10", /\b40\b/)
    !enter(s, 'stopp nobody', /unknown name 'nobody'/).contains('no verb')

    and: 'several lines, a unit of their own'
    s.type("process('probe') {\r")
    s.type("command 'sleep', '1000'\r")
    enter(s, '}', /\+ probe +started/)
    enter(s, 'ps', /3 units, 3 up, 1 declared live/)
    enter(s, 'dump', /command 'sleep', '1000'/)

    and: 'Ctrl-C ends what runs, and clears the line'
    enter(s, 'println "be" + "gun"; while (true) { }', /begun/)
    enter(s, '\u0003', /interrupted/)
    s.type('this is no command\u0003')
    enter(s, '41 + 1', /42/)

    when: 'twice on an empty line'
    enter(s, '\u0003', /again within 2 s stops the tree/)
    s.type('\u0003')

    then:
    s.code() == 0
    shows(s, /- db +stopped/)
  }

  @Requires({ new File('/usr/bin/tmux').exists() })
  def 'the prompt that waits when the tree ends does not stay on the screen'() {
    given: 'a terminal whose screen can be read'
    def name = 'spec' + ProcessHandle.current().pid()
    def tmux = { String... words ->
      new ProcessBuilder(['tmux', '-L', name, '-f', '/dev/null', *words]).redirectErrorStream(true).start().inputStream.text
    }
    def screen = { tmux('capture-pane', '-p', '-t', 'x') }
    def conditions = new PollingConditions(timeout: 30)
    Files.writeString(dir.resolve('run'), (Session.java() + 'app.groovy').collect { "'$it'" }.join(' ') + '; echo over; sleep 1000')
    tmux('new-session', '-d', '-x', '100', '-y', '30', '-s', 'x', "cd $dir; unset CI; LC_ALL=C.UTF-8 TERM=screen sh run")

    when:
    conditions.eventually { assert screen() =~ /2\/2 ready/ }
    tmux('send-keys', '-t', 'x', 'C-c')
    conditions.eventually { assert screen() =~ /again within/ }
    tmux('send-keys', '-t', 'x', 'C-c')
    conditions.eventually { assert screen() =~ /(?m)^over$/ }

    then: 'but for those of lines that were read'
    screen().readLines().dropWhile { !it.startsWith('stopping; ') }.findAll { it }*.find(/^(- )?\S+/).sort() == ['- db', '- tick', 'over', 'stopping;']

    cleanup:
    tmux('kill-server')
  }

  def 'others attach, see what happens, change it, and leave; scripts get exit codes'() {
    given:
    def first = atPrompt()

    when:
    def guest = atPrompt([:], 'attach')
    enter(guest, 'restart db', /\+ db +started/)
    enter(guest, "def mine = 'gu' + 'est'", /guest/)
    enter(guest, "process('theirs') { command 'sleep', '1000' }", /\+ theirs +started/)

    then: 'the first sees it, and has variables of his own'
    shows(first, /\+ theirs +started/)
    enter(first, 'mine', /unknown name 'mine'/)

    and:
    def ok = client('repl', '-e', 'def n = 5', '-e', 'n + 1', '-e', 'ps -q')
    ok.code() == 0
    ok.out == '5\n6\ndb\ntick\ntheirs\n'
    def wrong = client('repl', '-e', 'stop nobody', '-e', 'ps')
    wrong.code() == 4
    wrong.out == ''
    def several = client('repl', '-e', 'ps -q\nps -q\n1')
    several.code() == 0
    several.out == 'db\ntick\ntheirs\ndb\ntick\ntheirs\n1\n'
    ['1 +* 2', 'def (', '"a$"', 'import com.xyz', ':stpo'].every { line ->
      def misread = client('repl', '-e', line)
      misread.code() == 2 && !(misread.err =~ /antlr|codehaus|Exception/)
    }
    client('repl', '-e', '1 / 0').code() == 1
    def piped = client(keyboard: true, 'repl')
    piped.type('def m = [1,\n  2]\nm.sum() + 5\nnobody\nps\n')
    piped.code() == 2
    piped.out == '[1, 2]\n8\n'
    piped.err.contains("line 4: unknown name 'nobody'")

    when:
    guest.type('\u0004')

    then: 'leaving leaves the tree alone; where the tree is one\'s own, it asks'
    guest.code() == 0
    enter(first, 'ps', /3 units, 3 up/)

    when:
    first.type('\u0004')
    shows(first, /cancel\?/)
    enter(first, '', /app> /)
    enter(first, 'exit', /cancel\?/)
    first.type('s\r')

    then:
    first.code() == 0
  }

  def 'a flood above the line leaves what is typed whole, and a command answers'() {
    given:
    Files.writeString(dir.resolve('app.groovy'), '''
      process('flood') { shell 'j=0; while [ $j -lt 300 ]; do j=$((j+1)); i=0; while [ $i -lt 1000 ]; do i=$((i+1)); echo "line $i of a flood"; done; sleep 0.05; done; sleep 1000' }
      process('db') { command 'sleep', '1000' }
    ''')
    def s = atPrompt()

    when:
    'hello = 40 + 2'.each {
      s.type(it)
      sleep 20
    }

    then: 'it is drawn anew, whole, below each batch of lines'
    shows(s, /app> hello = 40 \+ 2\s/)
    shows(s, /lines not shown; all are in/)

    when:
    def before = s.out.length()
    s.type('\r')

    then:
    shows(s, before, /(?m)^>?42\r?$/)

    when:
    def begun = System.nanoTime()
    enter(s, 'tree', /db +running/)

    then: 'on a machine that is slow'
    (System.nanoTime() - begun) / 1e6 < 5000
    s.signal('TERM')
  }

  def 'there is no prompt where nobody could type: #env #arguments'() {
    given:
    Files.writeString(dir.resolve('app.groovy'), "process('one') { oneShot(); shell 'sleep 0.7; echo eins' }")
    def s = sit(env, arguments as String[])

    expect:
    s.code() == 0
    s.out.contains('eins')
    !s.out.contains('app> ')

    where:
    env             | arguments
    [TERM: 'dumb']  | ['app.groovy']
    [:]             | ['--no-repl', 'app.groovy']
  }

  def 'a terminal that goes away while somebody types stops the tree in order'() {
    given:
    Files.writeString(dir.resolve('app.groovy'), '''
      process('db') { shell 'trap "echo bye > bye; exit 0" TERM; while :; do sleep 0.05; done' }
      process('two') { command 'sleep', '1000' }
    ''')
    def s = atPrompt()
    def supervise = s.process.children().toList()*.pid()
    s.type('half a li')

    when:
    s.signal('KILL')
    Session.within(20_000) { supervise.every { Session.ended(it) } }

    then:
    Files.readString(dir.resolve('bye')) == 'bye\n'
  }

  static final SHELL = /bash[^ ]*[$#] $/

  /** A shell with job control in a terminal, in which the program is typed. */
  Session shell() {
    def s = Session.start(keyboard: true, words: ['script', '-qefc', 'exec bash --norc -i', '/dev/null'], bare: true,
        env: [TERM: 'xterm', CI: ''], dir)
    sessions.all << s
    shows(s, SHELL)
    s.type(Session.java().collect { "'$it'" }.join(' ') + ' app.groovy\r')
    shows(s, /2\/2 ready/)
    s
  }

  def 'left running, it gives the terminal to the shell; fg brings the prompt back, and one Ctrl-C is one'() {
    given:
    def s = shell()
    when:
    s.type('\u0004')
    shows(s, /cancel\?/)
    def said = enter(s, 'l', SHELL)
    then:
    said =~ /runs on, pid \d+/
    when: 'the shell has its terminal, and what is typed there is its'
    enter(s, 'echo $((40 + 2))', /(?m)^42\r?$/)
    enter(s, 'fg', /app> /)
    then:
    enter(s, 'ps', /2 units, 2 up/)
    when:
    enter(s, '\u0003', /again within 2 s stops the tree/)
    sleep 2200
    then:
    enter(s, 'ps', /2 units, 2 up/)
    when: 'once more, and Ctrl-C before the prompt is there'
    s.type('\u0004')
    shows(s, s.out.length() - 10, /cancel\?/)
    enter(s, 'l', SHELL)
    s.type('fg\r')
    sleep 30
    enter(s, '\u0003', /app> /)
    sleep 2200
    then:
    enter(s, 'ps', /2 units, 2 up/)
    when:
    s.type('\u0004')
    shows(s, s.out.length() - 10, /cancel\?/)
    enter(s, 's', SHELL)
    then:
    shows(s, /- db +stopped/)
  }

  def 'where no shell takes the terminal the prompt stays'() {
    given: 'one without job control'
    def command = Session.java().collect { "'$it'" }.join(' ') + ' app.groovy; exit $?'
    def s = Session.start(keyboard: true, words: ['script', '-qefc', command, '/dev/null'], bare: true, env: [TERM: 'xterm', CI: ''], dir)
    sessions.all << s
    shows(s, /2\/2 ready/)
    when:
    s.type('\u0004')
    shows(s, /cancel\?/)
    enter(s, 'l', /no shell has taken this terminal: the prompt stays/)
    then:
    enter(s, 'ps', /2 units, 2 up/)
    when:
    s.type('\u0004')
    shows(s, s.out.length() - 10, /cancel\?/)
    s.type('s\r')
    then:
    s.code() == 0
  }

  def 'one Ctrl-C right behind Enter never stops the tree (#what)'() {
    given:
    def owner = atPrompt()
    def s = attached ? atPrompt([:], 'attach') : owner
    expect: 'each heard before the pause after it begins'
    (0..<6).each {
      int before = s.out.length()
      s.type('ps\r')
      sleep it * 12
      s.type('\u0003')
      shows(s, before, /again within 2 s|interrupted|D leaves; the tree runs on/)
      sleep 2100
      assert s.process.alive && owner.process.alive: shows(s, before, '')
    }
    enter(s, 'ps', /2 units, 2 up/)
    where:
    what            | attached
    'foreground'    | false
    'attached'      | true
  }

  def 'what is typed while a command runs waits for the prompt; Ctrl-C takes it back with the command'() {
    given:
    Files.writeString(dir.resolve('app.groovy'), TREE + "process('never') { command 'sleep', '1000'; ready { file 'nowhere' } }")
    def s = sit()
    shows(s, /2\/3 ready/)
    when:
    enter(s, 'wait never', /waiting: 'never' is running, not ready/)
    s.type('echo "no" + "where"\r')
    enter(s, '\u0003', /interrupted/)
    then:
    enter(s, '40 + 2', /42/)
    !s.out.contains('nowhere')
    when:
    s.type('Thread.sleep(500); 1\rString.valueOf(6 * 7) + "x"\r')
    then:
    shows(s, /42x/)
  }
}
