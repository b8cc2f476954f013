package dev.supervise.run;

import dev.supervise.plan.EndKind;
import dev.supervise.plan.Instants;
import dev.supervise.plan.StopReason;
import dev.supervise.plan.UnitState;
import dev.supervise.spec.Exit;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Restart;
import dev.supervise.spec.UnitSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// What is probably meant by a process that is over as soon as it has begun, and nothing is wrong
/// with it. Pure.
final class Hint {
  /// A program that serves does not end by then.
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  /// A program that puts itself into the background has done so by then.
  private static final Duration SOON = Duration.ofSeconds(10);

  private static final String BACKGROUND =
      "forking() and detect { … } where it puts itself into the background";

  private Hint() {}

  /// @param before the unit's state before the step to `after`
  /// @param awaited whether its end is what others wait for
  static Optional<String> of(
      UnitSpec spec, UnitState before, UnitState after, long now, BooleanSupplier awaited) {
    if (!(spec instanceof ProcessSpec process)
        || process.policy().oneShot()
        || process.presence().forking()) {
      return Optional.empty();
    }
    return switch (after) {
      case UnitState.Stopping s
          when s.why() instanceof StopReason.OwnEnd
              && s.phase() instanceof UnitState.Phase.Sweeping(Exit exit, long _)
              && !(before instanceof UnitState.Stopping)
              && well(exit, s.since(), SOON, now) ->
          Optional.of(
              "it ended with 0 and left others running, which are ended: say " + BACKGROUND);
      case UnitState.Finished(Exit exit, EndKind end)
          when end == EndKind.SUCCESS
              && process.policy().restart() != Restart.NEVER
              && well(exit, since(before), AT_ONCE, now)
              && !awaited.getAsBoolean() ->
          Optional.of(
              "it ended with 0 in its first second: say oneShot() where it is meant to, "
                  + BACKGROUND
                  + "; its standard input is empty");
      case UnitState.Idle _, UnitState.Waiting _, UnitState.Starting _, UnitState.Running _ ->
          Optional.empty();
      case UnitState.BackingOff _, UnitState.Stopping _, UnitState.Finished _ -> Optional.empty();
      case UnitState.GaveUp _, UnitState.Stuck _ -> Optional.empty();
    };
  }

  private static boolean well(Exit exit, long since, Duration limit, long now) {
    return exit.equals(new Exit.Code(0))
        && since != Instants.NEVER
        && now - since < limit.toNanos();
  }

  /// When a run that has ended came to life. Of one that left others, something has been said.
  private static long since(UnitState before) {
    return switch (before) {
      case UnitState.Running r -> r.since();
      case UnitState.Stopping s when s.phase() instanceof UnitState.Phase.PostStop -> s.since();
      case UnitState.Idle _, UnitState.Waiting _, UnitState.Starting _, UnitState.BackingOff _ ->
          Instants.NEVER;
      case UnitState.Stopping _, UnitState.Finished _, UnitState.GaveUp _, UnitState.Stuck _ ->
          Instants.NEVER;
    };
  }
}
