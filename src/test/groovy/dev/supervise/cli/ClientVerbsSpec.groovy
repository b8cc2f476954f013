package dev.supervise.cli

import dev.supervise.verb.Verbs
import groovy.json.JsonSlurper
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.Executors
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.Timeout

/// Verbs against one running instance, in a process of its own.
@Timeout(60)
class ClientVerbsSpec extends Specification {
  @Shared Path dir = Files.createDirectories(Files.createTempDirectory('verbs').resolve('app'))
  @Shared Session session

  static record Said(int code, String out, String err) {
    List<String> lines() { out.readLines() }
  }

  def setupSpec() {
    Session.warmUp()
    Files.writeString(dir.resolve('app.groovy'), '''
      freePort('db')
      process('db')  { shell "trap 'echo hup' HUP; while :; do sleep 0.05; done"; labels tier: 'data'; ready { exec 'true' } }
      process('api') { command 'sleep', '1000'; after 'db'; instances 2 }
      process('off') { command 'sleep', '1000'; autostart false }
      process('one') { oneShot(); command 'true' }
      process('bad') { command 'no-such-program'; restart never }
      process('told') { shell 'echo "at $SUPERVISE_SOCKET"; exec sleep 1000' }
      pool('workers') { template { process { command 'sleep', '1000' } }; size 1 }
    ''')
    session = Session.start(dir, 'app.groovy')
    session.until(/workers\\/1 .*started/)
    session.await('socket') { Files.exists(dir.resolve('.supervise/app/socket')) }
    assert say('wait', 'api', 'workers', 'one', '--timeout', '30s').code() == 0
  }

  def cleanupSpec() {
    session.signal('TERM')
    session.code()
    session.close()
    dir.parent.toFile().deleteDir()
  }

  Said say(Map environment = [:], String verb, String... words) {
    def out = new ByteArrayOutputStream()
    def err = new ByteArrayOutputStream()
    def script = environment ? [] : ['-s', dir.resolve('app.groovy').toString()]
    int code = new ClientVerb(System.getenv() + environment, new PrintStream(out, false, 'UTF-8'), new PrintStream(err, true, 'UTF-8'))
        .call(Verbs.named(verb).get(), words.toList() + script)
    new Said(code, out.toString('UTF-8'), err.toString('UTF-8'))
  }

  String status(String unit) { units(say('ps', unit, '--json'))[0].status }

  static List units(Said said) { new JsonSlurper().parseText(said.out()).units as List }

  def 'ps lists every unit, the ones named, or the ones labelled; tree shows them nested'() {
    expect:
    say('ps', '-q').lines() == ['db', 'api-1', 'api-2', 'off', 'one', 'bad', 'told', 'workers', 'workers/1']
    say('ps', '-q', 'api', 'workers/1').lines() == ['api-1', 'api-2', 'workers/1']
    say('status', '-q', '-l', 'tier=data').lines() == ['db']
    say('ps').lines()[0] ==~ /NAME +STATUS +PID.*/
    say('ps').lines().any { it ==~ /api-1 +running +\d+ .*/ }
    say('ps').lines().last() ==~ /8 units, 5 up, 1 finished, 1 failed; supervisor pid \d+/
    say('tree').lines()[0].startsWith('supervisor app.groovy')
    say('graph').lines()[0] == 'graph TD'
  }

  def '--json is one document with a version'() {
    when:
    def document = new JsonSlurper().parseText(say('ps', '--json').out())
    then:
    document.version == 1
    document.instance.pid == session.process.pid()
    document.instance.script == dir.resolve('app.groovy').toString()
    document.units*.path.contains('workers/1')
    document.units.find { it.path == 'one' }.with { [status, exit.code, exit.signal] } == ['finished', 0, 0]
    document.units.find { it.path == 'bad' }.with { [status, exit.code, pid] } == ['failed', 127, 0]
    document.units.find { it.path == 'db' }.with { [status, ready, labels.tier] } == ['running', true, 'data']
    new JsonSlurper().parseText(say('tree', '--json').out()).units[0].children*.path.first() == 'db'
  }

  def 'units are stopped, started and restarted; who needs them is named'() {
    given:
    def pid = { units(say('ps', it, '--json'))[0].pid }
    int before = pid('db')
    expect:
    say('stop', 'db').out().strip() == 'stopped db; it is needed by api-1, api-2'
    status('db') == 'stopped'
    say('start', 'db').code() == 0
    pid('db') != before
    say('restart', '-l', 'tier=data').out().strip() == 'restarted db'
    say('start', 'off').code() == 0 && status('off') == 'running'
    say('stop', 'off').code() == 0
  }

  def 'a start that does not succeed ends with 1 and says why'() {
    when:
    def said = say('restart', 'bad')
    then:
    said.code() == 1
    said.err().startsWith("supervise: 'bad' ")
  }

  def 'pools and instances get another size'() {
    expect:
    say('scale', 'workers', '3').code() == 0
    say('add', 'workers').code() == 0
    say('remove', 'workers').code() == 0
    say('ps', '-q', 'workers').lines() == ['workers', 'workers/1', 'workers/2', 'workers/3']
    say('scale', 'workers', '1').code() == 0
    say('scale', 'api', '3').code() == 0
    say('add', 'api').code() == 0
    say('remove', 'api').code() == 0
    say('ps', '-q', 'api').lines() == ['api-1', 'api-2', 'api-3']
    say('scale', 'api', '2').code() == 0
    say('scale', 'told', '2').code() == 1
    say('scale', 'workers', 'many').code() == 2
  }

  def 'a signal reaches the process'() {
    when:
    def said = say('signal', 'HUP', 'db')
    then:
    said.code() == 0
    session.await('hup') { session.out.contains('| hup') }
    say('signal', 'HUPP', 'db').with { [code(), err().contains("did you mean 'HUP'?")] } == [2, true]
    say('signal', 'HUP', 'off').code() == 1
  }

  def 'wait ends with 0 when it came true, 124 when it took too long, 1 when it cannot come true'() {
    expect:
    say('wait', 'one', '--for', 'done').code() == 0
    say('wait', 'api', '--for', 'done', '--timeout', '100ms').code() == 124
    say('wait', 'bad').code() == 1
    say('wait', 'off', '--for', 'down').code() == 0
    say('wait', 'api', '--for', 'ever').code() == 2
  }

  def 'env prints what a program beside the tree needs'() {
    when:
    def plain = say('env').lines()
    then:
    plain.any { it ==~ /SUPERVISE_PORT_DB=\d+/ }
    say('env', '--export').lines().any { it ==~ /export SUPERVISE_PORT_DB='\d+'/ }
    new JsonSlurper().parseText(say('env', '--json').out()).variables.SUPERVISE_PORT_DB ==~ /\d+/
  }

  def 'what nobody is called ends with 4, and the nearest name is shown; words that are none with 2'() {
    expect:
    say('stop', 'ap-1').with { [code(), err()] } == [4, "supervise: no unit 'ap-1' (did you mean 'api-1'?)\n"]
    say('ps', '-l', 'tier=web').code() == 4
    say('ps', '--jsn').with { [code(), err().readLines()[0]] } == [2, "supervise: ps: unknown option '--jsn' (did you mean '--json'?)"]
    say('stop').code() == 2
    say('wait', '--timeout', 'soon').code() == 2
    say('ps', '--color', 'blue').code() == 2
  }

  def 'children are told the socket, and a client that is a child of one needs no script'() {
    when:
    session.await('told') { session.out.contains('| at /') }
    def socket = (session.out =~ /\| at (\S+)/)[0][1]
    then:
    say([SUPERVISE_SOCKET: socket as String], 'ps', '-q', 'told').lines() == ['told']
    Files.readString(dir.resolve('.supervise/app/socket')).strip() == socket
  }

  def 'nothing runs for a script that nobody started, though another of its directory runs'() {
    given:
    Files.writeString(dir.resolve('other.groovy'), 'process("x") { command "true" }')
    def out = new PrintStream(new ByteArrayOutputStream())
    def err = new ByteArrayOutputStream()
    def client = new ClientVerb(System.getenv(), out, new PrintStream(err, true, 'UTF-8'))
    expect:
    client.call(Verbs.named('ps').get(), ['-s', dir.resolve('other.groovy').toString()]) == 3
    err.toString('UTF-8').contains('nothing is running for ')
    client.call(Verbs.named('ps').get(), ['-s', dir.resolve('none/app.groovy').toString()]) == 3
  }

  def 'words that are wrong end with 2 though nothing runs: #words'() {
    given:
    def err = new ByteArrayOutputStream()
    def client = new ClientVerb(System.getenv() - [SUPERVISE_SOCKET: ''], new PrintStream(new ByteArrayOutputStream()),
        new PrintStream(err, true, 'UTF-8'))
    def all = words.split(' ').toList()
    def nowhere = ['-s', dir.resolve('none/app.groovy').toString()]

    expect:
    client.call(Verbs.named(all[0]).get(), all.drop(1) + nowhere) == 2
    err.toString('UTF-8').contains('usage: ' + all[0])

    where:
    words << Verbs.NAMES.findAll { it != 'plan' }.collect { it + ' --jsn' } + [
        'ps --jsno', 'start', 'stop', 'restart', 'signal', 'signal HUP', 'signal HUPP db', 'scale', 'scale db', 'scale db x',
        'scale db 1 2', 'add', 'add w 1 2', 'add w 0', 'remove', 'remove a b', 'wait --for ever', 'wait --timeout soon',
        'stop db --timeout soon', 'down db', 'down --timeout soon', 'logs -n x', 'logs --since x', 'logs --grep (',
        'events -n x', 'events --since x', 'show', 'top --sort x', 'top --every x', 'env x', 'graph a b', 'reload x',
        'task', 'task lst', 'task list x', 'task list -n x', 'task show', 'task show a b', 'task submit', 'task submit t x',
        'task submit t --wait --timeout soon', 'task submit t --timeout 2s', 'task cancel', 'schedule', 'schedule list x', 'schedule run', 'ps -l x']
  }

  def 'many restarts of one unit at the same time are carried out as few, and each client is told the truth'() {
    given:
    int before = session.out.readLines().count { it ==~ /\+ told .*/ }
    def pool = Executors.newFixedThreadPool(20)
    when:
    def answers = (1..20).collect { pool.submit({ say('restart', 'told') } as java.util.concurrent.Callable) }*.get()
    then:
    answers.every { it.code() == 0 && it.out().strip() == 'restarted told' }
    session.out.readLines().count { it ==~ /\+ told .*/ } - before <= 20
    status('told') == 'running'
    cleanup:
    pool.shutdown()
  }

  def 'a client loads neither Groovy nor JLine nor the database'() {
    when:
    def command = Session.java()
    command.add(1, '-Xlog:class+load:stdout')
    command.removeIf { it.startsWith('-XX:SharedArchiveFile') || it == '-Xlog:disable' }
    def process = new ProcessBuilder(command + ['ps', '-s', dir.resolve('app.groovy').toString()]).redirectErrorStream(true).start()
    def text = process.inputStream.getText('UTF-8')
    then:
    process.waitFor() == 0
    text.contains('dev.supervise.control.client.SocketConnection')
    text.readLines().findAll { it =~ /\] (groovy|org\.codehaus\.groovy|org\.apache\.groovy|org\.jline|org\.sqlite|java\.sql)\./ } == []
  }
}
