package dev.supervise.cli

import dev.supervise.cli.run.InstanceLocator
import dev.supervise.verb.Verbs
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/// InstanceLocator in the background, from `up -d` to `down`.
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

  def 'whoever asks for the end has got it, whenever that is: after #pause ms'() {
    given:
    script "process('web') { command 'sleep', '1000' }"
    when:
    def up = run('up', '-d')
    sleep pause
    then:
    up[0] == 0
    say('down') == [0, 'down\n', '']
    say('ps')[0] == 3
    where:
    pause << [0, 400, 900, 1200, 1500]
  }

  def 'down of an instance that is killed meanwhile is done, and says so'() {
    given:
    script "process('deaf') { command 'sh', '-c', 'trap \"\" TERM; while :; do sleep 0.1; done'; stop within: 60.seconds }"
    run('up', '-d', '--wait')
    def instance = pid() as long
    when:
    def down = Session.start(dir, 'down')
    down.await('waiting') { down.err.contains("waiting: 'deaf' is stopping") }
    new ProcessBuilder('kill', '-9', "$instance").start().waitFor()
    then:
    down.code() == 0
    down.out == 'down\n'
  }

  def 'what a client waits for is answered before the connection closes'() {
    given:
    script '''
      process('web') { command 'sh', '-c', 'trap "sleep 0.5; exit 0" TERM; while :; do sleep 0.05; done' }
      process('never') { command 'sleep', '1000'; ready { file 'nowhere' } }
    '''
    run('up', '-d')
    def never = Session.start(dir, 'wait', 'never')
    def stopped = Session.start(dir, 'wait', 'web', '--for', 'down')
    [never, stopped].each { client -> client.await('waiting') { client.err.contains('waiting') } }
    when:
    def down = say('down')
    then:
    down[0] == 0
    never.code() == 1
    never.err.contains('the tree ended before: ready: never')
    stopped.code() == 0
    stopped.out == 'down: web\n'
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

  def 'a mistake that is made while an instance runs is told to whoever asks for the script, as check tells it'() {
    given:
    script "process('web') { command 'sleep', '1000' }"
    run('up', '-d')
    when:
    script 'process("web") { command "a$" }'
    then:
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

  def 'up --wait says ready of nothing that ends at once; it ends at once when a goal has become impossible, with the last lines'() {
    given:
    script "process('bad') { command 'sh', '-c', 'echo no database; exit 3'; maxRestarts 2; delay 200.ms }; process('db') { command 'sleep', '1000' }"
    when:
    def up = run('up', '-d', '--wait')
    then:
    up[0] == 1
    !up[1].contains('everything is ready')
    up[2].contains("not ready: 'bad' is failed: exit 3")
    up[2].readLines().any { it == '  bad | no database' }
    say('down')[0] == 0
  }

  def 'up --wait says meanwhile what it waits for, and so does its timeout, with the last lines'() {
    given:
    script "process('db') { command 'sh', '-c', 'echo recovering; exec sleep 1000'; ready { file 'nowhere'; within 60.seconds } }; process('api') { command 'sleep', '1000'; after 'db' }"
    when:
    def up = run('up', '-d', '--wait', '--timeout', '6s')
    then:
    up[0] == 124
    up[2] =~ /waiting: 'db' is running, not ready/
    up[2] =~ /not ready: not within 6 s: 'db' is running, not ready: .*; 'api' waits for db; it goes on, see ps/
    up[2].readLines().any { it == '  db | recovering' }
    say('down')[0] == 0
  }

  def 'the timeout of up --wait is one for all it does: #what'() {
    given:
    script "process('web') { command 'sleep', '1000'; ready { file 'go'; within 60.seconds } }"
    if (what == 'its script takes its time') {
      script "Thread.sleep(6000); process('web') { command 'sleep', '1000' }"
    } else {
      run('up', '-d')
    }
    if (what == 'the one that runs is frozen') new ProcessBuilder('kill', '-STOP', pid()).start().waitFor()
    if (what == 'it is being stopped') {
      say('down')
      script """process('slow') { command 'sh', '-c', 'trap "sleep 8; exit 0" TERM; while :; do sleep 0.05; done' }"""
      run('up', '-d', '--wait')
      say('down', '--timeout', '100ms')
    }
    when:
    long begun = System.nanoTime()
    def up = run('up', '-d', '--wait', '--timeout', '2s')
    long took = (System.nanoTime() - begun).intdiv(1000_000)
    then:
    up[0] == 124
    up[2] =~ says
    took < 3500
    cleanup:
    if (what == 'the one that runs is frozen') new ProcessBuilder('kill', '-CONT', pid()).start().waitFor()
    say('down')
    where:
    what                          | says
    'it does not become ready'    | /not ready: not within 2 s: 'web' is running, not ready/
    'its script takes its time'   | /not ready: not within 2 s: it runs \(pid \d+\) and does not answer yet; it goes on, see/
    'the one that runs is frozen' | /within (2|1\.\d) s: .*stopped/
    'it is being stopped'         | /not ready: not within 2 s: the instance that runs \(pid \d+\) is being stopped/
  }

  def 'up --wait waits until a oneShot is done'() {
    given:
    script "process('migrate') { command 'sh', '-c', 'sleep 1; touch done'; oneShot() }; process('db') { command 'sleep', '1000' }"
    when:
    def up = run('up', '-d', '--wait')
    then:
    up[0] == 0
    Files.exists(dir.resolve('done'))
    say('down')[0] == 0
  }

  def 'up -d on what runs is fine only where that is what was asked for'() {
    given:
    script "param('port', 1); process('a') { command 'sleep', '1000' }; process('b') { command 'sleep', '1000' }"
    run('up', '-d', '-P', 'port=2')
    expect:
    run('up', '-d', '-P', 'port=2')[0] == 0
    run('up', '-d', 'b')[0] == 0
    with(run('up', '-d', '-P', 'port=3')) { it[0] == 1 && it[2].contains('and without -P port=3') }
    with(run('up', '-d', 'nobody')) { it[0] == 4 && it[2].contains("no unit 'nobody'") }
    run('up', '-d', '--timeout', '3s')[0] == 2
    when:
    say('stop', 'b')
    then:
    with(run('up', '-d', 'b')) { it[0] == 1 && it[2].contains('without b; supervise start starts it there') }
    say('down')[0] == 0
  }

  def 'an up while the instance is being stopped waits for its end, and starts another'() {
    given:
    script """process('slow') { command 'sh', '-c', 'trap "sleep 1; exit 0" TERM; while :; do sleep 0.05; done' }"""
    run('up', '-d', '--wait')
    def first = pid()
    def down = Session.start(dir, 'down')
    down.await('waiting') { down.err.contains('waiting') }
    when:
    def up = run('up', '-d', '--wait')
    then:
    up[0] == 0
    up[2].contains("waiting: the instance that runs (pid $first) is being stopped")
    down.code() == 0
    pid() != first
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
