package dev.supervise.docs

import dev.supervise.cli.Session
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Requires
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.TempDir

/**
 * Every script of scripts/, run by the real program in a process of its own: what its comments promise happens, and
 * nothing stays behind. They run side by side, each in a directory of its own, and are looked at one after the other.
 */
class ScriptsSpec extends Specification {
  static final Path SCRIPTS = Path.of('scripts')

  /** Stands in the environment of every process of these runs. */
  static final String MARK = "SCRIPTS_SPEC=${UUID.randomUUID()}"

  @Shared
  @TempDir
  Path dir

  @Shared
  @AutoCleanup
  Runs runs = new Runs()

  static class Runs implements Closeable {
    final Map<String, Session> byName = [:]

    @Override
    void close() {
      byName.values()*.close()
    }
  }

  static List<String> names() {
    Files.list(SCRIPTS).withCloseable { it.toList() }
        // The one with a program of its own has a spec of its own, NodeSidecarSpec.
        .findAll { it.toString().endsWith('.groovy') && !it.toString().endsWith('node-sidecar.groovy') }
        .collect { it.fileName.toString() - '.groovy' }.sort()
  }

  /** Where Debian puts servers is not on everybody's PATH. */
  static boolean installed(String... programs) {
    def path = System.getenv('PATH').split(':').toList() + '/usr/sbin'
    programs.every { program -> path.any { Files.isExecutable(Path.of(it, program)) } }
  }

  def setupSpec() {
    // Loading is what costs processors: two at a time. Running is mostly waiting.
    Session before = null
    names().each { name ->
      def next = start(name)
      before?.until(/ units? /)
      before = next
    }
  }

  Session start(String name, String... arguments) {
    def home = Files.createDirectories(dir.resolve(name + arguments.join('')))
    Files.copy(SCRIPTS.resolve("${name}.groovy"), home.resolve("${name}.groovy"))
    def (key, value) = MARK.split('=')
    runs.byName[name + arguments.join('')] =
        Session.start(home, "${name}.groovy", *arguments, env: [(key): value])
  }

  Session run(String name) {
    runs.byName[name]
  }

  /** Lines of one unit: what it wrote, or what happened to it. */
  List<String> wrote(String script, String unit) {
    run(script).lines().findAll { it =~ /^\Q$unit\E +\| / }.collect { it.replaceFirst(/^.*? \| /, '') }
  }

  List<String> happened(String script, String unit) {
    run(script).lines().findAll { it =~ /^[-+x] \Q$unit\E / }.collect { it.replaceFirst(/^\S+ +\S+ +/, '') }
  }

  int starts(String script, String unit) {
    happened(script, unit).count { it.startsWith('started') }
  }

  def "every script has its feature here"() {
    expect:
    names() == ['crash-loop', 'functions-and-processes', 'hello', 'nginx-daemon', 'otp-strategies', 'pool', 'postgres', 'redis-worker', 'web-stack']
  }

  def "hello: one fails and is started again, knowing how it ended; when nothing can run, the tree ends"() {
    expect:
    run('hello').code() == 0
    wrote('hello', 'flaky') == ['previous exit: none', 'previous exit: 3']
    happened('hello', 'flaky')[1] =~ /^exit 3 after .*; restart 1 in \d/
    wrote('hello', 'greeter') == ['hello']
    run('hello').lines().last() =~ /last +done/
  }

  def "hello: its output is what the README shows"() {
    given:
    run('hello').code()
    def shape = { List<String> lines ->
      lines.collect { it.replaceAll(/\d[\d.]* m?s/, 'T').replaceAll(/pid \d+/, 'pid N').replaceAll(/ +/, ' ') }.sort()
    }
    def shown = Page.all().first().fences.find { it.content().contains('hello.groovy  3 units') }.content().readLines()

    expect: "but for times, pids and the order of what happens at once"
    shape(shown.findAll { !it.startsWith('$') }*.replace('scripts/', '')) == shape(run('hello').lines())
  }

  def "otp-strategies: who is started again is the strategy"() {
    expect:
    run('otp-strategies').code() == 0
    ['first', 'middle', 'last'].collect { starts('otp-strategies', "$group/$it") } == counts

    where:
    group          | counts
    'one-for-one'  | [1, 2, 1]
    'one-for-all'  | [2, 2, 2]
    'rest-for-one' | [1, 2, 2]
  }

  def "functions-and-processes: a function that threw goes on with what it saved, and all readings arrive"() {
    expect:
    run('functions-and-processes').code() == 0
    wrote('functions-and-processes', 'collector').findAll { it.startsWith('reading') } ==
        (1..4).collect { "reading $it: $it" }
    wrote('functions-and-processes', 'collector').any { it == 'run 2: going on after reading 2 (previous exit 1)' }
    happened('functions-and-processes', 'collector').any { it.startsWith('IllegalStateException: disk full') }
    wrote('functions-and-processes', 'watcher') == ['cancelled, leaving']
    wrote('functions-and-processes', 'end') == ['all read, 0 left over']
  }

  def "pool: a bad job costs one worker one restart, more workers come on request, all good jobs are done"() {
    given:
    run('pool').code()
    def workers = run('pool').lines().findAll { it.startsWith('workers/') }

    expect:
    run('pool').code() == 0
    workers.collect { it =~ / did (\w+)$/ }.findAll().collect { it.group(1) }.sort() ==
        ['five', 'four', 'one', 'six', 'three', 'two']
    run('pool').lines().count { it =~ /^x workers\/\d .*cannot do 'bad'/ } == 1
    (1..5).every { starts('pool', "workers/$it") >= 1 }
    (1..2).every { wrote('pool', "pollers/$it") == ["I am pollers/$it"] }
  }

  def "crash-loop: the failure climbs, the program gives up with exit code 1 and says why"() {
    expect:
    run('crash-loop').code() == 1
    starts('crash-loop', 'broken') == 6
    starts('crash-loop', 'bystander') == 1
    run('crash-loop').err.readLines().last() =~
        /^supervise: gave up: 'backend' failed once more than intensity allows: 1 restart within 30 s/
  }

  @Requires(value = { ScriptsSpec.installed('nginx', 'redis-server') }, reason = 'nginx or redis-server is not installed')
  def "web-stack: nginx, the application and redis answer together, and leave together"() {
    given:
    def said = run('web-stack').until(/first-visit +\| http\S+ says visit 1/) =~ /first-visit +\| (http\S+) says/

    expect: "the second visit is counted through all three"
    new URI(said[0][1]).toURL().text == 'visit 2\n'

    when:
    def code = run('web-stack').signal('TERM').code()

    then:
    code == 0
    happened('web-stack', 'nginx').last() =~ /^stopped +exit 0/
    happened('web-stack', 'cache').last() =~ /^stopped +exit 0/
    !Files.exists(Path.of(System.getenv('TMPDIR') ?: '/tmp', "web-stack-${run('web-stack').process.pid()}"))
  }

  @Requires(value = { ScriptsSpec.installed('nginx') }, reason = 'nginx is not installed')
  def "nginx-daemon: the daemon is the unit, found by its own pid file; killed, another one takes its place; it drains at the end"() {
    given:
    def run = run('nginx-daemon')
    def url = (run.until(/visitor +\| http\S+ is served by/) =~ /visitor +\| (http\S+) is/)[0][1]
    def started = (happened('nginx-daemon', 'nginx').first() =~ /^started .* pid (\d+) \(pidfile:(\S+)\)/)[0]
    def pid = started[1] as long
    def work = Path.of(started[2]).parent

    expect:
    Files.readString(work.resolve('nginx.pid')).trim() == started[1]
    Files.readAllLines(work.resolve('supervise.pid')).first() == started[1]
    new URI(url).toURL().text.startsWith('served by ')

    when: "the master is killed, which leaves its workers without one"
    ProcessHandle.of(pid).get().destroyForcibly()
    run.await('another daemon') { starts('nginx-daemon', 'nginx') == 2 }

    then:
    !happened('nginx-daemon', 'nginx')[-1].contains("pid $pid ")
    new URI(url).toURL().text.startsWith('served by ')

    when:
    def code = run.signal('TERM').code()

    then:
    code == 0
    happened('nginx-daemon', 'nginx').last().startsWith('stopped')
    !Files.exists(work)
  }

  @Requires(value = { ScriptsSpec.installed('redis-server') }, reason = 'redis-server is not installed')
  def "web-stack: a unit named on the command line is started alone"() {
    given:
    def alone = start('web-stack', 'cache')
    alone.until(/\+ cache +started/)

    expect:
    alone.signal('TERM').code() == 0
    !alone.out.contains('nginx')
  }

  @Requires(value = { Files.isDirectory(Path.of('/usr/lib/postgresql')) }, reason = 'PostgreSQL is not installed')
  def "postgres: initialised before its first start, given its table when it answers, asked and told around its stop"() {
    given:
    run('postgres').until(/\+ db +(started|ready)/)

    when:
    def code = run('postgres').signal('TERM').code()
    def log = Files.readString(dir.resolve('postgres/.supervise/postgres/log/db.log'))

    then:
    code == 0
    happened('postgres', 'db').last() =~ /^stopped/
    log.contains('initdb') || log.contains('Success')
    log =~ /visits: 0/
    log.readLines().last() == 'postgres ended with 0'
    !Files.exists(Path.of("/tmp/supervise-postgres-${run('postgres').process.pid()}"))
  }

  @Requires(value = { ScriptsSpec.installed('redis-server', 'redis-cli') }, reason = 'redis is not installed')
  def "redis-worker: nobody asks redis before it answers, and all jobs are done by two workers"() {
    expect:
    run('redis-worker').code() == 0
    ['worker-1', 'worker-2'].collectMany { wrote('redis-worker', it) }.sort() ==
        ['five done', 'four done', 'one done', 'six done', 'three done', 'two done']
    ['worker-1', 'worker-2', 'jobs'].every { starts('redis-worker', it) == 1 }
    wrote('redis-worker', 'end') == ['six jobs done']
  }

  def "none of them left a process behind, or a file but logs"() {
    when: "all have ended; without its servers web-stack never ends by itself"
    run('web-stack').signal('TERM').code()
    run('nginx-daemon').signal('TERM').code()
    run('postgres').signal('TERM').code()
    def left = Files.list(Path.of('/proc')).withCloseable { it.toList() }
        .findAll { it.fileName.toString().isInteger() && marked(it) }
        .findAll { it.fileName.toString().toLong() != ProcessHandle.current().pid() }
    def files = Files.walk(dir).withCloseable { it.toList() }
        .findAll { Files.isRegularFile(it) }
        .collect { dir.relativize(it).toString() }

    then:
    left.collect { "$it: ${new File(it.toString(), 'cmdline').text.replace('\0', ' ')}" } == []
    files.findAll { it.contains('/') && !(it =~ /^[^\/]+\/(\.supervise\/.*|[^\/]+\.groovy)$/) } == []
  }

  /** By its environment, or, as servers write over theirs, by its directory. */
  private boolean marked(Path process) {
    try {
      Files.readString(process.resolve('environ'), java.nio.charset.StandardCharsets.ISO_8859_1).contains(MARK) ||
          Files.readSymbolicLink(process.resolve('cwd')).startsWith(dir)
    } catch (IOException gone) {
      false
    }
  }
}
