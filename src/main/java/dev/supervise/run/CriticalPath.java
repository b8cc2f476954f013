package dev.supervise.run;

import dev.supervise.plan.UnitState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The first start of a tree: when units came up, when every goal was reached, and which units made
/// it last as long as it did. Units nobody waits for and that wait for nobody are not written down,
/// but for the last: a pool of a million costs nothing here.
final class CriticalPath {
  private final Registry registry;
  private final long begun;
  private final Map<Unit, Long> at = new HashMap<>();
  private final Map<Unit, Unit> lastIn = new HashMap<>();
  private @Nullable Unit last;

  /// What stood in the way at the last look.
  private @Nullable Unit unreached;

  CriticalPath(Registry registry, long begun) {
    this.registry = registry;
    this.begun = begun;
  }

  /// A unit is up and ready, or has finished.
  void add(Unit unit, long now) {
    if (registry.group(unit) != null) {
      return;
    }
    last = unit;
    if (!unit.needs.isEmpty() || !unit.dependents.isEmpty()) {
      at.put(unit, now);
    }
    // Whoever waits for a supervisor waits for the last unit in it.
    for (Unit around = unit.parent.supervisor();
        around != null;
        around = around.parent.supervisor()) {
      if (!around.dependents.isEmpty()) {
        at.put(unit, now);
        lastIn.put(around, unit);
      }
    }
  }

  /// Units and goals are others than before: whatever stood in the way need not any more.
  void rewired() {
    unreached = null;
  }

  /// Whether every goal is reached. Looks at the unit that stood in the way last time first, so
  /// that a start costs no square.
  boolean reached() {
    if (!(registry.root().state() instanceof UnitState.Running)
        || unreached != null && !TreeOutcome.reached(unreached)) {
      return false;
    }
    unreached = TreeOutcome.unreached(registry, registry.rootGroup());
    return unreached == null;
  }

  /// The last unit to come up, what it had waited for last, and so on to the beginning; in the
  /// order of time.
  List<CriticalPathStep> path(long now) {
    List<Unit> steps = new ArrayList<>();
    for (Unit unit = last; unit != null && !steps.contains(unit); unit = before(unit)) {
      steps.add(unit);
    }
    List<CriticalPathStep> path = new ArrayList<>();
    long from = begun;
    for (Unit unit : steps.reversed()) {
      long came = at.getOrDefault(unit, now);
      path.add(new CriticalPathStep(unit.path(), Duration.ofNanos(Math.max(0, came - from))));
      from = came;
    }
    return path;
  }

  private @Nullable Unit before(Unit unit) {
    Unit latest = null;
    long came = Long.MIN_VALUE;
    for (Unit around = unit; around != null; around = around.parent.supervisor()) {
      for (Unit.StartCondition link : RestForOneOrder.links(around)) {
        Unit target = lastIn.getOrDefault(link.target(), link.target());
        Long when = at.get(target);
        if (when != null && when > came) {
          came = when;
          latest = target;
        }
      }
    }
    return latest;
  }
}
