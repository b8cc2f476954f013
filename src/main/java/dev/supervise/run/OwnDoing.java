package dev.supervise.run;

import dev.supervise.plan.EndKind;
import dev.supervise.plan.StartPhase;
import dev.supervise.plan.Step;
import dev.supervise.plan.StopReason;
import dev.supervise.plan.UnitState;
import dev.supervise.spec.Exit;
import java.util.Optional;

/// What a step says that a unit has done by itself: what nobody asked for is its own doing. Pure.
final class OwnDoing {
  private OwnDoing() {}

  /// @return what it did, for people; empty for what was asked of it, and for what is no news
  static Optional<String> of(UnitState before, Step step) {
    if (before instanceof UnitState.Stopping s
        && (s.why() instanceof StopReason.Asked || s.why() instanceof StopReason.AtOnce)) {
      return Optional.empty();
    }
    return switch (step.state()) {
      case UnitState.Finished(Exit exit, EndKind end) ->
          end == EndKind.SUCCESS || end == EndKind.FAILURE
              ? Optional.of(exit.phrase())
              : Optional.empty();
      case UnitState.Stopping s -> stopping(s);
      case UnitState.Starting s ->
          s.phase() instanceof StartPhase.Retrying
              ? step.tally().last().map(Exit::phrase).or(() -> Optional.of("failed to start"))
              : Optional.empty();
      case UnitState.Idle _, UnitState.Waiting _, UnitState.Running _ -> Optional.empty();
      case UnitState.BackingOff _, UnitState.GaveUp _, UnitState.Stuck _ -> Optional.empty();
    };
  }

  private static Optional<String> stopping(UnitState.Stopping s) {
    return switch (s.why()) {
      case StopReason.StartFailed(String message, int _, boolean _) -> Optional.of(message);
      case StopReason.Unhealthy(String message) -> Optional.of(message);
      case StopReason.OwnEnd() ->
          switch (s.phase()) {
            case UnitState.Phase.Sweeping(Exit exit, long _) -> Optional.of(exit.phrase());
            case UnitState.Phase.PostStop(var down, var _) -> Optional.of(down.exit().phrase());
            case UnitState.Phase.Held _, UnitState.Phase.Program _ -> Optional.empty();
            case UnitState.Phase.Withdrawn _, UnitState.Phase.PreStop _, UnitState.Phase.Killed _ ->
                Optional.empty();
          };
      case StopReason.Asked _, StopReason.AtOnce _ -> Optional.empty();
    };
  }
}
