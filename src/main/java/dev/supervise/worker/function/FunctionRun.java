package dev.supervise.worker.function;

import dev.supervise.posix.Errno;
import dev.supervise.spec.Exit;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.LiveTree;
import dev.supervise.spec.Stack;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.Tasks;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.UserCode;
import dev.supervise.worker.Action;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;
import dev.supervise.worker.Survivors;
import dev.supervise.worker.output.Speakers;
import dev.supervise.worker.probe.Probes;
import org.jspecify.annotations.Nullable;

/// One run of a function: its thread's work, its handle for the loop, and its context, in one
/// object, because there may be a million of them.
final class FunctionRun extends LaunchContext implements Run, Runnable {
  private enum Fate {
    RUNNING,
    CANCELLED,
    ABANDONED
  }

  private final FunctionBody body;
  private final Reports reports;
  private final FunctionWorker worker;
  private final UserCode code;
  private final @Nullable Probes probes;
  private volatile Fate fate = Fate.RUNNING;

  FunctionRun(FunctionSpec spec, Launch launch, Reports reports, FunctionWorker worker) {
    super(launch);
    this.body = spec.body();
    this.reports = reports;
    this.worker = worker;
    this.code = new UserCode(launch.path(), this);
    this.probes = worker.probes(spec.policy().lifecycle(), launch, reports);
  }

  /// @throws dev.supervise.vital.NoThread nothing carries it, and it never runs
  void start() {
    code.start();
  }

  @Override
  public void run() {
    reports.up(launch.run(), 0, 0);
    Exit exit;
    Speakers.begin(this::said);
    try {
      body.run(this);
      exit = new Exit.Returned();
    } catch (Throwable thrown) {
      // Whatever a function throws, `Error`s included, is its own failure and nobody else's.
      Exit.Threw threw = new Exit.Threw(Stack.phrase(thrown), thrown);
      if (fate == Fate.RUNNING) {
        worker.thrown(launch.path(), threw);
      }
      exit = threw;
    } finally {
      Speakers.end();
    }
    over(exit);
  }

  private void over(Exit exit) {
    if (probes != null) {
      probes.close();
    }
    reports.ended(launch.run(), exit, Survivors.NONE);
  }

  @Override
  public void perform(Action action) {
    switch (action) {
      case Action.Signal _ -> cancel();
      case Action.Exec exec ->
          reports.stepFailed(launch.run(), exec.step(), "a function has no process to run it in");
      case Action.Call call -> call(call);
      case Action.Abandon() -> {
        fate = Fate.ABANDONED;
        code.interrupt();
        if (probes != null) {
          probes.close();
        }
      }
      case Action.AwaitReady(var readiness) -> {
        if (probes != null) {
          probes.awaitReady(readiness);
        }
      }
      case Action.Watch(var liveness) -> {
        if (probes != null) {
          probes.watch(liveness);
        }
      }
      case Action.EndProbes() -> {
        if (probes != null) {
          probes.end();
        }
      }
    }
  }

  private void cancel() {
    if (fate == Fate.RUNNING) {
      fate = Fate.CANCELLED;
      code.exits().ifPresent(call -> over(new Exit.Threw("has called System.exit", call)));
    }
    if (!code.withdraw()) {
      code.interrupt();
      return;
    }
    // Others hold all carriers; this one never began, and is not to be waited for.
    if (probes != null) {
      probes.close();
    }
    reports.notUp(
        launch.run(),
        new StartFailure(StartFailure.Step.FORK, Errno.ECANCELED, "stopped before it had begun"));
  }

  private void call(Action.Call call) {
    UserCode closure =
        new UserCode(
            "stop step of " + launch.path(),
            () -> {
              Speakers.begin(this::said);
              try {
                call.body().body().run(this);
              } catch (Throwable thrown) {
                reports.stepFailed(launch.run(), call.step(), Stack.sentence(thrown));
              } finally {
                Speakers.end();
              }
            });
    try {
      closure.start();
    } catch (NoThread e) {
      reports.stepFailed(launch.run(), call.step(), String.valueOf(e.getMessage()));
    }
  }

  @Override
  protected void fence() {
    if (fate == Fate.ABANDONED) {
      throw new IllegalStateException(
          "this run of '" + launch.path() + "' was abandoned as stuck; it may not act any more");
    }
  }

  @Override
  protected boolean ending() {
    return fate != Fate.RUNNING;
  }

  @Override
  void said(String line) {
    launch.tail().line(line);
    worker.log(launch.path(), line);
    if (probes != null) {
      probes.logged(line);
    }
  }

  @Override
  public void ready() {
    fence();
    if (probes == null || !probes.called()) {
      super.ready();
    }
  }

  @Override
  public LiveTree tree() {
    fence();
    return worker.tree();
  }

  @Override
  public Tasks tasks() {
    fence();
    return worker.tasks();
  }
}
