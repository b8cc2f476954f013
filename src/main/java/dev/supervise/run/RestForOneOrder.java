package dev.supervise.run;

import dev.supervise.plan.StartConditions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The row that `restForOne` makes of its children. A child that is down and not on its way up
/// takes no part: who comes after it looks through it to the one before.
final class RestForOneOrder {
  private RestForOneOrder() {}

  /// The nearest child before `unit` that takes part, if it is the chain that ties them.
  private static @Nullable Unit before(Unit unit) {
    Unit target = directlyBefore(unit);
    while (target != null && absent(target)) {
      target = directlyBefore(target);
    }
    return target;
  }

  /// Who depends on `unit` now: by declaration, and the nearest child after it that takes part.
  static List<Unit> dependents(Unit unit) {
    Unit after = directlyAfter(unit);
    if (after == null || !absent(after)) {
      return unit.dependents;
    }
    while (after != null && absent(after)) {
      after = directlyAfter(after);
    }
    List<Unit> all = new ArrayList<>(unit.dependents);
    if (after != null) {
      all.add(after);
    }
    return all;
  }

  /// The start conditions of `unit` as they stand now.
  static List<Unit.StartCondition> links(Unit unit) {
    Unit direct = directlyBefore(unit);
    if (direct == null || !absent(direct)) {
      return unit.needs;
    }
    List<Unit.StartCondition> all = new ArrayList<>();
    for (Unit.StartCondition link : unit.needs) {
      if (link instanceof Unit.StartCondition.Declared) {
        all.add(link);
      }
    }
    Unit before = before(direct);
    if (before != null) {
      all.add(new Unit.StartCondition.Before(before));
    }
    return all;
  }

  private static boolean absent(Unit unit) {
    return unit.state().run() == 0
        && StartConditions.implied(unit.goal(), unit.state()) == StartConditions.Holds.YES;
  }

  static @Nullable Unit directlyBefore(Unit unit) {
    if (!chained(unit)) {
      return null;
    }
    for (Unit.StartCondition link : unit.needs) {
      if (link instanceof Unit.StartCondition.Before(Unit target)) {
        return target;
      }
    }
    return null;
  }

  private static @Nullable Unit directlyAfter(Unit unit) {
    if (!chained(unit)) {
      return null;
    }
    for (Unit dependent : unit.dependents) {
      for (Unit.StartCondition link : dependent.needs) {
        if (link instanceof Unit.StartCondition.Before(Unit target) && target.equals(unit)) {
          return dependent;
        }
      }
    }
    return null;
  }

  private static boolean chained(Unit unit) {
    return unit.parent.chained();
  }
}
