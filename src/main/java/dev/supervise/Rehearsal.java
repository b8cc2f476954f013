package dev.supervise;

import dev.supervise.run.Clock;
import dev.supervise.run.CriticalPathStep;
import dev.supervise.run.Outcome;
import dev.supervise.run.Request;
import dev.supervise.run.Transition;
import dev.supervise.run.Tree;
import dev.supervise.run.Watcher;
import dev.supervise.run.Workers;
import dev.supervise.spec.Command;
import dev.supervise.spec.Hook;
import dev.supervise.spec.Identity;
import dev.supervise.spec.Logs;
import dev.supervise.spec.Members;
import dev.supervise.spec.Origin;
import dev.supervise.spec.Pause;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Restart;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Value;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;
import dev.supervise.worker.process.ProcessWorker;
import dev.supervise.worker.process.ProcessWorkerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// A tree of its own whose one unit crashes at once, again and again, and is stopped at last,
/// without one process: what a restart and a stop need is then loaded and compiled before the first
/// unit of the real tree fails. Without it the first restart takes three times as long as the
/// twentieth, which takes half as long again as it needs to (measured: see the figures page).
///
/// Touches nothing outside: no process, no file, no display.
public final class Rehearsal {
  /// What the JVM's compiler compiles after 200 calls (`Tier3InvocationThreshold`) is compiled
  /// then, and what is called less often than once a restart, after half of them.
  private static final int LIVES = 400;

  private static final long LIMIT_SECONDS = 10;
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private Rehearsal() {}

  /// Runs it on a thread of its own once nothing has changed for half a second: a start, or units
  /// that fail in earnest, are not to be slowed down.
  ///
  /// @param logDir as the real tree has it; nothing is written there
  /// @param changed when the real tree last changed, by `clock`
  /// @param failed told why there is none, which makes the first restart slower and nothing else
  /// @return interrupt it to have no rehearsal, or the rest of it
  public static Thread afterQuiet(
      Clock clock, Path logDir, LongSupplier changed, Consumer<Throwable> failed) {
    Thread rehearsal =
        Threads.aside(
            "supervise-rehearsal",
            () -> {
              try {
                long left;
                while ((left = QUIET_NANOS - (clock.now() - changed.getAsLong())) > 0) {
                  TimeUnit.NANOSECONDS.sleep(left);
                }
                run(clock, logDir);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (IllegalStateException e) {
                // How an opening says that it was interrupted.
                if (!Thread.currentThread().isInterrupted()) {
                  throw e;
                }
              }
            },
            failed);
    try {
      return Threads.start(rehearsal);
    } catch (NoThread e) {
      failed.accept(e);
      return rehearsal;
    }
  }

  /// Takes about a tenth of a second of one processor. Blocks until done.
  static void run(Clock clock, Path logDir) throws InterruptedException {
    CountDownLatch last = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    ProcessWorkerSettings settings =
        new ProcessWorkerSettings(
            logDir, (path, bytes, offset, length) -> {}, _ -> {}, clock::now, () -> 0, () -> {});
    Optional<ProcessWorker> played = ProcessWorker.rehearsing(settings, LIVES, last::countDown);
    if (played.isEmpty()) {
      return;
    }
    try (ProcessWorker worker = played.get()) {
      Tree tree = new Tree(clock, new Stage(worker), new Audience(over::countDown), new Random());
      tree.serve();
      try {
        tree.start(SupervisorSpec.root(new Members.Listed(List.of(crashing()))));
        if (last.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          tree.ask(new Request.Down(false));
          over.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
      } finally {
        tree.close();
      }
    }
  }

  private static ProcessSpec crashing() {
    return new ProcessSpec(
        "rehearsal",
        Origin.NONE,
        UnitPolicy.DEFAULT.withRestart(Restart.ALWAYS).withPause(new Pause.Delay(Duration.ZERO)),
        new Command.Argv(List.of(Value.of("true"))),
        Value.of("/"),
        "/",
        List.of(),
        false,
        Identity.INHERITED,
        List.of(),
        Logs.DEFAULT,
        0);
  }

  private record Stage(ProcessWorker worker) implements Workers {
    @Override
    public Run start(UnitSpec spec, Launch launch, Reports reports) {
      return worker.start((ProcessSpec) spec, launch, reports);
    }

    @Override
    public HookRun hook(
        UnitSpec spec, Hook hook, Launch launch, Map<String, String> extra, HookReports reports) {
      return worker.hook((ProcessSpec) spec, hook, launch, extra, reports);
    }
  }

  private record Audience(Runnable end) implements Watcher {
    @Override
    public void moved(Transition transition) {}

    @Override
    public void warned(String text) {}

    @Override
    public void reached(List<CriticalPathStep> path) {}

    @Override
    public void over(Outcome result) {
      end.run();
    }
  }
}
