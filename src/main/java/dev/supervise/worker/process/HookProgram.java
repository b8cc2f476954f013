package dev.supervise.worker.process;

import dev.supervise.spec.Exit;
import dev.supervise.spec.Signals;
import dev.supervise.spec.StartFailure;
import dev.supervise.worker.Action;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;
import dev.supervise.worker.Survivors;
import dev.supervise.worker.function.Hooks;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One try of a hook that is a command: a child like a unit's. It is over when nothing of it lives
/// any more; what it leaves behind at its end is killed and named, and at its time limit, or when
/// it is cancelled, all of it is killed at once.
final class HookProgram implements HookRun, Reports {
  /// What lives that long after KILL is named, and not waited for any longer (law 16).
  private static final Duration UNKILLABLE = Duration.ofSeconds(1);

  private static final Run NO_RUN = _ -> {};

  private final String what;
  private final Hooks hooks;
  private final HookReports reports;
  private Run run = NO_RUN;
  private Runnable cancelDeadline = () -> {};

  /// Why it has failed, or nothing where it has done its work; absent as long as neither is known.
  private @Nullable String result;

  private boolean over;

  /// @param what how messages name it
  HookProgram(String what, Hooks hooks, HookReports reports) {
    this.what = what;
    this.hooks = hooks;
    this.reports = reports;
  }

  /// @param child a run that reports here and has not begun
  /// @param start begins it
  void begin(Duration timeout, Run child, Runnable start) {
    synchronized (this) {
      run = child;
      cancelDeadline = hooks.after(timeout, () -> end(Hooks.late(timeout) + "; killed"));
    }
    start.run();
  }

  @Override
  public void cancel() {
    end("cancelled");
  }

  private void end(String why) {
    Run child;
    synchronized (this) {
      if (over) {
        return;
      }
      if (result == null) {
        result = why;
      }
      child = run;
      cancelDeadline.run();
      cancelDeadline = hooks.after(UNKILLABLE, this::unkillable);
    }
    child.perform(new Action.Signal(Signals.KILL, Action.Scope.ALL, false));
  }

  @Override
  public void up(long number, int pid, long startTicks) {}

  @Override
  public void notUp(long number, StartFailure failure) {
    synchronized (this) {
      if (result == null) {
        result = failure.message();
      }
    }
    finish("");
  }

  @Override
  public void ended(long number, Exit exit, Survivors remains) {
    boolean killed;
    synchronized (this) {
      killed = result != null;
      if (!killed) {
        result = exit.code() == 0 ? "" : exit.phrase();
      }
    }
    if (remains.count() == 0) {
      finish("");
      return;
    }
    if (!killed) {
      hooks.warn(
          what
              + " has left "
              + remains.named().stream()
                  .map(left -> left.command() + " (pid " + left.pid() + ")")
                  .collect(Collectors.joining(", "))
              + " behind; killed, as a hook is over when it ends");
    }
    end("");
  }

  @Override
  public void gone(long number) {
    finish("");
  }

  @Override
  public void stepFailed(long number, int step, String message) {
    throw new IllegalStateException(what + " has no steps of a stop");
  }

  private void unkillable() {
    hooks.warn(what + " lives on after KILL");
    finish("; it lives on after KILL");
  }

  private void finish(String more) {
    String failure;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      cancelDeadline.run();
      failure = result == null ? more : result + more;
    }
    if (failure.isEmpty()) {
      reports.done();
    } else {
      reports.failed(failure);
    }
  }
}
