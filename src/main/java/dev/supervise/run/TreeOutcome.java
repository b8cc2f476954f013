package dev.supervise.run;

import dev.supervise.plan.Effect;
import dev.supervise.plan.EndKind;
import dev.supervise.plan.Goal;
import dev.supervise.plan.UnitState;
import dev.supervise.spec.Exit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a program's end says of its goals: exit codes and causes.
final class TreeOutcome {
  private TreeOutcome() {}

  /// Nothing can run again: were all goals reached?
  static Outcome outcome(Registry registry) {
    List<String> missed = new ArrayList<>();
    collect(registry, registry.rootGroup(), missed);
    List<String> left = leftovers(registry);
    if (missed.isEmpty() && left.isEmpty()) {
      return new Outcome(ExitCodes.FINE, "", List.of());
    }
    return new Outcome(ExitCodes.FAILED, cause(missed), left);
  }

  /// The root is down: because it was asked, gave up, or a significant unit ended.
  static Outcome after(Registry registry, Effect.Down down) {
    List<String> left = leftovers(registry);
    if (down.exit() instanceof Exit.AutoShutdown(var _, int code)) {
      return new Outcome(
          left.isEmpty() ? code : ExitCodes.FAILED,
          code == ExitCodes.FINE ? "" : down.exit().phrase(),
          left);
    }
    if (down.exit() instanceof Exit.Escalated(String cause)) {
      return new Outcome(ExitCodes.FAILED, "gave up: " + cause, left);
    }
    return new Outcome(
        left.isEmpty() ? ExitCodes.FINE : ExitCodes.FAILED,
        left.isEmpty() ? "" : "not everything ended",
        left);
  }

  private static String cause(List<String> missed) {
    if (missed.isEmpty()) {
      return "not everything ended";
    }
    int more = missed.size() - 5;
    String shown = String.join("; ", missed.subList(0, Math.min(5, missed.size())));
    return "goals not reached: " + shown + (more > 0 ? "; and " + more + " more" : "");
  }

  private static void collect(Registry registry, Group group, List<String> missed) {
    for (Unit unit : group.children()) {
      Group below = registry.group(unit);
      if (below != null && unit.state().alive()) {
        collect(registry, below, missed);
      } else if (unit.goal().wantsStart() && !reached(unit)) {
        missed.add("'" + unit.path() + "' " + StateText.standing(unit));
      }
    }
  }

  /// A unit that is wanted and neither up nor successfully finished; null when there is none.
  static @Nullable Unit unreached(Registry registry, Group group) {
    for (Unit unit : group.children()) {
      if (unit.goal().wantsStart() && !reached(unit)) {
        return unit;
      }
      Group below = registry.group(unit);
      Unit inside = below == null || !unit.goal().wantsStart() ? null : unreached(registry, below);
      if (inside != null) {
        return inside;
      }
    }
    return null;
  }

  static boolean reached(Unit unit) {
    return switch (unit.state()) {
      case UnitState.Finished(var _, EndKind end) ->
          end == EndKind.SUCCESS || end == EndKind.STOPPED && unit.goal() != Goal.DONE;
      case UnitState.Running _ -> unit.goal() != Goal.DONE;
      case UnitState.Idle _, UnitState.Waiting _, UnitState.Starting _ -> false;
      case UnitState.BackingOff _, UnitState.Stopping _, UnitState.GaveUp _, UnitState.Stuck _ ->
          false;
    };
  }

  private static List<String> leftovers(Registry registry) {
    List<String> left = new ArrayList<>();
    lingering(registry, registry.rootGroup(), left);
    return left;
  }

  private static void lingering(Registry registry, Group group, List<String> left) {
    for (Unit unit : group.children()) {
      Group below = registry.group(unit);
      if (below != null) {
        lingering(registry, below, left);
      } else if (unit.state().run() != 0 && !unit.state().alive()) {
        left.add(StateText.leftover(unit));
      }
    }
  }
}
