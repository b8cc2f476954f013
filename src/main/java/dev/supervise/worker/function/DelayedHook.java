package dev.supervise.worker.function;

import dev.supervise.vital.NoThread;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A hook that begins when something else, which may take its time, is done. Cancelled before, it
/// never begins.
public final class DelayedHook implements HookRun {
  private enum Stage {
    WAITING,
    BEGINNING,
    BEGUN,
    OVER
  }

  private final HookReports reports;
  private Stage stage = Stage.WAITING;
  private boolean cancelled;
  private @Nullable HookRun hook;

  private DelayedHook(HookReports reports) {
    this.reports = reports;
  }

  /// @param first done before, on another thread; where it is not through in time the hook fails
  /// @param late why, then
  /// @param begin begins the hook, which reports to `reports` itself
  public static HookRun after(
      BlockingTasks errands,
      Duration limit,
      Runnable first,
      String late,
      HookReports reports,
      Supplier<HookRun> begin) {
    DelayedHook delayed = new DelayedHook(reports);
    Runnable _ =
        errands.within(
            limit,
            () -> {
              first.run();
              delayed.begin(begin);
            },
            () -> delayed.failBefore(late));
    return delayed;
  }

  private void begin(Supplier<HookRun> begin) {
    synchronized (this) {
      if (stage != Stage.WAITING) {
        return;
      }
      stage = Stage.BEGINNING;
    }
    HookRun begun;
    try {
      begun = begin.get();
    } catch (NoThread e) {
      synchronized (this) {
        stage = Stage.OVER;
      }
      reports.failed(String.valueOf(e.getMessage()));
      return;
    }
    boolean late;
    synchronized (this) {
      stage = Stage.BEGUN;
      hook = begun;
      late = cancelled;
    }
    if (late) {
      begun.cancel();
    }
  }

  private boolean failBefore(String why) {
    synchronized (this) {
      if (stage != Stage.WAITING) {
        return false;
      }
      stage = Stage.OVER;
    }
    reports.failed(why);
    return true;
  }

  @Override
  public void cancel() {
    if (failBefore("cancelled")) {
      return;
    }
    HookRun begun;
    synchronized (this) {
      cancelled = true;
      begun = hook;
    }
    if (begun != null) {
      begun.cancel();
    }
  }
}
