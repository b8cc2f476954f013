package dev.supervise.repl

import static dev.supervise.Tried.policy
import static dev.supervise.Tried.until

import dev.supervise.run.Selector
import dev.supervise.Engine
import dev.supervise.Settings
import dev.supervise.control.protocol.Connection
import dev.supervise.control.protocol.Instance
import dev.supervise.control.server.Broadcast
import dev.supervise.control.server.InstanceApi
import dev.supervise.control.server.LocalConnection
import dev.supervise.render.OutputFormat
import dev.supervise.run.Request
import dev.supervise.run.Transition
import dev.supervise.spec.*
import dev.supervise.text.Secrets
import dev.supervise.verb.Awaited
import dev.supervise.verb.Verb
import dev.supervise.verb.Verbs
import dev.supervise.worker.Native
import dev.supervise.worker.Output
import groovy.json.JsonSlurper
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import java.util.function.Consumer
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/** The verbs that look, against real processes. */
@Timeout(60)
class LookingSpec extends Specification {
  @TempDir Path dir
  Secrets secrets = new Secrets()
  Broadcast hub = new Broadcast(secrets)
  Engine engine
  Connection connection
  List<String> printed = new CopyOnWriteArrayList<String>()
  List<String> problems = new CopyOnWriteArrayList<String>()

  def out = new Verb.Out() {
    void line(String text) { printed << text }
    void problem(String text) { problems << text }
    void waiting(Awaited awaited) { }
    OutputFormat canvas() { OutputFormat.PLAIN }
  }

  def cleanup() {
    connection?.close()
    engine?.close()
  }

  ProcessSpec sh(Map with = [:], String name, String script) {
    new ProcessSpec(name, Origin.NONE, policy(with), new Command.Argv(['sh', '-c', script].collect { Value.of(it) }),
        Value.of(dir.toString()), dir.toString(), [], false, Identity.INHERITED, [], with.logs ?: Logs.DEFAULT, 0)
  }

  void start(List<UnitSpec> units, Map with = [:]) {
    secrets.add((with.secrets ?: []) as List<String>)
    engine = Engine.open(new Settings(dir, hub as Output, hub as Consumer<Transition>, { problems << it }, secrets).journalled())
    def desk = new InstanceApi(engine, hub, new Instance('/srv/app.groovy', 1, "$dir", '', 0, ''), { [:] })
    connection = new LocalConnection(desk, 'spec')
    def app = App.of(SupervisorSpec.root(new Members.Listed(units)))
    engine.apply(new App(app.script(), app.base(), app.root(), [:], [], [], []))
  }

  List<String> verb(String line) {
    printed.clear()
    def words = line.tokenize(' ')
    code = Verbs.run(Verbs.named(words[0]).get(), connection, words.tail(), out)
    printed.toList()
  }

  int code

  /** A verb that goes on until it is interrupted. */
  Thread following(String verb, String... words) {
    Thread.startVirtualThread {
      try {
        Verbs.run(Verbs.named(verb).get(), connection, words.toList(), out)
      } catch (InterruptedException enough) {
      }
    }
  }

  static SupervisorSpec group(String name, Strategy strategy, List<UnitSpec> units) {
    new SupervisorSpec(name, Origin.NONE, UnitPolicy.DEFAULT, strategy, new Intensity.Unlimited(), AutoShutdown.NEVER,
        new Grace.Unlimited(), new Members.Listed(units))
  }

  boolean reaches(String path, String status) {
    until { engine.snapshot().children().any { p -> ([p] + p.children()).any { it.path() == path && it.status().word() == status } } }
  }

  def 'why tells the whole chain, down to the last lines of what began it'() {
    when:
    start([group('backend', Strategy.REST_FOR_ONE, [
        sh('db', "test -e ${dir}/again || { touch ${dir}/again; echo cannot reach redis; sleep 0.3; exit 7; }; sleep 100"),
        sh('api', 'sleep 100')])])
    until { engine.snapshot().children()[0].children().any { it.restarts() == 1 } }
    until { engine.snapshot().children()[0].children().every { it.status().word() == 'running' } }
    def said = verb('why api')
    then:
    code == 0
    said[0] ==~ /backend\/api is running.*, pid \d+/
    said[2].startsWith('  because backend/db: running  ')
    said[3].startsWith('    because backend/db: exit 7  ')
    said[4] == '      | cannot reach redis'
    said.any { it.contains('stopping') && it.contains("<- backend: restForOne restarts 'db' and what comes after it") }
    when:
    def json = new JsonSlurper().parseText(verb('why db --json')[0])
    then:
    json.version == 1
    json.units[0].events.find { it.status == 'backing-off' }.output == ['cannot reach redis']
  }

  def 'events are what happened, with who asked; -f goes on with what comes'() {
    given:
    start([sh('web', 'sleep 100')])
    reaches('web', 'running')
    def following = following('events', '-f')
    until { printed.any { it.contains('web  running') } }
    when:
    engine.ask(new Request.Stop(Selector.of('web')), 'ada').get(10, TimeUnit.SECONDS)
    then:
    until { printed.any { it.contains('web  stopped  killed by SIGTERM') && it.contains('<- asked by ada: stop web') } }
    printed.any { it.endsWith('asked by ada: stop web') }
    printed.count { it.contains('web  running') } == 1
    when:
    following.interrupt()
    following.join(5000)
    def rows = verb('events web -n 2 --json').collect { new JsonSlurper().parseText(it) }
    then:
    rows*.status == ['stopping', 'stopped']
    rows[0].causes*.text == ['asked by ada: stop web']
  }

  def 'the past is there after a restart of supervise, also of a unit that is gone'() {
    given:
    start([sh('old', 'exit 3', restart: Restart.NEVER)])
    reaches('old', 'failed')
    verb('why old')
    connection.close()
    engine.close()
    start([sh('new', 'sleep 100')])
    reaches('new', 'running')
    when:
    def said = verb('why old')
    then:
    code == 0
    said[0] == 'old is no longer part of the tree'
    said.any { it.contains('because old: exit 3') }
    verb('why nobody') == [] && code == 4
  }

  def 'no secret comes into the journal, nor out of show'() {
    given:
    start([sh('leaky', 'echo s3cret; exit 1', restart: Restart.NEVER)], [secrets: ['s3cret']])
    reaches('leaky', 'failed')
    when:
    def all = verb('why leaky --json') + verb('show leaky --effective') + verb('events --json')
    engine.close()
    then:
    !all.any { it.contains('s3cret') }
    all.any { it.contains('***') }
    !dir.toFile().listFiles().findAll { it.name.startsWith('journal') }.any { new String(it.bytes, 'ISO-8859-1').contains('s3cret') }
  }

  def 'show tells what was said of a unit, and with --effective what holds by default'() {
    given:
    start([sh('web', 'sleep 100', restart: Restart.ALWAYS)])
    reaches('web', 'running')
    when:
    def said = verb('show web')
    def all = verb('show web --effective')
    then:
    said[0] == 'process web'
    said.any { it ==~ /  command +sh -c 'sleep 100'/ }
    said.any { it ==~ /  restart +always/ }
    said.any { it.contains('web.log') }
    !said.any { it.contains('successExit') }
    all.any { it ==~ /  successExit +0/ }
    verb('show') == [] && code == 2
  }

  def 'logs reads across rotation, and follows across it without losing or doubling a line'() {
    given:
    def small = new Logs.Captured('', 4096, 50, false, true)
    start([sh('web', 'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line $i; test $((i % 100)) -gt 0 || sleep 0.03; done; sleep 100', logs: small)])
    until { Files.exists(dir.resolve('log/web.log')) }
    when:
    def following = following('logs', 'web', '-f', '-n', '100000')
    then:
    until { printed.any { it == 'line 3000' } }
    def seen = printed.toList()
    following.interrupt()
    following.join(5000)
    seen == (1..3000).collect { "line $it".toString() }
    verb('logs web -n 2000') == (1001..3000).collect { "line $it".toString() }
    verb('logs web -n 2 --grep 7$') == ['line 2987', 'line 2997']
    verb('logs') .last() == 'line 3000'
  }

  def 'logs --since goes by the times that stand in the file'() {
    given:
    def stamped = new Logs.Captured('', 1 << 20, 5, false, false, false, Logs.Format.TIMESTAMPS)
    start([sh('web', 'echo early; sleep 1.5; echo late; sleep 100', logs: stamped)])
    until { verb('logs web').any { it.endsWith(' late') } }
    expect:
    verb('logs web').size() == 2
    verb('logs web --since 1s')*.replaceAll(/^\S+ /, '') == ['late']
  }

  def 'logs --since finds the place in a plain file too, across rotation, as far back as the instance goes'() {
    given:
    def small = new Logs.Captured('', 4096, 50, false, true)
    start([sh('web', 'i=0; while [ $i -lt 600 ]; do i=$((i+1)); echo early $i; done; sleep 2.5; echo late 1; echo late 2; sleep 100', logs: small)])
    until { verb('logs web').any { it == 'late 2' } }
    expect:
    verb('logs web --since 1200ms') == ['late 1', 'late 2']
    problems == []
    when: 'further back than the instance'
    def all = verb('logs web --since 1h')
    then:
    all.size() == 602
    problems.size() == 1
    problems[0].contains('beyond this instance')
  }

  @Native
  def 'top counts a unit with all that it started, the daemon in a session of its own too'() {
    given:
    start([sh('busy', 'setsid sh -c "while :; do :; done" & sleep 100'), sh('idle', 'sleep 100')])
    reaches('busy', 'running')
    reaches('idle', 'running')
    until { engine.uses([engine.snapshot()]).units().busy?.processes() >= 3 }
    when:
    def json = new JsonSlurper().parseText(verb('top --json')[0])
    def busy = json.units.find { it.path == 'busy' }
    def idle = json.units.find { it.path == 'idle' }
    then:
    busy.cpu > 5
    busy.cpu > idle.cpu
    busy.processes >= 3
    idle.processes in 1..2
    idle.memory > 100_000
    idle.descriptors >= 3
    json.units.any { it.path == '(supervise)' && it.memory > 1_000_000 }
  }
}
