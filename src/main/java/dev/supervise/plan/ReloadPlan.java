package dev.supervise.plan;

import dev.supervise.spec.App;
import dev.supervise.spec.Code;
import dev.supervise.spec.Members;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.ScheduleSpec;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.TaskSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.term.Term.OnChange;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// What has to happen so that a tree that was declared one way becomes one that is declared another
/// way: the smallest set of restarts. Pure.
///
/// A unit is known by its path. Rules by which it lives (`restart`, `after`, probes, hooks,
/// `stop`…) are changed without a new run; a program is what it was started as, so a change of
/// `command`, `env` and the like is a new run. What cannot be compared counts as changed.
///
/// @param app what is declared then: the new declaration, in which code that has not changed is the
///   code that was there
/// @param units every declared unit in both: those of the new tree in order of declaration, then
///   what is removed
/// @param others the same of tasks and schedules
/// @param warnings what a reload cannot keep together, a sentence each
/// @param tasks which open tasks it would leave waiting, a sentence for each type
public record ReloadPlan(
    App app, List<Change> units, List<Change> others, List<String> warnings, List<String> tasks) {
  public ReloadPlan {
    units = List.copyOf(units);
    others = List.copyOf(others);
    warnings = List.copyOf(warnings);
    tasks = List.copyOf(tasks);
  }

  /// The same with what it means for tasks that are open.
  public ReloadPlan withTasks(List<String> open) {
    return new ReloadPlan(app, units, others, warnings, open);
  }

  /// All of them, units first.
  public List<Change> changes() {
    return Stream.concat(units.stream(), others.stream()).toList();
  }

  /// Of everything a script declares: the units, then its tasks and schedules, which are never
  /// restarted; those that run go on.
  ///
  /// @param was as it was declared last
  /// @param is as it is declared now
  public static ReloadPlan between(App was, App is) {
    Carried carried = Carried.over(was, is);
    App next = carried.app();
    Walk walk = new Walk(carried.tied());
    return new ReloadPlan(
        next, walk.units(was, next), walk.others(was, next), carried.warnings(), List.of());
  }

  /// One way through both declarations.
  ///
  /// @param tied as in [Difference#between]
  private record Walk(Map<Code, String> tied) {
    private List<Change> units(App was, App is) {
      List<Change> changes = new ArrayList<>();
      List<Change> removed = new ArrayList<>();
      List<Difference> own = Difference.between(was.root(), is.root(), tied);
      if (!own.isEmpty()) {
        changes.add(new Change(Change.Kind.ADJUST, "", "supervisor", own, List.of(), reasons(own)));
      }
      members(was.root(), is.root(), "", changes, removed);
      changes.addAll(removed);
      return changes;
    }

    private List<Change> others(App was, App is) {
      List<Change> changes = new ArrayList<>();
      named(
          "task", byName(was.tasks(), TaskSpec::name), byName(is.tasks(), TaskSpec::name), changes);
      named(
          "schedule",
          byName(was.schedules(), ScheduleSpec::name),
          byName(is.schedules(), ScheduleSpec::name),
          changes);
      return changes;
    }

    private static <T extends Record> Map<String, T> byName(
        List<T> specs, Function<T, String> name) {
      Map<String, T> byName = new LinkedHashMap<>();
      specs.forEach(spec -> byName.put(name.apply(spec), spec));
      return byName;
    }

    private void named(
        String kind,
        Map<String, ? extends Record> was,
        Map<String, ? extends Record> is,
        List<Change> changes) {
      is.forEach((name, spec) -> {
        Record old = was.get(name);
        if (old == null) {
          changes.add(new Change(Change.Kind.ADD, name, kind));
        } else {
          List<Difference> own = Difference.between(old, spec, tied);
          changes.add(
              new Change(
                  own.isEmpty() ? Change.Kind.KEEP : Change.Kind.ADJUST,
                  name,
                  kind,
                  own,
                  List.of(),
                  reasons(own)));
        }
      });
      was.keySet().stream()
          .filter(name -> !is.containsKey(name))
          .forEach(name -> changes.add(new Change(Change.Kind.REMOVE, name, kind)));
    }

    private void members(
        SupervisorSpec was,
        SupervisorSpec is,
        String path,
        List<Change> changes,
        List<Change> gone) {
      Map<String, UnitSpec> before = listed(was);
      Map<String, UnitSpec> after = listed(is);
      after.forEach((name, unit) -> {
        String place = path.isEmpty() ? name : path + "/" + name;
        UnitSpec old = before.get(name);
        if (old == null) {
          added(unit, place, changes);
        } else {
          unit(old, unit, place, changes, gone);
        }
      });
      before.forEach((name, unit) -> {
        if (!after.containsKey(name)) {
          removed(unit, path.isEmpty() ? name : path + "/" + name, gone);
        }
      });
    }

    private void unit(
        UnitSpec was, UnitSpec is, String path, List<Change> changes, List<Change> gone) {
      if (!was.kind().equals(is.kind())) {
        changes.add(
            new Change(
                Change.Kind.REPLACE,
                path,
                is.kind(),
                "it was a " + was.kind() + " and is a " + is.kind()));
        if (is instanceof SupervisorSpec supervisor) {
          listed(supervisor).forEach((name, child) -> added(child, path + "/" + name, changes));
        }
        if (was instanceof SupervisorSpec supervisor) {
          listed(supervisor).forEach((name, child) -> removed(child, path + "/" + name, gone));
        }
        return;
      }
      List<Difference> own = Difference.between(was, is, tied);
      List<String> why = new ArrayList<>(reasons(own));
      boolean anew = Difference.any(own, OnChange.RUN_ANEW);
      if (was instanceof ProcessSpec a && is instanceof ProcessSpec b) {
        // One under its own name and one of many are not the same unit.
        anew |= a.instances() == 0 != (b.instances() == 0);
      }
      List<Difference> template = List.of();
      if (was instanceof SupervisorSpec a
          && is instanceof SupervisorSpec b
          && a.members() instanceof Members.Pool(UnitSpec one, int _)
          && b.members() instanceof Members.Pool(UnitSpec other, int _)) {
        if (one.kind().equals(other.kind())) {
          template = Difference.between(one, other, tied);
          reasons(template).forEach(word -> why.add("template: " + word));
          anew |= Difference.any(template, OnChange.RUN_ANEW);
        } else {
          why.add("template: it was a " + one.kind() + " and is a " + other.kind());
          anew = true;
        }
      }
      Change.Kind kind =
          anew ? Change.Kind.REPLACE : why.isEmpty() ? Change.Kind.KEEP : Change.Kind.ADJUST;
      changes.add(new Change(kind, path, is.kind(), own, template, why));
      if (was instanceof SupervisorSpec a && is instanceof SupervisorSpec b) {
        members(a, b, path, changes, gone);
      }
    }
  }

  private static Map<String, UnitSpec> listed(SupervisorSpec supervisor) {
    Map<String, UnitSpec> units = new LinkedHashMap<>();
    if (supervisor.members() instanceof Members.Listed(List<UnitSpec> all)) {
      all.forEach(unit -> units.put(unit.name(), unit));
    }
    return units;
  }

  /// In what two units of the same kind differ, their children aside.
  public static List<Difference> differences(UnitSpec was, UnitSpec is) {
    return Difference.between(was, is, Map.of());
  }

  /// What makes a new run comes first, and what alone would only adjust the unit is set apart:
  /// `env`, `besides labels`. Numbers come last.
  private static List<String> reasons(List<Difference> differences) {
    boolean anew = Difference.any(differences, OnChange.RUN_ANEW);
    List<String> first = new ArrayList<>();
    List<String> rules = new ArrayList<>();
    List<String> counts = new ArrayList<>();
    for (Difference each : differences) {
      switch (each.term().onChange()) {
        case RUN_ANEW -> first.add(each.text());
        case START_ANEW, WATCH_ANEW, RULE -> rules.add((anew ? "besides " : "") + each.text());
        case COUNT -> counts.add(each.text());
      }
    }
    first.addAll(rules);
    first.addAll(counts);
    return first;
  }

  private static void added(UnitSpec unit, String path, List<Change> changes) {
    changes.add(new Change(Change.Kind.ADD, path, unit.kind()));
    if (unit instanceof SupervisorSpec supervisor) {
      listed(supervisor).forEach((name, child) -> added(child, path + "/" + name, changes));
    }
  }

  private static void removed(UnitSpec unit, String path, List<Change> gone) {
    gone.add(new Change(Change.Kind.REMOVE, path, unit.kind()));
    if (unit instanceof SupervisorSpec supervisor) {
      listed(supervisor).forEach((name, child) -> removed(child, path + "/" + name, gone));
    }
  }

  /// Whether anything at all is to happen.
  public boolean changesSomething() {
    return changes().stream().anyMatch(change -> change.kind() != Change.Kind.KEEP);
  }

  /// `1 added, 2 replaced, 997 kept`; `nothing changed`.
  public String summary() {
    if (!changesSomething()) {
      return "nothing changed";
    }
    Map<Change.Kind, Integer> counts = new EnumMap<>(Change.Kind.class);
    changes().forEach(change -> counts.merge(change.kind(), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.forEach((kind, count) ->
        parts.add(
            count
                + switch (kind) {
                  case ADD -> " added";
                  case REMOVE -> " removed";
                  case REPLACE -> " replaced";
                  case ADJUST -> " adjusted";
                  case KEEP -> " kept";
                }));
    return String.join(", ", parts);
  }
}
