package dev.supervise.worker.function;

import dev.supervise.posix.Errno;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.StartFailure.Step;
import dev.supervise.worker.Action;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A run that begins when it is known that it may. Signalled before, it never begins.
final class DeferredRun implements Run {
  private final Launch launch;
  private final Reports reports;
  private boolean over;
  private @Nullable Run run;

  DeferredRun(Launch launch, Reports reports) {
    this.launch = launch;
    this.reports = reports;
  }

  /// It may: nothing of `begin` may block.
  void begin(Supplier<Run> begin) {
    synchronized (this) {
      if (!over) {
        run = begin.get();
      }
    }
  }

  /// It may not.
  void refuse(StartFailure failure) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    reports.notUp(launch.run(), failure);
  }

  @Override
  public void perform(Action action) {
    Run begun;
    synchronized (this) {
      begun = run;
    }
    if (begun != null) {
      begun.perform(action);
    } else if (action instanceof Action.Signal) {
      refuse(
          new StartFailure(Step.FORK, Errno.ECANCELED, "stopped before its program was started"));
    }
  }
}
