package dev.supervise.worker.process;

import dev.supervise.posix.Errno;
import dev.supervise.spec.Command;
import dev.supervise.spec.Exit;
import dev.supervise.spec.Logs;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Signals;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.StartFailure.Step;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.SuddenEnd;
import dev.supervise.vital.Threads;
import dev.supervise.worker.Action;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;
import dev.supervise.worker.StartRefused;
import dev.supervise.worker.Survivors;
import dev.supervise.worker.function.BlockingTasks;
import dev.supervise.worker.function.StopCall;
import dev.supervise.worker.keeper.SpawnRequest;
import dev.supervise.worker.keeper.StartFailureText;
import dev.supervise.worker.output.OutputTap;
import dev.supervise.worker.probe.Probes;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One life of one process without a keeper. What is asked of it is done on threads of the
/// worker's.
final class ReducedRun implements Run {
  private static final Duration OUTPUT = Duration.ofMillis(200);
  private static final SuddenEnd END = new SuddenEnd("the end of a run");

  private enum Stage {
    PREPARING,
    UP,
    ENDED,
    OVER
  }

  private final ReducedWorker worker;
  private final ProcessSpec spec;
  private final Launch launch;
  private final Map<String, String> told;
  private final Reports reports;
  private final Set<ProcessHandle> descendants = new HashSet<>();
  private final List<ReducedRun> aids = new ArrayList<>(0);
  private final List<StopCall> calls = new ArrayList<>(0);
  private Stage stage = Stage.PREPARING;
  private Runnable cancelPreparation = () -> {};
  private @Nullable Process process;
  private int lastSignal;
  private @Nullable Probes probes;

  /// @param told what it finds in its environment besides what every child does
  ReducedRun(
      ReducedWorker worker,
      ProcessSpec spec,
      Launch launch,
      Map<String, String> told,
      Reports reports) {
    this.worker = worker;
    this.spec = spec;
    this.launch = launch;
    this.told = told;
    this.reports = reports;
  }

  void begin() {
    Runnable cancel;
    try {
      cancel =
          worker.errands.within(
              BlockingTasks.LIMIT,
              this::prepare,
              () ->
                  refuse(
                      new StartFailure(
                          Step.VALUE, 0, "its closure values or envFile took more than 5 s")));
    } catch (NoThread e) {
      refuse(new StartFailure(Step.FORK, Errno.EAGAIN, String.valueOf(e.getMessage())));
      return;
    }
    synchronized (this) {
      cancelPreparation = cancel;
    }
  }

  private void prepare() {
    Process started;
    List<ReducedWorker.Sink> sinks = List.of();
    Probes asked = null;
    try {
      refuseWhatNeedsAKeeper();
      SpawnRequest order = worker.order(spec, launch, told);
      asked = worker.probes(spec, launch, reports, order, this::beside);
      Path program = program(order);
      if (spec.logs() instanceof Logs.Captured captured) {
        sinks = worker.sinks(captured, launch, order);
      }
      synchronized (this) {
        if (stage != Stage.PREPARING) {
          letGo(sinks);
          return;
        }
        started = builder(program, order).start();
        process = started;
        probes = asked;
        stage = Stage.UP;
      }
    } catch (StartRefused e) {
      refuse(e.failure());
      return;
    } catch (RuntimeException e) {
      // For one, a path that the JVM's locale cannot express. A start is always answered.
      refuse(new StartFailure(Step.VALUE, 0, "its start cannot be prepared: " + e));
      return;
    } catch (IOException e) {
      letGo(sinks);
      refuse(new StartFailure(Step.EXEC, 0, String.valueOf(e.getMessage())));
      return;
    }
    reports.up(launch.run(), (int) started.pid(), 0);
    CompletableFuture<?>[] copies = new CompletableFuture<?>[sinks.size()];
    for (int i = 0; i < copies.length; i++) {
      CompletableFuture<Void> copied = new CompletableFuture<>();
      copies[i] = copied;
      InputStream from = i == 0 ? started.getInputStream() : started.getErrorStream();
      ReducedWorker.Sink into = sinks.get(i);
      OutputTap watched = asked == null ? null : asked.stream();
      int source = i;
      try {
        Threads.start(
            Threads.vital(
                "supervise-output-" + launch.path(),
                () -> copy(from, into, source, watched, copied)));
      } catch (NoThread e) {
        worker.warn("the output of '" + launch.path() + "' is not read: " + e.getMessage());
        into.release().run();
        copied.complete(null);
      }
    }
    CompletableFuture<Void> read = CompletableFuture.allOf(copies);
    // A descendant may hold the pipe for ever; the end of the leader is not to wait for that.
    started
        .onExit()
        .thenAccept(ended -> {
          worker.timer.after(OUTPUT, () -> read.complete(null));
          read.thenRun(() -> END.unless(() -> ended(ended.exitValue())));
        });
  }

  private static void letGo(List<ReducedWorker.Sink> sinks) {
    sinks.forEach(sink -> sink.release().run());
  }

  private void refuseWhatNeedsAKeeper() throws StartRefused {
    if (spec.identity().user().isPresent() || spec.identity().group().isPresent()) {
      throw new StartRefused(
          Step.USER, 0, "user and group need the keeper, which does not run here (reduced mode)");
    }
    if (!spec.presence().usual()) {
      throw new StartRefused(
          Step.DETECT,
          0,
          "pidFile, forking and detached need the keeper, which does not run here (reduced mode)");
    }
    if (!spec.limits().isEmpty()) {
      throw new StartRefused(
          Step.LIMITS, 0, "limits need the keeper, which does not run here (reduced mode)");
    }
  }

  private ProcessBuilder builder(Path program, SpawnRequest order) {
    List<String> argv = new ArrayList<>();
    if (spec.identity().umask().isPresent() || spec.identity().nice().isPresent()) {
      String umask =
          spec.identity().umask().isPresent()
              ? "umask " + Integer.toOctalString(spec.identity().umask().getAsInt()) + " && "
              : "";
      String nice =
          spec.identity().nice().isPresent() ? "nice -n " + spec.identity().nice().getAsInt() : "";
      argv.addAll(List.of("/bin/sh", "-c", umask + "exec " + nice + " \"$@\"", "sh"));
    }
    argv.add(program.toString());
    order.argv().stream().skip(1).map(ReducedRun::text).forEach(argv::add);
    ProcessBuilder builder =
        new ProcessBuilder(argv).directory(new File(text(order.dir()))).redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    switch (spec.logs()) {
      case Logs.Captured logs -> builder.redirectErrorStream(!logs.separate());
      case Logs.None() -> builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      case Logs.Inherit() -> {
        builder.redirectErrorStream(false);
        builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      }
    }
    Map<String, String> environment = builder.environment();
    environment.clear();
    for (byte[] entry : order.environment()) {
      String text = text(entry);
      int equals = text.indexOf('=');
      if (equals > 0) {
        environment.put(text.substring(0, equals), text.substring(equals + 1));
      }
    }
    return builder;
  }

  /// The program as the keeper would find it, with the keeper's failures.
  private Path program(SpawnRequest order) throws StartRefused {
    Path dir = Path.of(text(order.dir()));
    if (!Files.isDirectory(dir)) {
      throw refused(7, Files.exists(dir) ? Errno.ENOTDIR : Errno.ENOENT, order);
    }
    String name = text(order.argv().getFirst());
    List<Path> places =
        name.contains("/")
            ? List.of(dir.resolve(name))
            : Arrays.stream(text(order.path()).split(":"))
                .map(folder -> dir.resolve(folder).resolve(name))
                .filter(Files::isRegularFile)
                .toList();
    for (Path place : places) {
      if (Files.isRegularFile(place) && Files.isExecutable(place)) {
        return place;
      }
    }
    if (places.isEmpty() || !Files.exists(places.getFirst())) {
      throw refused(8, Errno.ENOENT, order);
    }
    throw refused(9, Files.isDirectory(places.getFirst()) ? Errno.EISDIR : Errno.EACCES, order);
  }

  private StartRefused refused(int step, int errno, SpawnRequest order) {
    StartFailure failure = StartFailureText.of(step, errno, order, spec);
    return new StartRefused(failure.step(), errno, failure.message());
  }

  private void refuse(StartFailure failure) {
    synchronized (this) {
      if (stage != Stage.PREPARING) {
        return;
      }
      stage = Stage.OVER;
    }
    worker.forget(this);
    reports.notUp(launch.run(), failure);
  }

  private void copy(
      InputStream from,
      ReducedWorker.Sink sink,
      int source,
      @Nullable OutputTap watched,
      CompletableFuture<Void> done) {
    byte[] bytes = new byte[8192];
    try (from) {
      for (int n; (n = from.read(bytes)) >= 0; ) {
        if (watched != null && watched.wanted()) {
          watched.awaitRoom();
          watched.take(Arrays.copyOf(bytes, n));
        }
        launch.tail().add(source, ByteBuffer.wrap(bytes, 0, n));
        sink.stream().next(ByteBuffer.wrap(bytes, 0, n), sink.stream().time());
      }
    } catch (IOException closed) {
      // The JDK closes the stream of an ended process under its reader; all it held has been read.
      done.complete(null);
    } finally {
      sink.stream().end();
      sink.release().run();
      done.complete(null);
    }
  }

  // --- what the loop asks

  @Override
  public void perform(Action action) {
    switch (action) {
      case Action.Signal(int signal, Action.Scope scope, boolean cont) ->
          signal(signal, scope, cont);
      case Action.Exec(int step, var body) ->
          worker.errands.run(() -> aid(step, KeeperWorker.aided(spec, body.command())));
      case Action.Call(int step, var body) -> {
        StopCall call =
            new StopCall(
                body.body(),
                launch,
                line -> worker.say(spec, launch, line),
                worker.tasks(),
                message -> reports.stepFailed(launch.run(), step, message));
        synchronized (this) {
          if (stage != Stage.UP) {
            return;
          }
          calls.add(call);
        }
        call.begin();
      }
      case Action.Abandon() -> {
        // Of functions only: the kernel gives up no process.
      }
      case Action.AwaitReady(var readiness) -> probes().ifPresent(p -> p.awaitReady(readiness));
      case Action.Watch(var liveness) -> probes().ifPresent(p -> p.watch(liveness));
      case Action.EndProbes() -> probes().ifPresent(Probes::end);
    }
  }

  private void signal(int signal, Action.Scope scope, boolean cont) {
    Runnable cancel;
    synchronized (this) {
      lastSignal = signal;
      cancel = cancelPreparation;
    }
    refuse(new StartFailure(Step.FORK, Errno.ECANCELED, "stopped before its program was started"));
    cancel.run();
    worker.errands.runOrHere(() -> {
      List<ProcessHandle> targets = targets(scope);
      send(signal, targets);
      if (cont) {
        send(SIGCONT, targets);
      }
    });
  }

  private static final int SIGCONT = 18;

  /// The leader first, then what it has started, then what was seen of the latter before.
  private synchronized List<ProcessHandle> targets(Action.Scope scope) {
    Process leader = process;
    if (leader == null) {
      return List.of();
    }
    List<ProcessHandle> targets = new ArrayList<>();
    if (stage == Stage.UP) {
      leader.descendants().forEach(descendants::add);
      targets.add(leader.toHandle());
    }
    return switch (scope) {
      case LEADER -> targets;
      case GROUP, ALL -> {
        descendants.removeIf(handle -> !handle.isAlive());
        targets.addAll(descendants);
        yield targets;
      }
    };
  }

  private static void send(int signal, List<ProcessHandle> targets) {
    if (targets.isEmpty()) {
      return;
    }
    if (signal == Signals.KILL) {
      targets.forEach(ProcessHandle::destroyForcibly);
      return;
    }
    List<String> command = new ArrayList<>(List.of("kill", "-" + signalName(signal)));
    targets.forEach(target -> command.add(Long.toString(target.pid())));
    try {
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException noKill) {
      // POSIX has a `kill` everywhere; without one, TERM is what the JDK can send.
      targets.forEach(ProcessHandle::destroy);
    }
  }

  /// By name, because the numbers differ between systems.
  private static String signalName(int signal) {
    String name = Signals.name(signal);
    return name.startsWith("SIG") ? name.substring(3) : Integer.toString(signal);
  }

  private void aid(int step, ProcessSpec command) {
    ReducedRun aid =
        new ReducedRun(
            worker, command, launch, Map.of(), new StopCommandReports(step, reports, this::lives));
    synchronized (this) {
      if (stage != Stage.UP) {
        return;
      }
      aids.add(aid);
    }
    worker.begin(aid);
  }

  private synchronized Optional<Probes> probes() {
    return Optional.ofNullable(probes);
  }

  /// Runs a command of a probe. Its descendants are killed with it as far as they can be found.
  private Runnable beside(Command command, Reports told) {
    ReducedRun aid =
        new ReducedRun(worker, KeeperWorker.asking(spec, command), launch, Map.of(), told);
    boolean up;
    synchronized (this) {
      up = stage == Stage.UP;
      if (up) {
        aids.removeIf(ReducedRun::past);
        aids.add(aid);
      }
    }
    if (up) {
      worker.begin(aid);
    } else {
      told.notUp(launch.run(), new StartFailure(Step.FORK, 0, "the program is not up"));
    }
    return aid::kill;
  }

  private synchronized boolean past() {
    return stage == Stage.ENDED || stage == Stage.OVER;
  }

  private synchronized boolean lives() {
    return stage == Stage.UP;
  }

  // --- its end

  private void ended(int code) {
    List<ProcessHandle> left;
    Exit exit;
    probes().ifPresent(Probes::close);
    synchronized (this) {
      stage = Stage.ENDED;
      descendants.removeIf(handle -> !handle.isAlive());
      left = List.copyOf(descendants);
      exit =
          code == 128 + lastSignal || code == 128 + Signals.KILL
              ? new Exit.Signalled(code - 128, false)
              : new Exit.Code(code);
      calls.forEach(StopCall::cancel);
      aids.forEach(ReducedRun::kill);
    }
    reports.ended(
        launch.run(),
        exit,
        left.isEmpty()
            ? Survivors.NONE
            : new Survivors(
                left.size(),
                left.stream()
                    .limit(16)
                    .map(handle -> new Survivors.Process((int) handle.pid(), 0, command(handle)))
                    .toList()));
    CompletableFuture.allOf(
            left.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
        .thenRun(() -> END.unless(() -> over(!left.isEmpty())));
  }

  private void over(boolean hadRemains) {
    synchronized (this) {
      stage = Stage.OVER;
    }
    worker.forget(this);
    if (hadRemains) {
      reports.gone(launch.run());
    }
  }

  /// Ends it at once, or its start.
  void kill() {
    signal(Signals.KILL, Action.Scope.ALL, false);
  }

  /// For the end of the worker: does not leave it to another thread.
  void killNow() {
    send(Signals.KILL, targets(Action.Scope.ALL));
  }

  private static String command(ProcessHandle handle) {
    return handle.info().command().map(path -> Path.of(path).getFileName().toString()).orElse("?");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
