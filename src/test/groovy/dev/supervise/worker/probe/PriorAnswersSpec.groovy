package dev.supervise.worker.probe

import static dev.supervise.worker.probe.ProbesSpec.QUICK
import static dev.supervise.worker.probe.ProbesSpec.end
import static dev.supervise.worker.probe.ProbesSpec.failed
import static dev.supervise.worker.probe.ProbesSpec.freePort
import static dev.supervise.worker.probe.ProbesSpec.lifecycle

import dev.supervise.worker.Action
import dev.supervise.worker.HookReports
import dev.supervise.worker.Launch
import dev.supervise.worker.ListenersSeen
import dev.supervise.worker.ListeningChild
import dev.supervise.worker.Native
import dev.supervise.worker.WorkerBed
import dev.supervise.worker.function.BlockingTasks
import dev.supervise.worker.function.DeferredRun
import dev.supervise.worker.function.DelayedHook
import dev.supervise.worker.function.FunctionWorker
import dev.supervise.spec.*
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import java.time.Duration
import java.util.concurrent.CountDownLatch
import spock.lang.Requires
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.Timeout

/** What a probe asks for and is there before the run is somebody else's: the start fails and says whose. */
@Native
@Timeout(60)
class PriorAnswersSpec extends Specification {
  static final String JAVA_HOME = System.getProperty('java.home')

  @Shared
  WorkerBed bed = new WorkerBed()
  List<Process> servers = []

  def cleanup() { servers*.destroyForcibly()*.waitFor() }

  def cleanupSpec() { bed.close() }

  /** Nobody's web server. */
  Process server(int port, String address = '127.0.0.1') {
    def process = new ProcessBuilder("$JAVA_HOME/bin/jwebserver", '-b', address, '-p', "$port", '-d', bed.dir.toString())
        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
    servers << process
    WorkerBed.until { listens(address, port) }
    process
  }

  static boolean listens(String address, int port) {
    try {
      TcpConnect.to(address, port).close()
      true
    } catch (IOException e) {
      false
    }
  }

  static ready(Check check) { UnitPolicy.DEFAULT.withLifecycle(lifecycle(ProbesSpec.ready(check))) }

  static alive(Check check) {
    UnitPolicy.DEFAULT.withLifecycle(lifecycle(null, new Liveness(check, Duration.ofSeconds(10), 3)))
  }

  def 'a server that answers before the run fails the start and is named: #what'() {
    given:
    int port = freePort()
    def process = server(port, address)

    when:
    def failure = bed.shell(policy: policy(port), 'exec sleep 1000').failure()

    then:
    failure == new StartFailure(StartFailure.Step.PORT, 98, "port $port is taken by jwebserver (pid ${process.pid()})")
    failure.code() == 1

    where:
    what                    | address     | policy
    'tcp'                   | '127.0.0.1' | { int n -> ready(new Check.Tcp('localhost', n)) }
    'tcp over IPv6'         | '::1'       | { int n -> ready(new Check.Tcp('localhost', n)) }
    'tcp by address'        | '127.0.0.7' | { int n -> ready(new Check.Tcp('127.0.0.7', n)) }
    'an address for all'    | '0.0.0.0'   | { int n -> ready(new Check.Tcp('127.0.0.1', n)) }
    'both families at once' | '::'        | { int n -> ready(new Check.Tcp('127.0.0.1', n)) }
    'http'                  | '127.0.0.1' | { int n -> ready(new Check.Http("http://localhost:$n/", 200, 399)) }
    'one of several'        | '127.0.0.1' | { int n -> ready(new Check.AnyOf([new Check.File('/nowhere'), new Check.Tcp('localhost', n)])) }
    'one of all'            | '127.0.0.1' | { int n -> ready(new Check.AllOf([new Check.SdNotify(), new Check.Tcp('localhost', n)])) }
    'alive'                 | '127.0.0.1' | { int n -> alive(new Check.Tcp('localhost', n)) }
  }

  def 'another unit of the tree is named with its process'() {
    given:
    int port = freePort()
    def web = bed.argv(path: 'other/web', "$JAVA_HOME/bin/jwebserver", '-b', '127.0.0.1', '-p', "$port", '-d', '/')
    int pid = web.pid()
    WorkerBed.until { listens('127.0.0.1', port) }

    expect:
    bed.shell(policy: ready(new Check.Tcp('localhost', port)), 'exec sleep 1000').failure().message() ==
        "port $port is taken by jwebserver (pid $pid) of 'other/web'"

    cleanup:
    end(web)
  }

  def 'a socket of supervise itself is named as that, for processes and for functions'() {
    given:
    def server = new ServerSocket(0, 50, InetAddress.getByName('127.0.0.1'))
    def functions = new FunctionWorker({ path, line -> }, Stub(LiveTree))
    def check = new Check.Tcp('localhost', server.localPort)
    def heard = new WorkerBed.Heard(path: 'f')
    def called = new CountDownLatch(1)
    heard.run = functions.start(new FunctionSpec('f', Origin.NONE, ready(check), { called.countDown() } as FunctionBody),
        new Launch(1, 'f', 'id', OptionalInt.empty(), 1, 0, null), heard)

    expect:
    bed.shell(policy: ready(check), 'exec sleep 1000').failure().message() == "port $server.localPort is taken by supervise itself (pid ${ProcessHandle.current().pid()})"
    heard.failure().message() == "port $server.localPort is taken by supervise itself (pid ${ProcessHandle.current().pid()})"
    called.count == 1

    cleanup:
    server.close()
    functions.close()
  }

  def 'a function whose port is free begins, and is stopped before it does'() {
    given:
    def functions = new FunctionWorker({ path, line -> }, Stub(LiveTree))
    def check = new Check.Tcp('localhost', freePort())
    def begun = new CountDownLatch(1)
    def heard = new WorkerBed.Heard(path: 'f')

    when:
    heard.run = functions.start(new FunctionSpec('f', Origin.NONE, ready(check), { begun.countDown() } as FunctionBody),
        new Launch(1, 'f', 'id', OptionalInt.empty(), 1, 0, null), heard)

    then:
    heard.pid() == 0
    heard.exit() == new Exit.Returned()
    begun.count == 0

    when: 'it is asked nothing before it begins'
    def never = new DeferredRun(new Launch(2, 'f', 'id', OptionalInt.empty(), 1, 0, null), heard)
    never.perform(new Action.Signal(15, Action.Scope.GROUP, true))
    never.begin { throw new AssertionError() }

    then:
    heard.failure().message() == 'stopped before its program was started'
    heard.silent()

    cleanup:
    functions.close()
  }

  def 'what may be stale, and what does not hold though the port is taken, starts: #what'() {
    given:
    int port = freePort()
    server(port)

    when:
    def run = bed.shell(policy: policy(port), 'exec sleep 1000')

    then:
    run.pid() > 0

    cleanup:
    end(run)

    where:
    what                     | policy
    'tcp'                    | { int n -> ready(new Check.Tcp('localhost', n, true)) }
    'http'                   | { int n -> ready(new Check.Http("http://localhost:$n/", 200, 399, true)) }
    'another status'         | { int n -> ready(new Check.Http("http://localhost:$n/", 204, 204)) }
    'another address'        | { int n -> ready(new Check.Tcp('127.0.0.8', n)) }
    'no probe of its own'    | { int n -> ready(new Check.SdNotify()) }
  }

  def 'another copy of the same unit may have the port: #copies'() {
    given:
    int port = freePort()
    def java = ["$JAVA_HOME/bin/java", '-XX:TieredStopAtLevel=1', '-cp', 'target/test-classes', ListeningChild.name, '127.0.0.1', "$port"].collect { it.toString() }
    def settings = { String path -> [path: path, policy: ready(new Check.Tcp('localhost', port)), dir: Value.of(new File('').absolutePath)] }
    def first = bed.argv(settings(copies[0]), java as String[])
    int pid = first.pid()
    WorkerBed.until { listens('127.0.0.1', port) }

    when:
    def second = bed.argv(settings(copies[1]), java as String[])

    then:
    second.pid() > 0

    when: 'somebody else is there, too'
    def stranger = new ProcessBuilder(java).start()
    servers << stranger
    stranger.inputReader().readLine()
    def third = bed.argv(settings(copies[2]), java as String[])

    then:
    third.failure().message() == "port $port is taken by java (pid ${stranger.pid()})"

    cleanup:
    [first, second].each { end(it) }

    where:
    copies << [['s/web-1', 's/web-2', 's/web-3'], ['p/1', 'p/2', 'p/3']]
  }

  def 'a port is free again as soon as the run before is over, whatever lingers of its connections'() {
    given:
    int port = freePort()
    def java = ["$JAVA_HOME/bin/java", '-XX:TieredStopAtLevel=1', '-cp', 'target/test-classes', ListeningChild.name, '127.0.0.1', "$port"].collect { it.toString() }
    def settings = [path: 'again', policy: ready(new Check.Tcp('localhost', port)), dir: Value.of(new File('').absolutePath)]

    expect:
    3.times {
      def run = bed.argv(settings, java as String[])
      run.pid()
      WorkerBed.until { listens('127.0.0.1', port) }
      10.times { TcpConnect.to('127.0.0.1', port).close() }
      end(run)
    }
  }

  @Requires({ System.getProperty('user.name') == 'root' && new File('/usr/bin/setpriv').exists() })
  def 'of a process of another user only that is said'() {
    given:
    int port = freePort()
    server(port)
    def classes = Files.createTempDirectory('classes')
    [Path.of('target/classes'), Path.of('target/test-classes')].each { from ->
      Files.walk(from).filter { it ==~ /.*\/(posix\/[^\/]*|worker\/(probe\/)?Listen[^\/]*)\.class/ }.forEach {
        Files.copy(it, classes.resolve(from.relativize(it)).tap { to -> Files.createDirectories(to.parent) })
      }
    }
    Files.walk(classes).forEach { Files.setPosixFilePermissions(it, PosixFilePermissions.fromString(Files.isDirectory(it) ? 'rwxr-xr-x' : 'rw-r--r--')) }

    expect:
    new ProcessBuilder('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', "$JAVA_HOME/bin/java",
        '--enable-native-access=ALL-UNNAMED', '-cp', classes.toString(), ListenersSeen.name, "$port")
        .directory(new File('/')).redirectErrorStream(true).start().inputReader().lines().toList() == ['a process of another user (root)']

    cleanup:
    classes.toFile().deleteDir()
  }

  def 'to ask one port that nobody has takes no 2 ms'() {
    given:
    def threads = new ProbeThreads()
    def answers = new PriorAnswers(threads, { Optional.empty() })
    def asked = ready(new Check.Tcp('localhost', freePort())).lifecycle()

    when:
    def nanos = (1..201).collect {
      long began = System.nanoTime()
      answers.refuse(asked)
      System.nanoTime() - began
    }

    then:
    nanos.toSorted()[100] < 2_000_000

    cleanup:
    threads.close()
  }

  def 'another host is not asked'() {
    given: 'an address of documentation, where nothing answers, not even that it does not'
    def run = bed.shell(policy: ready(new Check.Tcp('192.0.2.1', 80)), 'exec sleep 1000')

    expect:
    run.next(1)[0] == 'up'

    cleanup:
    end(run)
  }

  def 'whether #host is this host: #own'() {
    expect:
    OwnHost.is(host) == own

    where:
    host                                       | own
    'localhost'                                | true
    'LOCALHOST'                                | true
    'api.localhost'                            | true
    'localhost.'                               | true
    '127.0.0.1'                                | true
    '127.9.8.7'                                | true
    '::1'                                      | true
    '[::1]'                                    | true
    '0.0.0.0'                                  | true
    new File('/proc/sys/kernel/hostname').text.trim() | true
    NetworkInterface.networkInterfaces().toList().collectMany { it.inetAddresses().toList() }.last().hostAddress.replaceFirst('%.*', '') | true
    '192.0.2.1'                                | false
    '2001:db8::1'                              | false
    'example.org'                              | false
    'localhost.example.org'                    | false
    'db'                                       | false
  }

  // --- files


  def 'a file from before the run counts when it was changed: #how'() {
    given:
    def dir = File.createTempDir()
    def file = new File(dir, 'ok')
    file.text = 'of yesterday'
    file.lastModified = System.currentTimeMillis() - 86_400_000
    def run = asked(dir: Value.of(dir.path), new Check.File('ok'))

    expect:
    failed(run, "file $file is from before this run, and unchanged")
    run.silent()

    when:
    change(file)

    then:
    run.next() == ['ready']

    cleanup:
    end(run)
    dir.deleteDir()

    where:
    how                 | change
    'touched'           | { File it -> it.lastModified = System.currentTimeMillis() }
    'set to an old age' | { File it -> it.lastModified = 1_000_000_000_000 }
    'appended to'       | { File it -> it << 'more' }
    'replaced'          | { File it -> new File(it.parentFile, 'new').with { n -> n.text = 'x'; n.renameTo(it) } }
    'made anew'         | { File it -> it.delete(); it.text = '' }
  }

  def 'a file that may be stale counts however old it is'() {
    given:
    def run = asked(new Check.File('/', true))

    expect:
    run.next() == ['ready']

    cleanup:
    end(run)
  }

  def 'in alive a file has to be of the run, too'() {
    given:
    def dir = File.createTempDir()
    new File(dir, 'beat').text = ''
    def watched = new Liveness(new Check.File('beat'), QUICK, 2)
    def run = shell(dir: Value.of(dir.path), null, watched)
    run.pid()

    when:
    run.run.perform(new Action.Watch(watched))

    then:
    run.next() == ['unhealthy', "file $dir.path/beat is from before this run, and unchanged"]

    cleanup:
    end(run)
    dir.deleteDir()
  }

  def 'a preStart hook is part of the run: a file it makes counts (#body)'() {
    given:
    def dir = File.createTempDir()
    def file = new File(dir, 'ok')
    file.text = 'of yesterday'
    def hook = new Hook('h', HookPhase.PRE_START, body(file), Optional.empty(), [], Hook.TIMEOUT, new HookFailure.Fail(), false, Origin.NONE)
    def policy = UnitPolicy.DEFAULT.withLifecycle(new Lifecycle(Optional.of(ProbesSpec.ready(new Check.File('ok'))), Optional.empty(), [hook], 0,
        Lifecycle.RETRY_DELAY, Duration.ZERO))
    def spec = bed.spec(dir: Value.of(dir.path), policy: policy, new Command.Argv(['sleep', '1000'].collect { Value.of(it) }))
    def launch = bed.launch()
    def done = new CountDownLatch(1)
    bed.worker.hook(spec, hook, launch, [:], [done: { done.countDown() }, failed: { println it }] as HookReports)
    done.await()
    def run = new WorkerBed.Heard(path: launch.path())

    when:
    run.run = bed.worker.start(spec, launch, run)
    run.pid()
    run.run.perform(new Action.AwaitReady(ProbesSpec.ready(new Check.File('ok'))))

    then:
    run.next() == ['ready']

    cleanup:
    end(run)
    dir.deleteDir()

    where:
    body << [
      { File it -> new HookBody.Program(new Command.Argv(['touch', it.path].collect { Value.of(it) })) },
      { File it -> new HookBody.Closure({ ctx -> it << 'x' } as FunctionBody) }]
  }

  def 'a preStart hook that is cancelled while files are looked at never begins'() {
    given:
    def errands = new BlockingTasks()
    def look = new CountDownLatch(1)
    def said = [].asSynchronized()
    def hook = DelayedHook.after(errands, Duration.ofSeconds(5), { look.await() }, 'late', [failed: { said << it }] as HookReports, { throw new AssertionError() })

    when:
    hook.cancel()
    look.countDown()

    then:
    said == ['cancelled']

    when:
    def slow = DelayedHook.after(errands, Duration.ofMillis(20), { new CountDownLatch(1).await() }, 'late', [failed: { said << it }] as HookReports, { throw new AssertionError() })

    then:
    WorkerBed.until { said == ['cancelled', 'late'] }
    slow.cancel()
    said.size() == 2

    cleanup:
    errands.close()
  }

  private WorkerBed.Heard shell(Map settings, Readiness ready, Liveness alive) {
    bed.shell(settings + [policy: UnitPolicy.DEFAULT.withLifecycle(lifecycle(ready, alive))], 'exec sleep 1000')
  }

  private WorkerBed.Heard asked(Map settings = [:], Check check) {
    def run = shell(settings, ProbesSpec.ready(check), null)
    run.pid()
    run.run.perform(new Action.AwaitReady(ProbesSpec.ready(check)))
    run
  }
}
