package dev.supervise.worker.probe

import dev.supervise.worker.Action
import dev.supervise.worker.Native
import dev.supervise.worker.WorkerBed
import com.sun.net.httpserver.HttpServer
import dev.supervise.spec.Check
import dev.supervise.spec.Command
import dev.supervise.spec.EnvLayer
import dev.supervise.spec.Exit
import dev.supervise.spec.Lifecycle
import dev.supervise.spec.Liveness
import dev.supervise.spec.Origin
import dev.supervise.spec.Readiness
import dev.supervise.spec.UnitPolicy
import dev.supervise.spec.Value
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import java.util.regex.Pattern
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.Timeout

/** Probes of processes, with real servers and obedient children. */
@Native
@Timeout(60)
class ProbesSpec extends Specification {
  static final Duration QUICK = Duration.ofMillis(20)

  @Shared
  WorkerBed bed = new WorkerBed()

  def cleanupSpec() {
    bed.close()
  }

  static Readiness ready(Check check, Duration every = QUICK) {
    new Readiness(check, Duration.ofSeconds(60), every)
  }

  static Lifecycle lifecycle(Readiness ready, Liveness alive = null) {
    new Lifecycle(Optional.ofNullable(ready), Optional.ofNullable(alive), [], 0, Lifecycle.RETRY_DELAY, Duration.ZERO)
  }

  WorkerBed.Heard shell(Map settings, Readiness ready, Liveness alive, String text = 'exec sleep 1000') {
    bed.shell(settings + [policy: UnitPolicy.DEFAULT.withLifecycle(lifecycle(ready, alive))], text)
  }

  /** A shell that is up and asked whether it is ready. */
  WorkerBed.Heard asked(Map settings = [:], Check check, String text = 'exec sleep 1000') {
    def run = shell(settings, ready(check), null, text)
    run.pid()
    run.run.perform(new Action.AwaitReady(ready(check)))
    run
  }

  WorkerBed.Heard asked(Check check, String text) {
    asked([:], check, text)
  }

  static Check exec(String text) {
    new Check.Exec(new Command.Shell(Value.of(text), []))
  }

  static boolean failed(WorkerBed.Heard run, String why) {
    WorkerBed.until { run.whys.any { it.contains(why) } }
    true
  }

  static void end(WorkerBed.Heard run) {
    run.signal(9, Action.Scope.ALL)
    while (run.next()[0] != 'ended') {}
  }

  /** A port nobody listens on at present. */
  static int freePort() {
    new ServerSocket(0).withCloseable { it.localPort }
  }

  static List<String> commands(int pid) {
    new File('/proc').listFiles().findAll { it.name ==~ /\d+/ }.collect {
      try { new File(it, 'cmdline').text.tr('\0', ' ') } catch (IOException gone) { '' }
    }
  }

  static boolean runs(String command) {
    commands(0).any { it.contains(command) }
  }

  // --- tcp

  def 'tcp waits until somebody listens on #address'() {
    given:
    int port = freePort()
    def run = asked(new Check.Tcp('localhost', port))

    expect:
    failed(run, "tcp localhost:$port: connection refused")
    run.silent()

    when:
    def server = new ServerSocket()
    server.bind(new InetSocketAddress(InetAddress.getByName(address), port))

    then:
    run.next() == ['ready']

    cleanup:
    server?.close()
    end(run)

    where:
    address << ['127.0.0.1', '::1']
  }

  def 'a connection that meets itself is nobody listening'() {
    given: 'a port that the kernel gives to clients too'
    int port = freePort()
    def refused = new AtomicInteger()

    when: 'it is tried so often that one such meeting is likely'
    2000.times {
      try {
        TcpConnect.to('localhost', port).close()
      } catch (ConnectException e) {
        refused.incrementAndGet()
      }
    }

    then:
    refused.get() == 2000
  }

  // --- http

  def 'http holds with a status from #from to #to when #status is answered: #holds'() {
    given:
    def server = HttpServer.create(new InetSocketAddress('127.0.0.1', 0), 0)
    server.createContext('/health') {
      it.responseHeaders.add('Location', '/nowhere')
      it.sendResponseHeaders(status, -1)
      it.close()
    }
    server.start()
    def run = asked(new Check.Http("http://localhost:$server.address.port/health?deep=1", from, to, true))

    expect:
    holds ? run.next() == ['ready'] : failed(run, "answered $status, wanted")

    cleanup:
    server.stop(0)
    end(run)

    where:
    status | from | to  || holds
    200    | 200  | 399 || true
    302    | 200  | 399 || true
    503    | 200  | 399 || false
    404    | 200  | 200 || false
    503    | 503  | 503 || true
  }

  def 'a server that answers #answer is not ready: #why'() {
    given:
    def server = new ServerSocket(0, 5, InetAddress.getByName('127.0.0.1'))
    def serving = Thread.startVirtualThread {
      try {
        while (true) {
          def client = server.accept()
          client.outputStream << answer
          client.close()
        }
      } catch (IOException closed) {
      }
    }
    def run = asked(new Check.Http("http://127.0.0.1:$server.localPort", 200, 399, true))

    expect:
    failed(run, why)

    cleanup:
    server.close()
    serving.join()
    end(run)

    where:
    answer                  || why
    ''                      || 'closed'
    'SSH-2.0-OpenSSH\r\n'   || 'its answer is not HTTP'
    'HTTP/1.1 2'            || 'closed in the middle of its answer'
  }

  def 'a 1xx is not the answer yet'() {
    given:
    def server = new ServerSocket(0, 5, InetAddress.getByName('127.0.0.1'))
    def serving = Thread.startVirtualThread {
      try {
        while (true) {
          def client = server.accept()
          client.inputStream.read(new byte[1000])
          client.outputStream << 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'
          client.close()
        }
      } catch (IOException closed) {
      }
    }

    when:
    def run = asked(new Check.Http("http://127.0.0.1:$server.localPort", 204, 204, true))

    then:
    run.next() == ['ready']

    cleanup:
    server.close()
    serving.join()
    end(run)
  }

  def 'one try takes no longer than 2 s, and a server that never answers holds nothing up'() {
    given:
    def server = new ServerSocket(0, 50, InetAddress.getByName('127.0.0.1'))

    when:
    long from = System.nanoTime()
    def run = asked(new Check.AnyOf([new Check.Http("http://127.0.0.1:$server.localPort", 200, 399, true), new Check.File('never')]))

    then:
    failed(run, 'took longer than 2 s')
    System.nanoTime() - from < 4_000_000_000L

    cleanup:
    server.close()
    end(run)
  }

  // --- exec

  def "exec is run in the unit's directory and environment, and asks for code 0"() {
    given:
    def dir = File.createTempDir()
    def run = asked(dir: Value.of(dir.path), env: [new EnvLayer.Set('MARKER', Value.of('here'))], exec('test -e "$MARKER" || exit 3'))

    expect:
    failed(run, 'exec: exit 3')

    when:
    new File(dir, 'here').text = ''

    then:
    run.next() == ['ready']

    and: 'what a probe prints is nobody\'s'
    bed.lines.findAll { it.startsWith(run.path) } == []

    cleanup:
    end(run)
    dir.deleteDir()
  }

  def 'an exec that takes too long is killed with all it started, and only then tried again'() {
    given:
    def run = asked(exec('setsid sleep 4242.1 & sleep 4242.2'))

    expect:
    failed(run, 'took longer than 2 s and was killed')

    when: 'it is asked no more'
    run.run.perform(new Action.EndProbes())

    then:
    WorkerBed.until(2) { !runs('sleep 4242') }

    cleanup:
    end(run)
  }

  def 'what an exec leaves behind is killed with its try'() {
    given:
    def run = asked(exec('setsid sleep 4343 >/dev/null 2>&1 & exit 0'))

    expect:
    run.next() == ['ready']
    WorkerBed.until(2) { !runs('sleep 4343') }

    cleanup:
    end(run)
  }

  def 'a probe that is cancelled is gone within 100 ms: #kind'() {
    given:
    def server = new ServerSocket(0, 50, InetAddress.getByName('127.0.0.1'))
    def silent = new Check.Http("http://127.0.0.1:$server.localPort", 200, 399, true)
    def entered = new CountDownLatch(1)
    def check = [
        exec: exec('exec sleep 4444'),
        http: silent,
        closure: new Check.Asked({ entered.countDown(); Thread.sleep(10_000); true }, new Origin('a', 1)),
    ][kind]
    def run = asked(check)
    WorkerBed.until { kind == 'exec' ? runs('sleep 4444') : kind == 'closure' ? entered.count == 0 : busy() }

    when:
    long from = System.nanoTime()
    run.run.perform(new Action.EndProbes())
    WorkerBed.until(2) { !(kind == 'exec' ? runs('sleep 4444') : busy()) }
    long took = System.nanoTime() - from

    then: 'the machine may be busy with other things'
    took < 100_000_000L * patience()
    run.silent()

    cleanup:
    server.close()
    end(run)

    where:
    kind << ['exec', 'http', 'closure']
  }

  static int patience() {
    def load = new File('/proc/loadavg').text.split(' ')[0] as double
    1 + (int) load
  }

  static boolean busy() {
    Thread.allStackTraces.any { thread, stack ->
      thread.name ==~ /supervise-probe-\d+/ && stack.any { it.className.startsWith('dev.supervise.worker.') && it.methodName in ['ask', 'connect', 'call'] }
    }
  }

  def 'a unit that ends while it is probed takes the probe with it'() {
    given:
    def run = asked(exec('exec sleep 4545'))
    WorkerBed.until { runs('sleep 4545') }

    when:
    run.signal(9)
    def (what, exit, remains) = run.next()

    then:
    what == 'ended'
    exit == new Exit.Signalled(9, false)
    remains.count() == 0 || run.next() == ['gone']
    !runs('sleep 4545')
  }

  // --- logLine

  def 'a line that was written before anybody asked is not missed'() {
    given:
    def check = new Check.LogLine(Pattern.compile('system is (ready|up)'))
    def run = shell([:], ready(check), null, 'echo starting; echo "database system is ready to accept connections"; exec sleep 1000')
    run.pid()
    bed.logOf(run.path) { it.contains('accept') }

    when:
    run.run.perform(new Action.AwaitReady(ready(check)))

    then:
    run.next() == ['ready']

    cleanup:
    end(run)
  }

  def 'a line counts when it is whole'() {
    given:
    def check = new Check.LogLine(Pattern.compile('port 80$'))
    def run = asked(check, 'printf "listening on port 80"; sleep 0.3; echo 80; exec sleep 1000')

    expect:
    failed(run, 'no line of its output matches /port 80$/ yet')
    bed.logOf(run.path) { it.contains('8080') }
    run.silent()

    cleanup:
    end(run)
  }

  def 'a line is found in a flood, and a pattern without end holds nobody up'() {
    given:
    def lost = new Check.LogLine(Pattern.compile('^(a|aa)+?(b|c)\\1$'))
    def run = asked(lost, "printf 'a%.0s' \$(seq 1 60); echo b; exec sleep 1000")
    def flood = asked(new Check.LogLine(Pattern.compile('^found$')), 'seq 1 20000; sleep 0.2; echo found; exec sleep 1000')

    expect:
    flood.next() == ['ready']
    failed(run, 'no line of its output')

    when:
    end(run)

    then: 'its thread is given back'
    WorkerBed.until(5) { !Thread.allStackTraces.any { thread, stack -> stack.any { it.className.contains('LogWatch') } } }

    cleanup:
    end(flood)
  }

  // --- file, check, allOf, anyOf

  def "file is relative to the unit's directory"() {
    given:
    def dir = File.createTempDir()
    def run = asked(dir: Value.of(dir.path), new Check.File('run/ok'))

    expect:
    failed(run, "file $dir.path/run/ok is not there")

    when:
    new File(dir, 'run').mkdir()
    new File(dir, 'run/ok').text = ''

    then:
    run.next() == ['ready']

    cleanup:
    end(run)
    dir.deleteDir()
  }

  def 'a closure is asked until it says yes; what it throws is a no'() {
    given:
    def tries = new AtomicInteger()
    def run = asked(new Check.Asked({
      switch (tries.incrementAndGet()) {
        case 1: return false
        case 2: throw new IllegalStateException('boom')
        case 3: throw new StackOverflowError()
        default: return true
      }
    }, new Origin('app.groovy', 3)))

    expect:
    run.next() == ['ready']
    tries.get() == 4
    run.whys == ['check says no', 'IllegalStateException: boom', 'StackOverflowError']

    cleanup:
    end(run)
  }

  def 'a closure that ignores its interrupt has no second copy, and delays no other'() {
    given:
    def go = new CountDownLatch(1)
    def copies = new AtomicInteger()
    def deaf = asked(new Check.Asked({
      copies.incrementAndGet()
      while (go.count > 0) {
        try { go.await() } catch (InterruptedException e) { }
      }
      true
    }, new Origin('app.groovy', 3)))

    expect:
    failed(deaf, 'took longer than 2 s')
    failed(deaf, 'has not returned from an earlier try')

    when:
    def other = asked(new Check.Asked({ true }, new Origin('app.groovy', 4)))

    then:
    other.next() == ['ready']
    copies.get() == 1

    when:
    go.countDown()

    then:
    deaf.next() == ['ready']
    copies.get() == 2

    cleanup:
    go.countDown()
    end(deaf)
    end(other)
  }

  def 'allOf waits for all and anyOf for one, and nothing of the others is left'() {
    given:
    def dir = File.createTempDir()
    def check = new Check.AllOf([new Check.File("$dir.path/a"), new Check.AnyOf([exec('exec sleep 4646'), new Check.File("$dir.path/b")])])
    def run = asked(check)

    when:
    new File(dir, 'a').text = ''

    then:
    failed(run, 'exec: took longer')
    run.silent()

    when:
    new File(dir, 'b').text = ''

    then:
    run.next() == ['ready']
    WorkerBed.until(2) { !runs('sleep 4646') }

    cleanup:
    end(run)
    dir.deleteDir()
  }

  // --- alive

  def 'so many failures in a row are an illness, reported once; a success in between begins anew'() {
    given:
    def answers = [true, false, false, true, false, true, false, false, false, false, false] as LinkedList
    def alive = new Liveness(new Check.Asked({ answers.removeFirst() }, new Origin('a', 1)), Duration.ofMillis(10), 3)
    def run = shell([:], null, alive)
    run.pid()

    when:
    run.run.perform(new Action.Watch(alive))

    then:
    run.next() == ['unhealthy', 'check says no']

    when:
    Thread.sleep(100)

    then:
    run.silent()
    answers.size() == 2

    cleanup:
    end(run)
  }

  // --- leaks

  def 'no thread, descriptor or process is left of a hundred runs that were probed in every way'() {
    given:
    def server = new ServerSocket(0, 500, InetAddress.getByName('127.0.0.1'))
    def check = new Check.AllOf([
        new Check.Tcp('localhost', server.localPort, true), exec('exit 0'), new Check.File('/', true), new Check.SdNotify(),
        new Check.AnyOf([new Check.LogLine(Pattern.compile('never')), new Check.Http("http://127.0.0.1:$server.localPort", 200, 399, true)])])
    def once = {
      def runs = (1..20).collect { asked(check) }
      Thread.sleep(100)
      runs.each { end(it) }
    }
    once()

    when:
    WorkerBed.until { !busy() }
    int before = descriptors()
    5.times { once() }

    then:
    WorkerBed.until(8) { descriptors() <= before + 2 }
    WorkerBed.until(8) { Thread.allStackTraces.keySet().count { it.name ==~ /supervise-probe-\d+/ } <= 1 }
    bed.warnings == []

    cleanup:
    server.close()
  }

  static int descriptors() {
    new File('/proc/self/fd').list().length
  }
}
