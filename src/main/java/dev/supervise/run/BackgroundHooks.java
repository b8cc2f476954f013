package dev.supervise.run;

import dev.supervise.spec.Block;
import dev.supervise.spec.Hook;
import dev.supervise.spec.HookFailure;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The `async()` hooks under way: no unit waits for them, but the tree does not end before them,
/// and a shutdown cancels them. At most one call of a hook runs and one more, the newest, waits for
/// it: a unit that crashes faster than its hook ends does not fill the machine with copies. Belongs
/// to the loop, but for the reports, which come from anywhere and only post.
final class BackgroundHooks {
  private static final HookRun NO_RUN = () -> {};

  private final Group.Host host;
  private final Set<Call> running = new LinkedHashSet<>();

  /// Calls that wait for an earlier one of the same hook.
  private final List<Call> next = new ArrayList<>();

  BackgroundHooks(Group.Host host) {
    this.host = host;
  }

  boolean isEmpty() {
    return running.isEmpty();
  }

  void begin(Unit unit, Hook hook, Launch launch, Map<String, String> extra) {
    begin(new Call(unit, hook, launch, extra));
  }

  private void begin(Call call) {
    Optional<Call> earlier = running.stream().filter(call::same).findFirst();
    if (earlier.isEmpty()) {
      running.add(call);
      call.begin();
    } else {
      if (next.removeIf(call::same)) {
        earlier.get().tellSkipped();
      }
      next.add(call);
    }
  }

  /// What waits for one of them is begun only while the tree stays.
  void cancel() {
    List.copyOf(running).forEach(Call::cancel);
  }

  private void over(Call call) {
    running.remove(call);
    next.stream()
        .filter(call::same)
        .findFirst()
        .ifPresent(waiting -> {
          next.remove(waiting);
          if (host.staying()) {
            begin(waiting);
          }
        });
  }

  private final class Call implements HookReports, Timed {
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

    Call(Unit unit, Hook hook, Launch launch, Map<String, String> extra) {
      this.unit = unit;
      this.hook = hook;
      this.launch = launch;
      this.extra = extra;
    }

    /// Whether this is another call of the same hook of the same unit.
    boolean same(Call other) {
      return unit.serial == other.unit.serial && hook.name().equals(other.hook.name());
    }

    /// While it ran, the unit had more runs than one.
    void tellSkipped() {
      if (skipped) {
        return;
      }
      skipped = true;
      host.warn(
          unit.path()
              + ": "
              + hook.phase().word()
              + " '"
              + hook.name()
              + "' still runs for an earlier run; of those since only the newest has it, after"
              + " that");
    }

    void begin() {
      stage = Stage.RUNS;
      run = host.hook(unit, hook, launch, extra, this);
    }

    void cancel() {
      boolean pausing = stage == Stage.PAUSES;
      stage = Stage.CANCELLED;
      if (pausing) {
        over(this);
      } else {
        run.cancel();
      }
    }

    @Override
    public void done() {
      host.loop().post(new Message.HookOver(this::tried, ""));
    }

    @Override
    public void failed(String why) {
      host.loop().post(new Message.HookOver(this::tried, why));
    }

    /// A try is over; `why` is empty when it went well.
    private void tried(String why) {
      if (stage == Stage.RUNS
          && !why.isEmpty()
          && hook.onFailure() instanceof HookFailure.Retry(int times, var delay)
          && tries < times) {
        tries++;
        stage = Stage.PAUSES;
        host.loop().at(host.loop().now() + delay.toNanos(), this);
        return;
      }
      if (stage == Stage.RUNS && !why.isEmpty()) {
        host.warn(
            Block.behind(
                unit.path() + ": " + hook.phase().word() + " '" + hook.name() + "' failed: ", why));
      }
      over(this);
    }

    @Override
    public void due() {
      if (stage == Stage.PAUSES) {
        begin();
      }
    }
  }
}
