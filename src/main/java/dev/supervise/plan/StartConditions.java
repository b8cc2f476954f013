package dev.supervise.plan;

import dev.supervise.spec.Edge;

/// Whether a start condition holds, judged by the state of the unit it names.
public final class StartConditions {
  private StartConditions() {}

  /// The answer for one target.
  public enum Holds {
    YES,
    NOT_YET,
    /// Not while the target stays as it is: it has given up, has ended in a way that cannot meet
    /// the condition any more unless somebody starts it again, or is blocked itself.
    BLOCKED
  }

  /// @param restarts whether the target would be started again after its present end
  public static Holds of(Edge.Condition condition, UnitState state, boolean restarts) {
    return switch (state) {
      case UnitState.GaveUp _ -> condition == Edge.Condition.ENDED ? Holds.YES : Holds.BLOCKED;
      case UnitState.Running _ ->
          condition == Edge.Condition.STARTED || condition == Edge.Condition.READY
              ? Holds.YES
              : Holds.NOT_YET;
      case UnitState.Starting s ->
          condition == Edge.Condition.STARTED && s.phase().up() ? Holds.YES : Holds.NOT_YET;
      case UnitState.Finished(var _, EndKind end) ->
          switch (condition) {
            case ENDED ->
                end == EndKind.SUCCESS || end == EndKind.FAILURE ? Holds.YES : Holds.NOT_YET;
            case STARTED, READY, DONE -> {
              // Whatever ended successfully has been started; nothing else has.
              if (end == EndKind.SUCCESS) {
                yield Holds.YES;
              }
              yield end == EndKind.FAILURE && !restarts ? Holds.BLOCKED : Holds.NOT_YET;
            }
          };
      case UnitState.Waiting(var _, var blocked) ->
          blocked.isEmpty() ? Holds.NOT_YET : Holds.BLOCKED;
      case UnitState.Idle _ -> Holds.NOT_YET;
      case UnitState.BackingOff _, UnitState.Stopping _, UnitState.Stuck _ -> Holds.NOT_YET;
    };
  }

  /// The edge that `restForOne` implies: the unit before it is not on its way up.
  public static Holds implied(Goal goal, UnitState state) {
    return switch (state) {
      case UnitState.Waiting(var _, var blocked) when !blocked.isEmpty() && goal.wantsStart() ->
          Holds.BLOCKED;
      case UnitState.Waiting _, UnitState.Starting _, UnitState.BackingOff _ ->
          goal.wantsStart() ? Holds.NOT_YET : Holds.YES;
      case UnitState.Idle _ -> goal.wantsStart() ? Holds.NOT_YET : Holds.YES;
      case UnitState.GaveUp _ -> Holds.BLOCKED;
      case UnitState.Running _, UnitState.Finished _, UnitState.Stopping _, UnitState.Stuck _ ->
          Holds.YES;
    };
  }
}
