package dev.supervise.run;

import dev.supervise.plan.EndKind;
import dev.supervise.plan.Goal;
import dev.supervise.plan.Instants;
import dev.supervise.plan.SettleTime;
import dev.supervise.plan.StartConditions;
import dev.supervise.plan.UnitState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One look at the tree for those who wait: which units have become what is waited for, which may
/// yet, and which will not by themselves. Changes nothing; belongs to the loop, and is good for one
/// turn of it. A look at all units costs what the tree has units and edges.
final class Prospects {
  /// More steps from a unit to what it waits for in the end are not told one by one.
  private static final int STEPS = 3;

  private static final Prospect OPEN = new Prospect.Open(Instants.NEVER);

  private final long now;

  /// Units that nothing keeps from coming up.
  private final Set<Unit> free = new HashSet<>();

  /// @param now by the loop's clock
  Prospects(long now) {
    this.now = now;
  }

  Prospect of(Unit unit, Aim aim) {
    return switch (aim) {
      case UP -> up(unit);
      case STOPPED -> stopped(unit);
      case DOWN -> down(unit);
      case GONE -> unit.state().run() == 0 ? Prospect.MET : OPEN;
      case READY -> ready(unit);
      case DONE -> done(unit);
      case REACHED -> unit.spec.policy().oneShot() ? done(unit) : ready(unit);
    };
  }

  /// An order to start it is carried out.
  private Prospect up(Unit unit) {
    return switch (unit.status()) {
      case RUNNING -> unit.ready() ? Prospect.MET : OPEN;
      case FINISHED -> Prospect.MET;
      case FAILED, BACKING_OFF, STUCK -> vain(unit);
      // KILL did not end it: the answer comes, and says so.
      case STOPPING -> unit.state().alive() ? OPEN : vain(unit);
      case PENDING, WAITING, BLOCKED, STOPPED -> unlessHindered(unit);
      case STARTING -> OPEN;
    };
  }

  private Prospect ready(Unit unit) {
    return switch (unit.status()) {
      case RUNNING -> settled(unit);
      case FINISHED -> Prospect.MET;
      case FAILED -> comesBack(unit) ? OPEN : vain(unit);
      case STUCK -> vain(unit);
      case PENDING, WAITING, BLOCKED, STOPPED -> unlessHindered(unit);
      case STARTING, BACKING_OFF -> OPEN;
      case STOPPING -> unit.state().alive() ? OPEN : vain(unit);
    };
  }

  private Prospect done(Unit unit) {
    return switch (unit.status()) {
      case FINISHED -> Prospect.MET;
      case FAILED -> comesBack(unit) ? OPEN : vain(unit);
      case STUCK -> vain(unit);
      case PENDING, WAITING, BLOCKED, STOPPED -> unlessHindered(unit);
      case STARTING, RUNNING, BACKING_OFF -> OPEN;
      case STOPPING -> unit.state().alive() ? OPEN : vain(unit);
    };
  }

  /// An order to stop it is carried out.
  private static Prospect stopped(Unit unit) {
    return switch (unit.status()) {
      // It was down, and somebody has started it since.
      case STARTING, RUNNING -> unit.goal().wantsStart() ? Prospect.MET : OPEN;
      case PENDING, WAITING, BLOCKED, BACKING_OFF, STOPPING, STOPPED, FINISHED, FAILED, STUCK ->
          down(unit);
    };
  }

  private static Prospect down(Unit unit) {
    return switch (unit.status()) {
      case STUCK -> vain(unit);
      case STOPPING -> unit.state().alive() ? OPEN : vain(unit);
      case STARTING, RUNNING -> OPEN;
      case PENDING, WAITING, BLOCKED, BACKING_OFF, STOPPED, FINISHED, FAILED -> Prospect.MET;
    };
  }

  private Prospect settled(Unit unit) {
    long moment = SettleTime.of(unit.spec.policy(), unit.state());
    return moment <= now ? Prospect.MET : new Prospect.Open(moment);
  }

  private static Prospect vain(Unit unit) {
    return new Prospect.Vain("'" + unit.path() + "' " + StateText.standing(unit), unit.path());
  }

  /// One that has failed for good by its own rules, and is started again all the same: its
  /// supervisor is on its way to another start.
  private static boolean comesBack(Unit unit) {
    Unit failed = unit;
    while (failed.goal().wantsStart()
        && failed.parent instanceof Group around
        && !around.active()
        && around.host.staying()
        && around.self.goal().wantsStart()) {
      boolean over =
          switch (around.self.state()) {
            case UnitState.Finished(var _, EndKind end) -> end == EndKind.FAILURE;
            case UnitState.GaveUp _ -> true;
            case UnitState.Idle _, UnitState.Waiting _, UnitState.Starting _ -> false;
            case UnitState.Running _, UnitState.BackingOff _ -> false;
            case UnitState.Stopping _, UnitState.Stuck _ -> false;
          };
      if (!over) {
        return true;
      }
      failed = around.self;
    }
    return false;
  }

  private Prospect unlessHindered(Unit unit) {
    Optional<Hindrance> found = hindrance(unit, List.of(unit));
    if (found.isEmpty()) {
      return OPEN;
    }
    Unit culprit = found.get().culprit();
    return new Prospect.Vain(
        told(unit, "waits for", found.get()), failed(culprit) ? culprit.path() : "");
  }

  // ---- what will not come by itself ----

  /// What would keep a unit down that is to be started, or started again beside `members` that are
  /// too, and does not go away by itself; a clause that names it, and what would help. Empty where
  /// nothing does.
  Optional<String> hindrance(Unit unit, Set<Unit> members) {
    List<Unit> before = new ArrayList<>(unmet(unit));
    before.removeIf(members::contains);
    around(unit).ifPresent(before::add);
    return hindrance(unit, before).map(found -> told(unit, "would wait for", found));
  }

  /// The same for one that is yet to come.
  ///
  /// @param path its full name
  /// @param like one that waits for the same
  Optional<String> hindrance(String path, Unit like) {
    List<Unit> before = new ArrayList<>(unmet(like));
    around(like).ifPresent(before::add);
    return hindrance(like, before)
        .map(found -> way(path, like, "would wait for", found) + remedy(found.culprit()));
  }

  /// @param way from the first unit that is waited for to the one that does not come
  private record Hindrance(List<Unit> way) {
    Unit culprit() {
      return way.getLast();
    }
  }

  private Optional<Hindrance> hindrance(Unit unit, List<Unit> first) {
    Map<Unit, Unit> from = new HashMap<>();
    ArrayDeque<Unit> open = new ArrayDeque<>(first);
    Set<Unit> seen = new HashSet<>(first);
    while (!open.isEmpty()) {
      Unit next = open.poll();
      if (staysDown(next)) {
        return Optional.of(new Hindrance(way(unit, next, from)));
      }
      if (!comesByItself(next) && !free.contains(next)) {
        List<Unit> more = new ArrayList<>(unmet(next));
        around(next).ifPresent(more::add);
        for (Unit target : more) {
          if (seen.add(target)) {
            from.put(target, next);
            open.add(target);
          }
        }
      }
    }
    free.addAll(seen);
    return Optional.empty();
  }

  private static List<Unit> way(Unit unit, Unit culprit, Map<Unit, Unit> from) {
    List<Unit> way = new ArrayList<>();
    for (@Nullable Unit each = culprit; each != null && each != unit; each = from.get(each)) {
      way.add(each);
    }
    return way.isEmpty() ? List.of(culprit) : way.reversed();
  }

  private static List<Unit> unmet(Unit unit) {
    List<Unit> targets = new ArrayList<>();
    for (Unit.StartCondition link : RestForOneOrder.links(unit)) {
      if (link.holds() != StartConditions.Holds.YES) {
        targets.add(link.target());
      }
    }
    return targets;
  }

  /// The supervisor of a unit, as long as it is not up itself.
  private static Optional<Unit> around(Unit unit) {
    return unit.parent instanceof Group group && !(group.self.state() instanceof UnitState.Running)
        ? Optional.of(group.self)
        : Optional.empty();
  }

  /// Down, and nobody but a person starts it.
  private static boolean staysDown(Unit unit) {
    return switch (unit.state()) {
      case UnitState.GaveUp _, UnitState.Stuck _ -> true;
      case UnitState.Finished(var _, EndKind end) ->
          !unit.goal().wantsStart() || end == EndKind.FAILURE && !comesBack(unit);
      case UnitState.Idle _, UnitState.Waiting _, UnitState.BackingOff _, UnitState.Stopping _ ->
          !unit.goal().wantsStart();
      case UnitState.Starting _, UnitState.Running _ -> false;
    };
  }

  private static boolean comesByItself(Unit unit) {
    return switch (unit.state()) {
      case UnitState.Starting _, UnitState.Running _, UnitState.BackingOff _ -> true;
      case UnitState.Stopping _, UnitState.Stuck _, UnitState.GaveUp _ -> true;
      case UnitState.Idle _, UnitState.Waiting _, UnitState.Finished _ -> false;
    };
  }

  private static String told(Unit unit, String verb, Hindrance found) {
    Unit culprit = found.culprit();
    boolean failed = failed(culprit);
    boolean removed = culprit.goal() == Goal.GONE;
    if (culprit == unit) {
      return failed
          ? "'" + unit.path() + "' " + StateText.standing(unit)
          : unit.path()
              + " "
              + fate(culprit)
              + (removed ? "" : " (supervise start " + unit.path() + ")");
    }
    return way(unit.path(), unit, verb, found) + remedy(unit, culprit);
  }

  private static String way(String path, Unit unit, String verb, Hindrance found) {
    StringBuilder text = new StringBuilder(path);
    List<Unit> way = found.way();
    for (int i = 0; i < way.size(); i++) {
      Unit before = i == 0 ? unit : way.get(i - 1);
      if (way.size() > STEPS && i > 0 && i < way.size() - 1) {
        continue;
      }
      boolean inside = way.get(i).equals(supervisor(before));
      boolean jump = way.size() > STEPS && i == way.size() - 1;
      text.append(i == 0 ? " " : ", which ")
          .append(
              jump ? "waits in the end for" : inside ? "is part of" : i == 0 ? verb : "waits for")
          .append(" ")
          .append(way.get(i).path());
    }
    return text.append(", which ").append(fate(found.culprit())).toString();
  }

  private static String remedy(Unit unit, Unit culprit) {
    if (culprit.goal() == Goal.GONE) {
      return "";
    }
    return failed(culprit)
        ? " (see why " + culprit.path() + "; supervise start " + unit.path() + " tries again)"
        : " (start " + culprit.path() + " first, or: supervise start " + unit.path() + ")";
  }

  /// Where the unit that waits is not there to be started.
  private static String remedy(Unit culprit) {
    if (culprit.goal() == Goal.GONE) {
      return "";
    }
    return failed(culprit)
        ? " (see why " + culprit.path() + "; supervise start " + culprit.path() + " tries again)"
        : " (supervise start " + culprit.path() + " first)";
  }

  private static boolean failed(Unit unit) {
    return switch (unit.status()) {
      case FAILED, STUCK -> true;
      case PENDING, WAITING, BLOCKED, STARTING, RUNNING, BACKING_OFF, STOPPING -> false;
      case STOPPED, FINISHED -> false;
    };
  }

  private static Object supervisor(Unit unit) {
    return unit.parent instanceof Group group ? group.self : unit.parent;
  }

  private static String fate(Unit culprit) {
    if (culprit.goal() == Goal.GONE) {
      return "was taken out of the tree";
    }
    return switch (culprit.status()) {
      case FAILED, STUCK -> {
        String what = StateText.what(culprit);
        yield what.isEmpty() ? "has failed" : "has failed: " + what;
      }
      case STOPPING -> "is being stopped";
      case PENDING -> "is not started: it says autostart false";
      case WAITING, BLOCKED, STARTING, RUNNING, BACKING_OFF, STOPPED, FINISHED -> "is stopped";
    };
  }
}
