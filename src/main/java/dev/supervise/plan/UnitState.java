package dev.supervise.plan;

import dev.supervise.spec.Exit;
import java.util.List;
import java.util.Optional;

/// What is true of a unit; each state carries only what is true then. Times are nanoseconds of the
/// engine's monotonic clock, [Instants#NEVER] where nothing is due, or where something has not come
/// to pass.
///
/// ```
/// Idle → Waiting → Starting → Running → Stopping → Finished
///           ↑          └──────────┴────────────────→ Finished → BackingOff → Waiting …
///           └────────── any state that is down ──────┘      └→ GaveUp        Stopping → Stuck
/// ```
public sealed interface UnitState {
  /// Never started, or told to stop before its first start.
  record Idle() implements UnitState {}

  /// Wanted, but its start conditions do not hold yet.
  ///
  /// @param on paths it waits for
  /// @param blocked those of them that have given up, so that waiting may be in vain
  record Waiting(List<String> on, List<String> blocked) implements UnitState {}

  /// On its way up.
  ///
  /// @param attempt tries of this start attempt, this one included (`startRetries`)
  /// @param pid 0 before the spawn
  /// @param since when the try began; from the spawn on, when the run came to life
  record Starting(long run, int attempt, int pid, long startTicks, long since, StartPhase phase)
      implements UnitState {
    @Override
    public boolean alive() {
      return true;
    }

    @Override
    public long deadline() {
      return phase.until();
    }

    Starting in(StartPhase next) {
      return new Starting(run, attempt, pid, startTicks, since, next);
    }
  }

  /// @param since when the run came to life
  /// @param ready when it had come up as declared; where nothing is declared that is the same
  record Running(long run, int pid, long startTicks, long since, long ready) implements UnitState {
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
  /// @param since when the run came to life; [Instants#NEVER] when it has not
  /// @param ready when it had come up as declared; [Instants#NEVER] when it had not
  record Stopping(long run, int pid, long since, long ready, Phase phase, StopReason why)
      implements UnitState {
    @Override
    public boolean alive() {
      return !(phase instanceof Phase.Killed && phase.until() == Instants.NEVER);
    }

    @Override
    public long deadline() {
      return phase.until();
    }

    Stopping in(Phase next) {
      return new Stopping(run, pid, since, ready, next, why);
    }

    Stopping because(StopReason next) {
      return new Stopping(run, pid, since, ready, phase, next);
    }
  }

  /// Down. The exit is that of its last run.
  record Finished(Exit exit, EndKind end) implements UnitState {}

  /// Down after more failures than `maxRestarts` allows; stays down until the operator starts it.
  record GaveUp(Exit last, int restarts) implements UnitState {}

  /// A function that ended neither on cancellation nor in its grace. Abandoned: counts as down, but
  /// no second run begins before this one has ended.
  record Stuck(long run, long since) implements UnitState {}

  /// Where on its way down a unit is.
  sealed interface Phase {
    /// When this phase has lasted long enough; [Instants#NEVER] when it waits for others.
    default long until() {
      return Instants.NEVER;
    }

    /// Asked to stop, but units that depend on it are still up: it has not been told yet.
    record Held() implements Phase {}

    /// Asked to stop before there was anything but a `preStart` hook, which has been cancelled; its
    /// end is waited for, at most until `until`.
    record Withdrawn(long until) implements Phase {}

    /// A `preStop` hook runs, or pauses before its next try.
    record PreStop(HookCursor at) implements Phase {
      @Override
      public long until() {
        return at.until();
      }
    }

    /// A step of the stop program has been carried out; the next one is due at `until`.
    record Program(int step, long until) implements Phase {}

    /// The leader has ended; TERM has been sent to what it left, KILL follows at `until`.
    record Sweeping(Exit exit, long until) implements Phase {}

    /// KILL has been sent to everything of the run. At `until` what still lives is named.
    record Killed(Optional<Exit> exit, long until) implements Phase {}

    /// Nothing of the run lives; a `postStop` hook runs, or pauses before its next try.
    ///
    /// @param down what is told when the hooks are through
    record PostStop(Effect.Down down, HookCursor at) implements Phase {
      @Override
      public long until() {
        return at.until();
      }
    }
  }

  /// When [UnitEvent.Due] is to be given; [Instants#NEVER] for states that wait for no time.
  default long deadline() {
    return Instants.NEVER;
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
