package dev.supervise.run;

import dev.supervise.plan.EndKind;
import dev.supervise.plan.Goal;
import dev.supervise.plan.UnitState;
import java.util.Locale;

/// What users see of a unit's state. A *running* unit may not be ready yet; that is told beside it.
public enum Status {
  PENDING,
  WAITING,
  BLOCKED,
  STARTING,
  RUNNING,
  BACKING_OFF,
  STOPPING,
  STOPPED,
  FINISHED,
  FAILED,
  STUCK;

  /// As shown: `backing-off`.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Status of(Goal goal, boolean autostart, UnitState state) {
    return switch (state) {
      case UnitState.Idle() -> goal == Goal.DOWN && autostart ? STOPPED : PENDING;
      case UnitState.Waiting(var _, var blocked) -> blocked.isEmpty() ? WAITING : BLOCKED;
      case UnitState.Starting s -> s.phase().up() ? RUNNING : STARTING;
      case UnitState.Running _ -> RUNNING;
      case UnitState.BackingOff _ -> BACKING_OFF;
      case UnitState.Stopping _ -> STOPPING;
      case UnitState.Finished(var _, EndKind end) ->
          switch (end) {
            case SUCCESS -> FINISHED;
            case FAILURE -> FAILED;
            case STOPPED, KILLED -> STOPPED;
          };
      case UnitState.GaveUp _ -> FAILED;
      case UnitState.Stuck _ -> STUCK;
    };
  }
}
