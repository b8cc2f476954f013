package dev.supervise.plan;

import dev.supervise.spec.Intensity;
import dev.supervise.spec.Restart;
import dev.supervise.spec.Strategy;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.text.DurationText;

/// OTP's rules, as clauses: what follows when a child is down by its own end, and whom it takes
/// with it. Pure; the caller numbers time and rolls the dice.
public final class Strategies {
  private Strategies() {}

  /// Whether an end of its own makes a unit start again.
  public static boolean restarts(UnitPolicy policy, EndKind end) {
    return switch (policy.restart()) {
      case ALWAYS -> end == EndKind.SUCCESS || end == EndKind.FAILURE;
      case ON_FAILURE -> end == EndKind.FAILURE;
      case NEVER -> false;
    };
  }

  /// What is to be done about a child that ended by itself while it was wanted.
  ///
  /// @param significantLeft significant siblings that have not ended yet
  /// @param healthyFor how long its run had been up; -1 when it never came up
  public static Verdict after(
      SupervisorSpec supervisor,
      String child,
      UnitPolicy policy,
      Counters tally,
      EndKind end,
      long healthyFor,
      int significantLeft,
      RestartWindow window,
      long now,
      double roll) {
    if (!restarts(policy, end)) {
      return ended(supervisor, policy, significantLeft);
    }
    int streak = Backoff.streak(policy.pause(), tally.streak(), healthyFor);
    if (streak >= policy.maxRestarts()) {
      return policy.significant()
          ? new Verdict.Escalate(
              "significant '" + child + "' gave up after " + count(streak, "restart"))
          : new Verdict.GiveUp(streak);
    }
    return switch (window.grant(supervisor.intensity(), now)) {
      case RestartWindow.Grant.Granted(RestartWindow next) ->
          new Verdict.Restart(
              streak, Backoff.pause(policy.pause(), streak, healthyFor >= 0, roll), next);
      case RestartWindow.Grant.Exceeded(int count) ->
          new Verdict.Escalate(
              "'"
                  + child
                  + "' failed once more than intensity allows: "
                  + count(count, "restart")
                  + within(supervisor.intensity()));
    };
  }

  /// An end that starts nothing may still be the one the group's life hangs on (OTP's
  /// auto_shutdown).
  private static Verdict ended(SupervisorSpec supervisor, UnitPolicy policy, int significantLeft) {
    if (!policy.significant()) {
      return new Verdict.LeaveDown();
    }
    return switch (supervisor.autoShutdown()) {
      case NEVER -> new Verdict.LeaveDown();
      case ANY -> new Verdict.EndGroup();
      case ALL -> significantLeft == 0 ? new Verdict.EndGroup() : new Verdict.LeaveDown();
    };
  }

  /// The children a restart of the one at `failed` concerns, as the half-open range of their places
  /// in start order; `{failed, failed + 1}` is the child alone.
  public static int[] scope(Strategy strategy, int failed, int children) {
    return switch (strategy) {
      case ONE_FOR_ONE -> new int[] {failed, failed + 1};
      case ONE_FOR_ALL -> new int[] {0, children};
      case REST_FOR_ONE -> new int[] {failed, children};
    };
  }

  /// Whether a round brings a child back: as in OTP everything but a temporary one; a `oneShot`
  /// runs again, one that gave up or that the operator stopped stays down. Whoever was about to be
  /// started when the round began still is.
  public static boolean roundStarts(UnitPolicy policy, Goal goal, UnitState state) {
    boolean again = policy.oneShot() || policy.restart() != Restart.NEVER;
    return goal.wantsStart()
        && switch (state) {
          case UnitState.Idle _, UnitState.Waiting _, UnitState.BackingOff _ -> true;
          case UnitState.GaveUp _ -> false;
          case UnitState.Finished _, UnitState.Stuck _ -> again;
          case UnitState.Starting _, UnitState.Running _, UnitState.Stopping _ -> again;
        };
  }

  private static String within(Intensity intensity) {
    return switch (intensity) {
      case Intensity.Unlimited() -> "";
      case Intensity.Within(int _, var window) -> " within " + DurationText.exact(window);
    };
  }

  private static String count(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }
}
