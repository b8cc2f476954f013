package dev.supervise.worker.process;

import dev.supervise.posix.ResourceLimits;
import dev.supervise.spec.Command;
import dev.supervise.spec.FileNames;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.Hook;
import dev.supervise.spec.HookBody;
import dev.supervise.spec.Logs;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.Tasks;
import dev.supervise.spec.UnitSpec;
import dev.supervise.vital.Timer;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;
import dev.supervise.worker.StartRefused;
import dev.supervise.worker.UninterruptedSleep;
import dev.supervise.worker.environment.ChildEnvironment;
import dev.supervise.worker.function.BlockingTasks;
import dev.supervise.worker.function.Hooks;
import dev.supervise.worker.function.PriorFiles;
import dev.supervise.worker.keeper.SpawnRequest;
import dev.supervise.worker.output.ChannelLog;
import dev.supervise.worker.output.FunctionLog;
import dev.supervise.worker.output.LogBook;
import dev.supervise.worker.output.LogFiles;
import dev.supervise.worker.output.LogStream;
import dev.supervise.worker.output.LogWriters;
import dev.supervise.worker.output.Speakers;
import dev.supervise.worker.probe.ExecProbe;
import dev.supervise.worker.probe.PriorAnswers;
import dev.supervise.worker.probe.ProbeThreads;
import dev.supervise.worker.probe.Probes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
              "pidFile, detect, forking and detached are refused",
              "user, group, limits and sdNotify are refused; umask and nice go through /bin/sh",
              "a code above 128 is taken for a signal only if that signal was sent",
              "descriptors and signal dispositions of a child are as the JDK leaves them",
              "output is never dropped: a slow disk holds the child up",
              "threads grow with the number of processes"));

  private static final long STRAYS_NANOS = 10_000_000_000L;
  private static final long LOOK_NANOS = 10_000_000;

  final BlockingTasks errands = new BlockingTasks();
  final Timer timer = new Timer();
  private final PriorFiles files = new PriorFiles();
  private final LogFiles logs;
  private final LogWriters writers;
  private final ClosureLines lines;
  private final Hooks hooks;

  private final ProcessWorkerSettings settings;
  private final SpawnRequestBuilder preparation;
  private final Set<ReducedRun> runs = ConcurrentHashMap.newKeySet();
  private @Nullable ProbeThreads probeThreads;

  ReducedWorker(ProcessWorkerSettings settings) {
    this.settings = settings;
    preparation =
        new SpawnRequestBuilder(
            new ChildEnvironment(
                System.getenv().entrySet().stream()
                    .map(e -> (e.getKey() + "=" + e.getValue()).getBytes(StandardCharsets.UTF_8))
                    .toList(),
                settings.told()),
            new ResourceLimits.Pair(0, 0));
    hooks = new Hooks(errands, settings.warnings(), settings.tasks());
    logs =
        new LogFiles(
            settings.logDir(), settings.warnings(), settings.nanoClock(), ChannelLog::open);
    writers = new LogWriters("supervise-log", settings.warnings(), settings.nanoClock());
    lines = new ClosureLines(settings, logs, writers);
    writers.begin();
  }

  @Override
  public Mode mode() {
    return MODE;
  }

  @Override
  public void renew(int lock) {
    // It has no lock to hand on and keeps no ledger; logs look for themselves where they lead.
  }

  @Override
  public Set<String> kept() {
    return Set.of();
  }

  @Override
  public void leave() {
    // There are no detached units here.
  }

  /// Without the C library, by what the JDK knows of its children; TERM is all it can send.
  @Override
  public StrayChildren.Found endStrays(BooleanSupplier hurried) {
    List<ProcessHandle> strays = ProcessHandle.current().descendants().toList();
    strays.forEach(ProcessHandle::destroy);
    long until = settings.nanoClock().getAsLong() + STRAYS_NANOS;
    while (strays.stream().anyMatch(ProcessHandle::isAlive)
        && !hurried.getAsBoolean()
        && settings.nanoClock().getAsLong() - until < 0) {
      UninterruptedSleep.nanos(LOOK_NANOS);
    }
    strays.forEach(ProcessHandle::destroyForcibly);
    return new StrayChildren.Found(strays.stream().map(ReducedWorker::name).toList(), List.of());
  }

  private static String name(ProcessHandle process) {
    return process.info().command().map(path -> Path.of(path).getFileName().toString()).orElse("?")
        + " (pid "
        + process.pid()
        + ")";
  }

  Tasks tasks() {
    return settings.tasks();
  }

  @Override
  public Map<Long, String> marks() {
    return Map.of();
  }

  @Override
  public Set<Integer> users() {
    return Set.of();
  }

  @Override
  public List<String> end() {
    // The tree has stopped what is known here; of the rest nothing is.
    return List.of();
  }

  @Override
  public Map<String, Integer> leftRunning() {
    return Map.of();
  }

  @Override
  public List<Integer> helpers() {
    return List.of();
  }

  @Override
  public PriorFiles files() {
    return files;
  }

  @Override
  public LogBook logBook() {
    return logs.book();
  }

  @Override
  public FunctionLog functionLog() {
    return settings.functionLog(logs);
  }

  @Override
  public void ports(Map<String, Integer> ports) {
    preparation.ports(ports);
  }

  @Override
  public Run start(ProcessSpec spec, Launch launch, Reports reports) {
    return begin(new ReducedRun(this, spec, launch, Map.of(), reports));
  }

  @Override
  public HookRun hook(
      ProcessSpec spec, Hook hook, Launch launch, Map<String, String> extra, HookReports reports) {
    return files.noted(
        errands,
        spec.policy().lifecycle(),
        () -> Path.of(SpawnRequestBuilder.directory(spec)),
        hook,
        launch,
        reports,
        () -> begin(spec, hook, launch, extra, reports));
  }

  private HookRun begin(
      ProcessSpec spec, Hook hook, Launch launch, Map<String, String> extra, HookReports reports) {
    return switch (hook.body()) {
      case HookBody.Program(Command command) -> {
        HookProgram program = new HookProgram(Hooks.what(hook, launch), hooks, reports);
        ReducedRun run =
            new ReducedRun(
                this, Hooks.child(spec, hook, command), launch, Hooks.told(hook, extra), program);
        program.begin(hook.timeout(), run, () -> begin(run));
        yield program;
      }
      case HookBody.Closure(FunctionBody body) ->
          hooks.call(body, hook, launch, extra, line -> say(spec, launch, line), reports);
    };
  }

  @Override
  public HookRun hookOf(
      UnitSpec unit,
      Hook hook,
      Launch launch,
      Map<String, String> extra,
      Consumer<String> log,
      HookReports reports) {
    return files.noted(
        errands,
        unit.policy().lifecycle(),
        () -> Path.of("/"),
        hook,
        launch,
        reports,
        () ->
            switch (hook.body()) {
              case HookBody.Program(Command command) ->
                  begin(Hooks.standIn(unit, command), hook, launch, extra, reports);
              case HookBody.Closure(FunctionBody body) ->
                  hooks.call(body, hook, launch, extra, Hooks.kept(log, launch), reports);
            });
  }

  ReducedRun begin(ReducedRun run) {
    runs.add(run);
    run.begin();
    return run;
  }

  void forget(ReducedRun run) {
    runs.remove(run);
  }

  SpawnRequest order(ProcessSpec spec, Launch launch, Map<String, String> told)
      throws StartRefused {
    Speakers.begin(line -> say(spec, launch, line));
    try {
      return preparation.order(spec, launch, told);
    } finally {
      Speakers.end();
    }
  }

  /// @return null for a process nobody asks anything
  @Nullable Probes probes(
      ProcessSpec spec, Launch launch, Reports reports, SpawnRequest order, ExecProbe.Beside beside)
      throws StartRefused {
    if (!Probes.declared(spec.policy().lifecycle())) {
      return null;
    }
    new PriorAnswers(probeThreads(), _ -> Optional.empty()).refuse(spec.policy().lifecycle());
    Probes probes =
        new Probes(
            spec.policy().lifecycle(),
            launch.run(),
            reports,
            new Probes.Surroundings(
                probeThreads(),
                Path.of(new String(order.dir(), StandardCharsets.UTF_8)),
                files.before(launch),
                beside,
                line -> say(spec, launch, line)));
    if (probes.listens()) {
      throw new StartRefused(
          StartFailure.Step.VALUE,
          0,
          "sdNotify needs the keeper, which does not run here (reduced mode)");
    }
    return probes;
  }

  private synchronized ProbeThreads probeThreads() {
    ProbeThreads threads = probeThreads;
    if (threads == null) {
      threads = new ProbeThreads();
      probeThreads = threads;
    }
    return threads;
  }

  /// Where a run's output goes, and how to let go of it.
  record Sink(LogStream stream, Runnable release) {}

  /// One for each pipe: for both streams, or for standard output and for standard error.
  List<Sink> sinks(Logs.Captured captured, Launch launch, SpawnRequest order) {
    Path path =
        logs.path(
            captured,
            launch.path(),
            launch.instance(),
            new String(order.dir(), StandardCharsets.UTF_8));
    return captured.separate()
        ? List.of(
            sink(path, "stdout", captured, launch),
            sink(FileNames.errors(path), "stderr", captured, launch))
        : List.of(sink(path, "", captured, launch));
  }

  private Sink sink(Path path, String stream, Logs.Captured captured, Launch launch) {
    return new Sink(
        LogStream.of(
            logs.acquire(path, captured),
            captured,
            launch.path(),
            stream,
            settings.secrets(),
            settings.output(),
            settings.wallClock()),
        () -> logs.release(path));
  }

  /// A closure of the unit's says a line.
  void say(ProcessSpec spec, Launch launch, String line) {
    lines.say(spec, launch, line);
  }

  void warn(String text) {
    settings.warnings().accept(text);
  }

  /// Kills what still runs, as far as it can be found.
  @Override
  public void close() {
    hooks.close();
    runs.forEach(ReducedRun::killNow);
    errands.close();
    timer.close();
    probeThreads().close();
    writers.close();
  }
}
