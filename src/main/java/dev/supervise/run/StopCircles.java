package dev.supervise.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
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

  /// Ties those that close no circle, each with what is tied before it; of those that contradict
  /// each other, the first ones.
  ///
  /// Only where all of them together make circles are single ones looked at, and only the circles:
  /// what lies on none closes none, whatever else is tied. Without contradictions it costs no more
  /// than the units and edges that are met.
  ///
  /// @param children those of a supervisor
  static void tieSound(List<StopTie> ties, Function<StopGate, List<StopGate>> children) {
    Map<Moment, Integer> circles = circles(ties);
    for (StopTie tie : ties) {
      if (!sameCircle(circles, begin(tie), end(tie)) || !closes(tie, children, circles)) {
        tie.tie();
      }
    }
  }

  private static Moment begin(StopTie tie) {
    return new Moment(tie.from(), tie instanceof StopTie.Needs);
  }

  private static Moment end(StopTie tie) {
    return new Moment(tie.to(), false);
  }

  private static boolean sameCircle(Map<Moment, Integer> circles, Moment one, Moment other) {
    Integer circle = circles.get(one);
    return circle != null && circle.equals(circles.get(other));
  }

  /// Whether the edge would close a circle: what has to come before it begins is followed back, and
  /// its other end is among that.
  private static boolean closes(
      StopTie tie, Function<StopGate, List<StopGate>> children, Map<Moment, Integer> circles) {
    Moment begin = begin(tie);
    Moment end = end(tie);
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
        if (sameCircle(circles, begin, earlier) && seen.add(earlier)) {
          open.add(earlier);
        }
      }
    }
    return false;
  }

  /// Which moments lie on circles if all of these are tied: those with the same number on the same
  /// ones. Tarjan's strongly connected components, in one pass, without recursion.
  private static Map<Moment, Integer> circles(List<StopTie> ties) {
    Map<Moment, List<Moment>> more = new HashMap<>();
    ties.forEach(tie -> more.computeIfAbsent(begin(tie), _ -> new ArrayList<>()).add(end(tie)));
    Search search = new Search(more);
    ties.forEach(tie -> search.from(end(tie)));
    return search.circles;
  }

  private static final class Search {
    private static final int DONE = Integer.MAX_VALUE;

    /// A moment that is being followed, and what of what comes after it is still to be.
    private record Step(Moment moment, Iterator<Moment> later) {}

    private final Map<Moment, List<Moment>> more;
    private final Map<Moment, Integer> circles = new HashMap<>();

    /// The number at which it was met first; [#DONE] when its component is known.
    private final Map<Moment, Integer> met = new HashMap<>();

    /// The earliest one that it leads back to.
    private final Map<Moment, Integer> low = new HashMap<>();

    private final Deque<Moment> unassigned = new ArrayDeque<>();
    private final Deque<Step> steps = new ArrayDeque<>();
    private int next;

    Search(Map<Moment, List<Moment>> more) {
      this.more = more;
    }

    void from(Moment start) {
      if (met.containsKey(start)) {
        return;
      }
      enter(start);
      while (!steps.isEmpty()) {
        Step step = steps.element();
        if (!step.later().hasNext()) {
          steps.remove();
          leave(step.moment());
          continue;
        }
        Moment later = step.later().next();
        Integer number = met.get(later);
        if (number == null) {
          enter(later);
        } else if (number != DONE) {
          low.merge(step.moment(), number, Math::min);
        }
      }
    }

    private void enter(Moment moment) {
      met.put(moment, next);
      low.put(moment, next);
      next++;
      unassigned.push(moment);
      List<Moment> later = after(moment);
      later.addAll(more.getOrDefault(moment, List.of()));
      steps.push(new Step(moment, later.iterator()));
    }

    private void leave(Moment moment) {
      int lowest = low.getOrDefault(moment, DONE);
      Step above = steps.peek();
      if (above != null) {
        low.merge(above.moment(), lowest, Math::min);
      }
      if (lowest != met.getOrDefault(moment, DONE)) {
        return;
      }
      boolean alone = moment.equals(unassigned.peek());
      Moment member;
      do {
        member = unassigned.pop();
        met.put(member, DONE);
        if (!alone) {
          circles.put(member, lowest);
        }
      } while (!member.equals(moment));
    }
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
