package dev.supervise.plan;

import dev.supervise.spec.Exit;
import java.util.List;
import java.util.Optional;

/// What is true of a unit; each state carries only what is true then. Times are nanoseconds of the
/// engine's monotonic clock, `NEVER` where nothing is due.
///
/// ```
/// Idle → Waiting → Starting → Running → Stopping → Finished
///           ↑          └──────────┴────────────────→ Finished → BackingOff → Waiting …
///           └────────── any state that is down ──────┘      └→ GaveUp        Stopping → Stuck
/// ```
public sealed interface UnitState {
  long NEVER = Long.MAX_VALUE;

  /// Never started, or told to stop before its first start.
  record Idle() implements UnitState {}

  /// Wanted, but its start conditions do not hold yet.
  ///
  /// @param on paths it waits for
  /// @param blocked those of them that have given up, so that waiting may be in vain
  record Waiting(List<String> on, List<String> blocked) implements UnitState {}

  /// The worker has been asked to start it.
  record Starting(long run, long since) implements UnitState {
    @Override
    public boolean alive() {
      return true;
    }
  }

  record Running(long run, int pid, long startTicks, long since) implements UnitState {
    @Override
    public boolean alive() {
      return true;
    }
  }

  /// Dead, to be started again at `until`; no pid, no uptime.
  record BackingOff(Exit last, long until) implements UnitState {
    @Override
    public long deadline() {
      return until;
    }
  }

  /// On its way down.
  ///
  /// @param since when the run began
  record Stopping(long run, int pid, long since, Phase phase, Why why) implements UnitState {
    @Override
    public boolean alive() {
      return !(phase instanceof Phase.Killed && phase.until() == NEVER);
    }

    @Override
    public long deadline() {
      return phase.until();
    }
  }

  /// Down. The exit is that of its last run.
  record Finished(Exit exit, End end) implements UnitState {}

  /// Down after more failures than `maxRestarts` allows; stays down until the operator starts it.
  record GaveUp(Exit last, int restarts) implements UnitState {}

  /// A function that ended neither on cancellation nor in its grace. Abandoned: counts as down, but
  /// no second run begins before this one has ended.
  record Stuck(long run, long since) implements UnitState {}

  /// Why a unit is on its way down.
  enum Why {
    /// Its leader ended by itself; what it left behind is being swept.
    OWN_END,
    /// The operator, a round or a shutdown asked.
    ASKED
  }

  /// Where on its way down a unit is.
  sealed interface Phase {
    /// When this phase has lasted long enough; [#NEVER] when it waits for others.
    default long until() {
      return NEVER;
    }

    /// Asked to stop, but units that depend on it are still up: it has not been told yet.
    record Held() implements Phase {}

    /// A step of the stop program has been carried out; the next one is due at `until`.
    record Program(int step, long until) implements Phase {}

    /// The leader has ended; TERM has been sent to what it left, KILL follows at `until`.
    record Sweeping(Exit exit, long until) implements Phase {}

    /// KILL has been sent to everything of the run. At `until` what still lives is named.
    record Killed(Optional<Exit> exit, long until) implements Phase {}
  }

  /// When [UnitEvent.Due] is to be given; [#NEVER] for states that wait for no time.
  default long deadline() {
    return NEVER;
  }

  /// Whether a run exists that is still waited for: what must be over before a group starts again
  /// or has stopped. One that KILL did not end, and a stuck one, are waited for by nobody but their
  /// own unit.
  default boolean alive() {
    return false;
  }

  /// The present run's number; 0 when there is none.
  default long run() {
    return 0;
  }
}
