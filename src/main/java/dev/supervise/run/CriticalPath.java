package dev.supervise.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// When units came up in the first start of a tree, and which of them made it last as long as it
/// did. Units nobody waits for and that wait for nobody are not written down, but for the last: a
/// pool of a million costs nothing here.
final class CriticalPath {
  private final Tree tree;
  private final long begun;
  private final Map<Unit, Long> at = new HashMap<>();
  private final Map<Unit, Unit> lastIn = new HashMap<>();
  private @Nullable Unit last;

  CriticalPath(Tree tree, long begun) {
    this.tree = tree;
    this.begun = begun;
  }

  void add(Unit unit, long now) {
    if (tree.group(unit) != null) {
      return;
    }
    last = unit;
    if (!unit.needs.isEmpty() || !unit.dependents.isEmpty()) {
      at.put(unit, now);
    }
    // Whoever waits for a supervisor waits for the last unit in it.
    for (Unit around = above(unit); around != null; around = above(around)) {
      if (!around.dependents.isEmpty()) {
        at.put(unit, now);
        lastIn.put(around, unit);
      }
    }
  }

  private static @Nullable Unit above(Unit unit) {
    return unit.place instanceof Group group ? group.self : null;
  }

  /// The last unit to come up, what it had waited for last, and so on to the beginning; in the
  /// order of time.
  List<CriticalPathStep> path() {
    List<Unit> units = new ArrayList<>();
    for (Unit unit = last; unit != null && !units.contains(unit); unit = before(unit)) {
      units.add(unit);
    }
    List<CriticalPathStep> path = new ArrayList<>();
    long from = begun;
    for (Unit unit : units.reversed()) {
      long came = at.getOrDefault(unit, tree.loop.now());
      path.add(new CriticalPathStep(unit.path(), Duration.ofNanos(Math.max(0, came - from))));
      from = came;
    }
    return path;
  }

  private @Nullable Unit before(Unit unit) {
    Unit latest = null;
    long came = Long.MIN_VALUE;
    for (Unit around = unit; around != null; around = above(around)) {
      for (Link link : RestForOneOrder.links(around)) {
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
