package dev.supervise.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Looks for circles in the order of a stop. Each unit has two moments in it: it is *told*, and it
/// is *down*. A unit is down before what it needs is told, and before its supervisor is down; what
/// waits for a supervisor is down before the supervisor's children are told.
final class StopCircles {
  private StopCircles() {}

  private record Moment(StopGate gate, boolean down) {}

  /// Whether the edge would close a circle: what has to come before it begins is followed back, and
  /// its other end is among that.
  ///
  /// @param children those of a supervisor
  static boolean closes(StopTie tie, Function<StopGate, List<StopGate>> children) {
    Moment begin = new Moment(tie.from(), tie instanceof StopTie.Needs);
    Moment end = new Moment(tie.to(), false);
    Set<Moment> seen = new HashSet<>();
    Deque<Moment> open = new ArrayDeque<>();
    seen.add(begin);
    open.add(begin);
    while (!open.isEmpty()) {
      Moment moment = open.remove();
      if (moment.equals(end)) {
        return true;
      }
      for (Moment earlier : before(moment, children)) {
        if (seen.add(earlier)) {
          open.add(earlier);
        }
      }
    }
    return false;
  }

  private static List<Moment> before(Moment moment, Function<StopGate, List<StopGate>> children) {
    StopGate gate = moment.gate();
    List<Moment> before = new ArrayList<>();
    if (moment.down()) {
      before.add(new Moment(gate, false));
      children.apply(gate).forEach(child -> before.add(new Moment(child, true)));
    } else {
      gate.dependents().forEach(dependent -> before.add(new Moment(dependent, true)));
      if (gate.home != null && gate.home.inside().contains(gate)) {
        before.add(new Moment(gate.home, false));
      }
    }
    return before;
  }

  /// Whether there is a circle among all of these.
  static boolean any(Collection<StopGate> gates) {
    Map<Moment, Integer> waitsFor = new HashMap<>();
    for (StopGate gate : gates) {
      for (Moment moment : List.of(new Moment(gate, false), new Moment(gate, true))) {
        waitsFor.putIfAbsent(moment, 0);
        after(moment).forEach(later -> waitsFor.merge(later, 1, Integer::sum));
      }
    }
    Deque<Moment> free = new ArrayDeque<>();
    waitsFor.forEach((moment, open) -> {
      if (open == 0) {
        free.add(moment);
      }
    });
    int passed = 0;
    while (!free.isEmpty()) {
      passed++;
      for (Moment later : after(free.remove())) {
        if (waitsFor.merge(later, -1, Integer::sum) == 0) {
          free.add(later);
        }
      }
    }
    return passed < waitsFor.size();
  }

  private static List<Moment> after(Moment moment) {
    StopGate gate = moment.gate();
    List<Moment> after = new ArrayList<>();
    if (moment.down()) {
      gate.needs().forEach(need -> after.add(new Moment(need, false)));
      if (gate.home != null) {
        after.add(new Moment(gate.home, true));
      }
    } else {
      after.add(new Moment(gate, true));
      gate.inside().forEach(child -> after.add(new Moment(child, false)));
    }
    return after;
  }
}
