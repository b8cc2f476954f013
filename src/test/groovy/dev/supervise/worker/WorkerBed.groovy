package dev.supervise.worker

import dev.supervise.worker.process.ProcessWorker
import dev.supervise.worker.process.ProcessWorkerSettings
import dev.supervise.spec.Command
import dev.supervise.spec.EnvLayer
import dev.supervise.spec.Exit
import dev.supervise.spec.Identity
import dev.supervise.spec.Logs
import dev.supervise.spec.Origin
import dev.supervise.spec.Presence
import dev.supervise.spec.ProcessSpec
import dev.supervise.text.Secrets
import dev.supervise.spec.StartFailure
import dev.supervise.spec.Tasks
import dev.supervise.spec.UnitPolicy
import dev.supervise.spec.Value
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/** A worker with a folder of its own, and what it reports. The children are shells that obey orders. */
class WorkerBed implements AutoCloseable {
  final Path dir = Files.createTempDirectory('worker')
  final Path logs = dir.resolve('.supervise/log')
  final List<String> lines = new CopyOnWriteArrayList<>()
  final List<String> warnings = new CopyOnWriteArrayList<>()
  final CountDownLatch keeperLost = new CountDownLatch(1)
  /** Whether a line is kept here; one that waits is a reader that takes nothing. */
  volatile Closure<Boolean> reader = { path -> true }
  volatile Closure<Long> wallClock = { System.currentTimeMillis() }
  final Secrets secrets = new Secrets()
  final ProcessWorker worker
  private long runs

  WorkerBed(Optional<Path> state = Optional.empty()) {
    worker = ProcessWorker.open(new ProcessWorkerSettings(
        logs,
        { path, bytes, offset, length ->
          if (reader(path)) {
            lines << "$path| ${new String(bytes, offset, length, 'UTF-8')}".toString()
          }
        } as Output,
        { warnings << it },
        { System.nanoTime() },
        { wallClock() as long },
        { keeperLost.countDown() },
        state,
        [],
        -1, [:], Tasks.NONE, secrets))
  }

  @Override
  void close() {
    worker.close()
    dir.toFile().deleteDir()
  }

  /** What one run's worker said, in order. */
  static class Heard implements Reports {
    Run run
    String path
    final LinkedBlockingQueue<List> said = new LinkedBlockingQueue<>()

    void up(long run, int pid, long startTicks) { said << ['up', pid, startTicks] }
    void found(long run, int pid, long startTicks, Duration age, String source) { said << ['found', pid, startTicks, age, source] }
    void notUp(long run, StartFailure failure) { said << ['notUp', failure] }
    void ended(long run, Exit exit, Survivors remains) { said << ['ended', exit, remains] }
    void gone(long run) { said << ['gone'] }
    final List<String> whys = new CopyOnWriteArrayList<>()
    void ready(long run) { said << ['ready'] }
    void notReady(long run, String why) { whys << why }
    void unhealthy(long run, String why) { said << ['unhealthy', why] }
    void says(long run, String status) { said << ['says', status] }
    void stepFailed(long run, int step, String message) { said << ['stepFailed', step, message] }

    List next(int seconds = 10) {
      List heard = said.poll(seconds, TimeUnit.SECONDS)
      assert heard != null : "nothing reported of $path within $seconds s"
      heard
    }

    int pid() {
      def (what, pid) = next()
      assert what == 'up'
      pid
    }

    Exit exit() {
      def (what, exit) = next()
      assert what == 'ended'
      exit
    }

    StartFailure failure() {
      def (what, failure) = next()
      assert what == 'notUp'
      failure
    }

    boolean silent() {
      said.isEmpty()
    }

    void signal(int signal, Action.Scope scope = Action.Scope.GROUP) {
      run.perform(new Action.Signal(signal, scope, true))
    }
  }

  ProcessSpec spec(Map settings = [:], Command command) {
    new ProcessSpec('unit', new Origin('app.groovy', 1), settings.policy ?: UnitPolicy.DEFAULT, command,
        settings.dir ?: Value.of(dir.toString()), dir.toString(), (settings.env ?: []) as List<EnvLayer>,
        settings.cleanEnv ?: false, settings.identity ?: Identity.INHERITED, settings.limits ?: [],
        settings.logs ?: Logs.DEFAULT, 0, settings.presence ?: Presence.NONE)
  }

  Launch launch(Map settings = [:]) {
    runs++
    new Launch(runs, settings.path ?: "bed/unit$runs".toString(), 'the-id',
        settings.prev == null ? OptionalInt.empty() : OptionalInt.of(settings.prev as int), 1,
        settings.instance ?: 0, new SavedState() {
          Map<String, ?> saved() { [:] }
          void save(Map<String, ?> values) {}
        })
  }

  Heard start(Map settings = [:], Command command) {
    Launch launch = launch(settings)
    Heard heard = new Heard(path: launch.path())
    heard.run = worker.start(spec(settings, command), launch, heard)
    heard
  }

  Heard argv(Map settings = [:], String... words) {
    start(settings, new Command.Argv(words.collect { Value.of(it) }))
  }

  Heard shell(Map settings = [:], String text) {
    start(settings, new Command.Shell(Value.of(text), []))
  }

  /** What a program that ends at once has written. */
  String outputOf(Map settings = [:], String... words) {
    Heard heard = argv(settings, words)
    heard.pid()
    heard.exit()
    logOf(heard.path)
  }

  File logFile(String path) {
    logs.resolve(path + '.log').toFile()
  }

  /** The whole log of a unit whose runs are over, or, with a condition, of one that may still write. */
  String logOf(String path, Closure<Boolean> complete = null) {
    // A log writer may still be at it after the end was reported: a slow disk delays no exit.
    File file = logFile(path)
    until { file.exists() && (complete == null ? !open(file) : complete(file.getText('UTF-8'))) }
    file.getText('UTF-8')
  }

  static boolean open(File file) {
    new File('/proc/self/fd').listFiles().any {
      try {
        java.nio.file.Files.readSymbolicLink(it.toPath()).toString() == file.path
      } catch (IOException closedMeanwhile) {
        false
      }
    }
  }

  static void until(int seconds = 10, Closure<Boolean> condition) {
    long deadline = System.nanoTime() + seconds * 1_000_000_000L
    while (!condition()) {
      assert System.nanoTime() < deadline : 'not in time'
      Thread.sleep(2)
    }
  }

  static boolean alive(int pid) {
    File stat = new File("/proc/$pid/stat")
    try {
      String text = stat.text
      text.substring(text.lastIndexOf(')') + 2)[0] != 'Z'
    } catch (IOException gone) {
      false
    }
  }
}
