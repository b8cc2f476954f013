package dev.supervise.cli

import dev.supervise.repl.Verbs
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/// Instances in the background, from `up -d` to `down`.
@Timeout(60)
class UpDownSpec extends Specification {
  @TempDir Path temp
  Path dir

  def setupSpec() { Session.warmUp() }

  def setup() { dir = Files.createDirectory(temp.resolve('app')) }

  def cleanup() {
    def pid = dir.resolve('.supervise/app/pid')
    if (Files.exists(pid)) new ProcessBuilder('kill', '-9', Files.readString(pid).strip()).start().waitFor()
  }

  void script(String text) { Files.writeString(dir.resolve('app.groovy'), text) }

  List run(String... arguments) {
    def session = Session.start(dir, arguments)
    [session.code(), session.out, session.err]
  }

  /// Without a process of its own.
  List say(String verb, String... words) {
    def out = new ByteArrayOutputStream()
    def err = new ByteArrayOutputStream()
    int code = new ClientVerb(System.getenv(), new PrintStream(out, false, 'UTF-8'), new PrintStream(err, true, 'UTF-8'))
        .call(Verbs.named(verb).get(), words.toList() + ['-s', dir.resolve('app.groovy').toString()])
    [code, out.toString('UTF-8'), err.toString('UTF-8')]
  }

  String pid() { Files.readString(dir.resolve('.supervise/app/pid')).strip() }

  def 'up -d leaves an instance in a session of its own; up again leaves it alone; down ends it, and all is gone'() {
    given:
    script "process('web') { command 'sleep', '1000'; ready { exec 'true' } }"
    when:
    def up = run('up', '-d', '--wait')
    then:
    up[0] == 0
    up[1].readLines()[0] ==~ /app\.groovy is up in the background, its log in .*: pid ${pid()}/
    up[1].readLines()[1] == 'everything is ready'
    // Field 6: the session, 7: the terminal.
    new File("/proc/${pid()}/stat").text.replaceFirst(/.*\) /, '').tokenize(' ')[3..4] == [pid(), '0']
    Files.readString(dir.resolve('.supervise/app/supervise.log')).contains('+ web')
    when:
    def again = run('up', '-d', '--wait', '--timeout', '20s')
    def foreground = run('up')
    then:
    again[0] == 0 && again[1].contains('runs already')
    foreground[0] == 1 && foreground[2].contains('runs already')
    when:
    def instance = pid()
    def down = say('down')
    then:
    down == [0, 'down\n', '']
    Session.ended(instance as long)
    !Files.exists(dir.resolve('.supervise/app/socket'))
    say('ps')[0] == 3
  }

  def 'what could not be ended is named by down, which ends with 1'() {
    given:
    script '''
      function('deaf') {
        stop within: 100.ms
        run { ctx -> boolean open = true; while (open) { try { Thread.sleep(100_000) } catch (InterruptedException e) { } } }
      }
    '''
    run('up', '-d', '--wait')
    when:
    def down = say('down', '--kill')
    then:
    down[0] == 1
    down[2].contains('left over: deaf')
  }

  def 'a broken script is told, with its exit code, and nothing runs'() {
    given:
    script "process('web') { comand 'sleep' }"
    when:
    def up = run('up', '-d')
    then:
    up[0] == 2
    up[1..2] == ['', "app.groovy:1: process 'web': unknown word 'comand' (did you mean 'command'?)\n"]
    say('ps')[0] == 3
    run('up', '-d', '-s', 'other.groovy')[0] == 2
  }

  def 'what is asked of an instance that runs already is said not to be done'() {
    given:
    script "def n = param('n', 1)\nprocess('web') { command 'sleep', '1000' }"
    run('up', '-d')
    when:
    def again = run('up', '-d', '-P', 'n=2')
    then:
    again[0] == 0
    again[2] == 'supervise: -P n=2 changes nothing: what runs has the parameters it was started with; down and up -d start it with others\n'
    when:
    script 'process("web") { command "a$" }'
    then: 'a mistake is told to whoever asks for the script, as check tells it'
    ['plan', 'reload'].every { verb ->
      def asked = say(verb)
      asked[0] == 2 && asked[2].contains('app.groovy:1: \'$\' means nothing in "…"') && !asked[2].contains('antlr')
    }
    cleanup:
    say('down')
  }

  def 'what does not become ready is told by up --wait, and goes on'() {
    given:
    script "process('web') { command 'no-such-program'; restart never }; process('db') { command 'sleep', '1000' }"
    when:
    def up = run('up', '-d', '--wait')
    then:
    up[0] == 1
    up[2].contains("not ready: 'web'")
    say('down')[0] == 0
  }

  def 'an instance that was killed leaves a socket nobody answers at: nothing runs, and the next one replaces it'() {
    given:
    script "process('web') { command 'sleep', '1000' }"
    run('up', '-d')
    def first = pid()
    when:
    new ProcessBuilder('kill', '-9', first).start().waitFor()
    then:
    Files.exists(Path.of(Files.readString(dir.resolve('.supervise/app/socket')).strip()))
    say('ps')[0] == 3
    when:
    def up = run('up', '-d')
    then:
    up[0] == 0
    pid() != first
    say('ps', '-q')[1] == 'web\n'
    say('down')[0] == 0
  }

  def 'init writes a script that loads, and overwrites nothing'() {
    expect:
    run('init')[0] == 0
    run('check', 'app.groovy')[0] == 0
    run('init').with { [it[0], it[2]] } == [1, 'supervise: app.groovy exists already; nothing was written\n']
  }
}
