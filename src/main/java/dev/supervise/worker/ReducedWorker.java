package dev.supervise.worker;

import dev.supervise.posix.ResourceLimits;
import dev.supervise.spec.Logs;
import dev.supervise.spec.ProcessSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The process worker for systems without a keeper, on `java.lang.ProcessBuilder`: one thread a
/// child for its output and one of the JDK's for its end. Uses nothing of the C library.
final class ReducedWorker implements ProcessWorker {
  static final Mode MODE =
      new Mode(
          "reduced",
          List.of(
              "when supervise is killed with -9, its processes live on",
              "processes start in supervise's session; what daemonises or outlives its parent is"
                  + " neither found nor stopped",
              "a signal to the group reaches the unit and its descendants at that moment, one by"
                  + " one",
              "user, group and limits are refused; umask and nice go through /bin/sh",
              "a code above 128 is taken for a signal only if that signal was sent",
              "descriptors and signal dispositions of a child are as the JDK leaves them",
              "output is never dropped: a slow disk holds the child up",
              "threads grow with the number of processes"));

  /// What a script gives to all its processes.
  private record Shared(Map<String, Integer> ports, Secrets secrets) {}

  final Errands errands = new Errands();
  private final LogFiles logs;

  private final ProcessWorkerSettings settings;
  private final Preparation preparation =
      new Preparation(
          new ChildEnvironment(
              System.getenv().entrySet().stream()
                  .map(e -> (e.getKey() + "=" + e.getValue()).getBytes(StandardCharsets.UTF_8))
                  .toList()),
          new ResourceLimits.Pair(0, 0));
  private final Set<ReducedRun> runs = ConcurrentHashMap.newKeySet();
  private volatile Shared shared = new Shared(Map.of(), Secrets.NONE);

  ReducedWorker(ProcessWorkerSettings settings) {
    this.settings = settings;
    logs = new LogFiles(settings.logDir(), settings.warnings(), settings.nanoClock());
  }

  @Override
  public Mode mode() {
    return MODE;
  }

  @Override
  public void share(Map<String, Integer> ports, Set<String> secrets) {
    shared = new Shared(Map.copyOf(ports), new Secrets(secrets));
  }

  @Override
  public Run start(ProcessSpec spec, Launch launch, Reports reports) {
    return begin(new ReducedRun(this, spec, launch, reports));
  }

  ReducedRun begin(ReducedRun run) {
    runs.add(run);
    run.begin();
    return run;
  }

  void forget(ReducedRun run) {
    runs.remove(run);
  }

  SpawnOrder order(ProcessSpec spec, Launch launch) throws Preparation.Refused {
    return preparation.order(spec, launch, shared.ports());
  }

  /// Where a run's output goes, and how to let go of it.
  record Sink(LogStream stream, Runnable release) {}

  /// One for each pipe: for both streams, or for standard output and for standard error.
  List<Sink> sinks(Logs.Captured captured, Launch launch, SpawnOrder order) {
    Path path =
        logs.path(
            captured,
            launch.path(),
            launch.instance(),
            new String(order.dir(), StandardCharsets.UTF_8));
    return captured.separate()
        ? List.of(
            sink(path, "stdout", captured, launch),
            sink(LogFiles.errors(path), "stderr", captured, launch))
        : List.of(sink(path, "", captured, launch));
  }

  private Sink sink(Path path, String stream, Logs.Captured captured, Launch launch) {
    return new Sink(
        LogStream.of(
            logs.acquire(path, captured),
            captured,
            launch.path(),
            stream,
            shared.secrets(),
            settings.output(),
            settings.wallClock()),
        () -> logs.release(path));
  }

  void line(String path, String line) {
    byte[] bytes = masked(line).getBytes(StandardCharsets.UTF_8);
    settings.output().line(path, bytes, 0, bytes.length);
  }

  String masked(String message) {
    return shared.secrets().mask(message);
  }

  /// Kills what still runs, as far as it can be found.
  @Override
  public void close() {
    runs.forEach(ReducedRun::killNow);
    errands.close();
  }
}
