package dev.supervise.run;

import dev.supervise.spec.Block;
import dev.supervise.spec.Hook;
import dev.supervise.spec.HookFailure;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import java.util.Map;

/// An `async()` hook under way: no unit waits for it, but the tree does not end before it, and a
/// shutdown cancels it. Belongs to the loop, but for the reports, which come from anywhere and only
/// post.
final class BackgroundHook implements HookReports, Timed {
  private static final HookRun NO_RUN = () -> {};

  private final Unit unit;
  private final Hook hook;
  private final Launch launch;
  private final Map<String, String> extra;
  private HookRun run = NO_RUN;
  private int tries;
  private boolean skipped;
  private Stage stage = Stage.RUNS;

  private enum Stage {
    RUNS,
    PAUSES,
    CANCELLED
  }

  BackgroundHook(Unit unit, Hook hook, Launch launch, Map<String, String> extra) {
    this.unit = unit;
    this.hook = hook;
    this.launch = launch;
    this.extra = extra;
  }

  /// Whether this is another call of the same hook of the same unit.
  boolean same(BackgroundHook other) {
    return unit.serial == other.unit.serial && hook.name().equals(other.hook.name());
  }

  /// While it ran, the unit had more runs than one.
  void tellSkipped() {
    if (skipped) {
      return;
    }
    skipped = true;
    unit.tree.warn(
        unit.path()
            + ": "
            + hook.phase().word()
            + " '"
            + hook.name()
            + "' still runs for an earlier run; of those since only the newest has it, after that");
  }

  void begin() {
    stage = Stage.RUNS;
    run = unit.tree.hook(unit, hook, launch, extra, this);
  }

  void cancel() {
    boolean pausing = stage == Stage.PAUSES;
    stage = Stage.CANCELLED;
    if (pausing) {
      unit.tree.besideOver(this);
    } else {
      run.cancel();
    }
  }

  @Override
  public void done() {
    unit.tree.loop.post(new Message.BesideOver(this, ""));
  }

  @Override
  public void failed(String why) {
    unit.tree.loop.post(new Message.BesideOver(this, why));
  }

  /// A try is over; `why` is empty when it went well.
  void over(String why) {
    if (stage == Stage.RUNS
        && !why.isEmpty()
        && hook.onFailure() instanceof HookFailure.Retry(int times, var delay)
        && tries < times) {
      tries++;
      stage = Stage.PAUSES;
      unit.tree.loop.at(unit.tree.loop.now() + delay.toNanos(), this);
      return;
    }
    if (stage == Stage.RUNS && !why.isEmpty()) {
      unit.tree.warn(
          Block.behind(
              unit.path() + ": " + hook.phase().word() + " '" + hook.name() + "' failed: ", why));
    }
    unit.tree.besideOver(this);
  }

  @Override
  public void due() {
    if (stage == Stage.PAUSES) {
      begin();
    }
  }
}
