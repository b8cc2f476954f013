package dev.supervise

import static dev.supervise.Tried.*

import dev.supervise.cli.Session
import dev.supervise.keeper.CPrograms
import dev.supervise.run.*
import dev.supervise.spec.*
import dev.supervise.spec.StartFailure.Step
import dev.supervise.worker.Native
import dev.supervise.worker.WorkerBed
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption
import java.nio.file.StandardOpenOption
import java.time.Duration
import spock.lang.AutoCleanup
import spock.lang.Requires
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/**
 * Faults of the world around, each caused for real. Others have their place elsewhere: missing, not executable,
 * directories, E2BIG and a missing `dir` in ProcessWorkerSpec; a grandchild that holds the pipe, a stalled log, binary
 * output in CaptureSpec; double forks and other sessions in ProcessWorkerSpec and StormSpec; a full disk in
 * DiskFullSpec; being PID 1 in PidOneSpec; thousands of cycles in CyclesSpec.
 */
@Native
@Timeout(60)
class FaultsSpec extends Specification {
  @TempDir Path temp
  @AutoCleanup Closer opened = new Closer()

  static class Closer implements Closeable {
    final List<AutoCloseable> all = []
    void close() { all.reverseEach { it.close() } }
  }

  Tried tried() {
    def t = new Tried()
    opened.all << t
    t
  }

  WorkerBed bed() {
    def bed = new WorkerBed()
    opened.all << bed
    bed
  }

  static StopProgram term(Duration within) {
    new StopProgram([new StopStep.Signal(15, new Grace.Limited(within), StopStep.Target.GROUP)])
  }

  static boolean alive(int pid) { Files.exists(Path.of('/proc', "$pid")) }

  // ------------------------------------------------------------------------------------ children that do not obey

  def 'TERM ignored: after the grace everything of the run is killed, and the end says so'() {
    given:
    def t = tried()
    t.run([sh('deaf', stop: term(Duration.ofMillis(400)), 'trap "" TERM; sleep 1000 & echo $!; wait; wait')])
    int grandchild = t.line('deaf') as int
    int pid = t.unit('deaf').pid()
    when:
    long asked = System.nanoTime()
    t.ask(new Request.Stop(Selector.of('deaf')))
    int took = Duration.ofNanos(System.nanoTime() - asked).toMillis()
    then: 'its child, which ignores nothing of its own, was spared no longer'
    took in 390..5000
    !alive(pid) && !alive(grandchild)
    t.unit('deaf').known().exit().get() == new Exit.Signalled(9, false)
    t.unit('deaf').status() == Status.STOPPED
  }

  def 'a child that was stopped by SIGSTOP dies of TERM within its grace'() {
    given:
    def t = tried()
    t.run([sh('stopped', stop: term(Duration.ofSeconds(30)), 'echo up; kill -STOP $$; exec sleep 1000')])
    t.line('stopped')
    until { t.unit('stopped').pid() > 0 }
    int pid = t.unit('stopped').pid()
    until { new File("/proc/$pid/stat").text.contains(') T ') }
    when:
    long asked = System.nanoTime()
    t.ask(new Request.Stop(Selector.of('stopped')))
    then:
    System.nanoTime() - asked < 5_000_000_000L
    t.unit('stopped').known().exit().get() == new Exit.Signalled(15, false)
  }

  def 'a double fork with setsid, deaf to TERM, is gone before the next run starts'() {
    given:
    def t = tried()
    t.run([sh('daemon', restart: Restart.ALWAYS, stop: term(Duration.ofMillis(300)),
        """(env -i setsid /bin/sh -c 'trap "" TERM HUP; echo \$\$; while :; do sleep 1; done' &); sleep 0.3; exit 1""")])
    when:
    int first = t.line('daemon') as int
    int second = t.line('daemon') as int
    then:
    first != second
    !alive(first)
  }

  // ------------------------------------------------------------------------------------ starts the system refuses

  def 'text busy: a program somebody is writing is a start that failed, named, and runs once it is closed'() {
    given:
    def bed = bed()
    Path program = bed.dir.resolve('busy')
    Files.copy(Path.of('/bin/true').toRealPath(), program, StandardCopyOption.REPLACE_EXISTING)
    program.toFile().executable = true
    def writing = Files.newByteChannel(program, StandardOpenOption.WRITE)
    when:
    def failure = bed.argv('./busy').failure()
    then:
    failure.step() == Step.EXEC
    failure.errno() == 26
    failure.code() == 126
    failure.message() == "program './busy': program file is being written"
    when:
    writing.close()
    def run = bed.argv('./busy')
    run.pid()
    then:
    run.exit() == new Exit.Code(0)
  }

  @Requires({ System.getProperty('user.name') == 'root' })
  def 'EAGAIN: a user with no process left is a start that failed, and works when he has'() {
    given: 'an account that nobody uses, which may have no process beside one'
    def bed = bed()
    def settings = [dir: Value.of('/'), limits: [new Limit(Limit.Resource.NPROC, 0, 0)],
        identity: new Identity(Optional.of('uucp'), Optional.empty(), OptionalInt.empty(), OptionalInt.empty())]
    def first = bed.argv(settings, 'sleep', '1000')
    first.pid()
    when:
    def failure = bed.argv(settings, 'sleep', '1000').failure()
    then:
    failure.errno() == 11
    failure.message().contains('resource temporarily unavailable')
    when:
    first.signal(9)
    first.exit()
    def second = bed.argv(settings, 'true')
    second.pid()
    then:
    second.exit() == new Exit.Code(0)
  }

  def 'descriptors used up: what finds none fails, paced and named, and comes up when there are some'() {
    given:
    def dir = Files.createDirectory(temp.resolve('app'))
    def marker = "97${ProcessHandle.current().pid()}".toString()
    dir.resolve('app.groovy').toFile().text = """
      40.times { i -> process("brief-\$i") { oneShot(); command 'sleep', '4' } }
      40.times { i -> process("long-\$i") { command 'sleep', '$marker'; backoff initial: 200.ms, max: 400.ms } }"""
    when:
    def s = Session.start(dir, words: ['sh', '-c', 'ulimit -n 112; exec "$@"', 'sh'], 'app.groovy')
    opened.all << s
    s.until(/its output pipe cannot be made: too many open files/)
    s.await('all that stay') { running(marker) == 40 }
    s.signal('TERM')
    then:
    s.code() == 0
    running(marker) == 0
    s.err == ''
  }

  static int running(String marker) {
    def found = new ProcessBuilder('pgrep', '-fxc', "sleep $marker").start()
    def count = found.inputStream.text.trim()
    found.waitFor()
    count as int
  }

  // ------------------------------------------------------------------------------------ the clock

  @Requires({ CPrograms.COMPILER })
  def 'the clock set back an hour changes no pause, no grace and no stop'() {
    given: 'a clock that is an hour behind once a file is there'
    def dir = Files.createDirectory(temp.resolve('app'))
    def back = dir.resolve('back')
    dir.resolve('app.groovy').toFile().text = '''
      process('crash') { shell 'echo run; exit 1'; delay 200.ms; logs { timestamps() } }
      process('deaf') { shell 'trap "" TERM; while :; do sleep 0.2; done'; stop SIGTERM, within: 500.ms }'''
    def log = dir.resolve('.supervise/app/log/crash.log')
    def runs = { Files.exists(log) ? Files.readAllLines(log).size() : 0 }
    when:
    def s = Session.start(dir, env: [LD_PRELOAD: CPrograms.clock.toString(), CLOCK_BACK: back.toString()], 'app.groovy')
    opened.all << s
    s.await('three runs') { runs() >= 3 }
    Files.createFile(back)
    long set = System.nanoTime()
    int before = runs()
    s.await('ten more') { runs() >= before + 10 }
    long took = System.nanoTime() - set
    s.signal('TERM')
    int code = s.code()
    def hours = Files.readAllLines(log)*.substring(11, 13) as Set
    then: 'it was set back indeed, and nobody cared'
    hours.size() == 2
    took > 2_000_000_000L - 300_000_000L
    took < 20_000_000_000L
    code == 0
  }
}
