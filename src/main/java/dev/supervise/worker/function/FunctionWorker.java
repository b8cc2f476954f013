package dev.supervise.worker.function;

import dev.supervise.posix.Errno;
import dev.supervise.spec.Command;
import dev.supervise.spec.Exit;
import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.Lifecycle;
import dev.supervise.spec.LiveTree;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.Tasks;
import dev.supervise.vital.NoThread;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;
import dev.supervise.worker.StartRefused;
import dev.supervise.worker.Worker;
import dev.supervise.worker.output.FunctionStdout;
import dev.supervise.worker.output.Speakers;
import dev.supervise.worker.probe.PriorAnswers;
import dev.supervise.worker.probe.ProbeThreads;
import dev.supervise.worker.probe.Probes;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Runs functions, each run on a virtual thread of its own.
public final class FunctionWorker implements Worker<FunctionSpec> {
  private static final Run NO_RUN = _ -> {};

  private final BiConsumer<String, String> log;
  private final BiConsumer<String, Exit.Threw> thrown;
  private final LiveTree tree;
  private final Tasks tasks;
  private final PriorFiles files;
  private @Nullable ProbeThreads probeThreads;
  private volatile List<FunctionStdout> spoken = List.of();

  /// @param log takes a function's log lines: its path and the line. Any thread.
  /// @param thrown is told what functions throw. Any thread; returns at once
  /// @param tree what functions are given as the running tree
  /// @param tasks what functions are given as the durable tasks
  /// @param files what is known of files before functions' hooks
  public FunctionWorker(
      BiConsumer<String, String> log,
      BiConsumer<String, Exit.Threw> thrown,
      LiveTree tree,
      Tasks tasks,
      PriorFiles files) {
    this.log = log;
    this.thrown = thrown;
    this.tree = tree;
    this.tasks = tasks;
    this.files = files;
  }

  /// Functions that are given no tasks.
  public FunctionWorker(BiConsumer<String, String> log, LiveTree tree) {
    this(log, (_, _) -> {}, tree, Tasks.NONE, new PriorFiles());
  }

  @Override
  public Run start(FunctionSpec spec, Launch launch, Reports reports) {
    Lifecycle lifecycle = spec.policy().lifecycle();
    if (!PriorAnswers.due(lifecycle)) {
      return begin(spec, launch, reports);
    }
    DeferredRun deferred = new DeferredRun(launch, reports);
    Runnable look = probeThreads().run(() -> look(spec, launch, reports, deferred));
    if (look == null) {
      deferred.refuse(notTried("too many others are being tried"));
    }
    return deferred;
  }

  private void look(FunctionSpec spec, Launch launch, Reports reports, DeferredRun deferred) {
    try {
      new PriorAnswers(probeThreads(), _ -> Optional.empty()).refuse(spec.policy().lifecycle());
      deferred.begin(() -> begin(spec, launch, reports));
    } catch (StartRefused refused) {
      deferred.refuse(refused.failure());
    } catch (RuntimeException e) {
      // A start is always answered.
      deferred.refuse(notTried(e.toString()));
    }
  }

  private static StartFailure notTried(String why) {
    return new StartFailure(
        StartFailure.Step.PORT, 0, "its probes cannot be tried before its start: " + why);
  }

  private Run begin(FunctionSpec spec, Launch launch, Reports reports) {
    FunctionRun run = new FunctionRun(spec, launch, reports, this);
    try {
      run.start();
      return run;
    } catch (NoThread e) {
      reports.notUp(
          launch.run(),
          new StartFailure(StartFailure.Step.FORK, Errno.EAGAIN, String.valueOf(e.getMessage())));
      return NO_RUN;
    }
  }

  /// A stream for `System.out` or `System.err`: what functions print there becomes lines of their
  /// units, whole lines, from any thread. What anybody else prints goes to `others`.
  public synchronized PrintStream speaking(PrintStream others) {
    FunctionStdout lines = new FunctionStdout(log, others);
    List<FunctionStdout> more = new ArrayList<>(spoken);
    more.add(lines);
    spoken = List.copyOf(more);
    Speakers.join(lines);
    return lines.stream();
  }

  /// A thread named as a unit is over: a line it had begun to print is said as it is.
  public void silent(Thread thread) {
    for (FunctionStdout lines : spoken) {
      lines.end(thread);
    }
  }

  void thrown(String path, Exit.Threw exit) {
    thrown.accept(path, exit);
  }

  void log(String path, String line) {
    log.accept(path, line);
  }

  Tasks tasks() {
    return tasks;
  }

  LiveTree tree() {
    return tree;
  }

  /// @return null for a function nobody asks anything
  @Nullable Probes probes(Lifecycle lifecycle, Launch launch, Reports reports) {
    return Probes.declared(lifecycle)
        ? new Probes(
            lifecycle,
            launch.run(),
            reports,
            new Probes.Surroundings(
                probeThreads(),
                Path.of(""),
                files.before(launch),
                FunctionWorker::noProcess,
                line -> log(launch.path(), line)))
        : null;
  }

  private static Runnable noProcess(Command command, Reports reports) {
    reports.notUp(
        0,
        new StartFailure(
            StartFailure.Step.FORK, 0, "a function has no process to run a command beside"));
    return () -> {};
  }

  private synchronized ProbeThreads probeThreads() {
    ProbeThreads threads = probeThreads;
    if (threads == null) {
      threads = new ProbeThreads();
      probeThreads = threads;
    }
    return threads;
  }

  /// A function that still runs has been told, and ends with the JVM at the latest.
  @Override
  public void close() {
    spoken.forEach(Speakers::leave);
    probeThreads().close();
  }
}
