package dev.supervise.run;

import dev.supervise.plan.Change;
import dev.supervise.plan.Difference;
import dev.supervise.plan.Goal;
import dev.supervise.plan.ReloadPlan;
import dev.supervise.plan.UnitState;
import dev.supervise.spec.Dependencies;
import dev.supervise.spec.Members;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Wiring;
import dev.supervise.spec.term.Term.OnChange;
import dev.supervise.worker.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One reload's decisions: goes through the running tree and what is declared now side by side,
/// lets every unit live by its new specification from now on or from its next run on, makes the new
/// ones, and says who has to end and who has to start. Starts and stops nothing; a probe that
/// watches a run is exchanged. Belongs to the loop.
final class ReloadPass {
  private final Map<String, Change> changes = new HashMap<>();
  private final Registry registry;
  private final TreeBuilder builder;

  /// Units whose run has to be ended and begun anew, or begun where there is none.
  final List<Unit> anew = new ArrayList<>();

  /// Units that have to end and go.
  final List<Unit> removed = new ArrayList<>();

  /// Units that are new, and nowhere started.
  final List<Unit> planted = new ArrayList<>();

  /// Units that were there and are to start now.
  final List<Unit> wanted = new ArrayList<>();

  final Wiring wiring;

  /// @throws dev.supervise.spec.InvalidWiring what is declared now and what was declared live make
  ///   no sound tree; nothing has changed
  /// @throws dev.supervise.spec.InvalidSpec the same
  ReloadPass(Registry registry, TreeBuilder builder, ReloadPlan plan) {
    this.registry = registry;
    this.builder = builder;
    for (Change change : plan.units()) {
      if (change.kind() != Change.Kind.REMOVE) {
        changes.put(change.path(), change);
      }
    }
    SupervisorSpec now = plan.app().root();
    wiring = Dependencies.of(target(registry.rootGroup(), now, ""));
    supervisor(registry.root(), registry.rootGroup(), now, "");
  }

  private Change.Kind kind(String path) {
    Change change = changes.get(path);
    return change == null ? Change.Kind.KEEP : change.kind();
  }

  private List<Difference> differences(String path) {
    Change change = changes.get(path);
    return change == null ? List.of() : change.differences();
  }

  private List<Difference> ofTemplate(String path) {
    Change change = changes.get(path);
    return change == null ? List.of() : change.template();
  }

  // ---- what it will be ----

  /// The tree that stands when all is done, with what the operator made of it.
  private SupervisorSpec target(Group group, SupervisorSpec now, String path) {
    if (!(now.members() instanceof Members.Listed(List<UnitSpec> declared))) {
      return now;
    }
    Map<String, List<Unit>> families = families(group);
    List<UnitSpec> units = new ArrayList<>();
    for (UnitSpec spec : declared) {
      String place = join(path, spec.name());
      List<Unit> family = families.getOrDefault(spec.name(), List.of());
      families.remove(spec.name());
      if (family.isEmpty()) {
        if (!staysAway(place)) {
          units.add(spec);
        }
        continue;
      }
      Group below = registry.group(family.getFirst());
      if (!family.getFirst().spec.kind().equals(spec.kind())) {
        units.add(spec);
      } else if (spec instanceof SupervisorSpec inner && below != null) {
        units.add(target(below, inner, place));
      } else if (spec instanceof ProcessSpec process && process.instances() > 0) {
        units.add(process.withInstances(instances(process, family, place)));
      } else {
        units.add(spec);
      }
    }
    for (List<Unit> family : families.values()) {
      if (group.declaredLive().contains(family.getFirst())) {
        Group below = registry.group(family.getFirst());
        units.add(
            below == null ? family.getFirst().spec : builder.standing(below, (home, inside) -> {}));
      }
    }
    return now.withMembers(new Members.Listed(units));
  }

  /// The operator took it away, and nothing of it has changed.
  private boolean staysAway(String path) {
    return kind(path) == Change.Kind.KEEP || kind(path) == Change.Kind.ADJUST;
  }

  private int instances(ProcessSpec spec, List<Unit> family, String path) {
    boolean scaled =
        family.getFirst().instance > 0
            && kind(path) != Change.Kind.ADD
            && family.getFirst().spec instanceof ProcessSpec was
            && was.instances() == spec.instances();
    return scaled ? family.size() : spec.instances();
  }

  private Map<String, List<Unit>> families(Group group) {
    Map<String, List<Unit>> families = new LinkedHashMap<>();
    for (Unit child : group.children()) {
      if (child.goal() != Goal.GONE) {
        families.computeIfAbsent(child.spec.name(), _ -> new ArrayList<>(1)).add(child);
      }
    }
    return families;
  }

  // ---- the units, one by one ----

  private void supervisor(Unit unit, Group group, SupervisorSpec now, String path) {
    SupervisorSpec was = group.spec();
    follow(unit, now, false, path, differences(path));
    switch (now.members()) {
      case Members.Listed(List<UnitSpec> declared) -> {
        Map<String, List<Unit>> families = families(group);
        for (UnitSpec spec : declared) {
          List<Unit> family = families.getOrDefault(spec.name(), List.of());
          families.remove(spec.name());
          member(group, spec, join(path, spec.name()), family);
        }
        for (List<Unit> family : families.values()) {
          if (!group.declaredLive().contains(family.getFirst())) {
            removed.addAll(family);
          }
        }
      }
      case Members.Pool(UnitSpec template, int size) -> {
        boolean replaced = kind(path) == Change.Kind.REPLACE;
        for (Unit child : group.children()) {
          follow(child, template, replaced, path, ofTemplate(path));
        }
        if (!(was.members() instanceof Members.Pool pool && pool.size() == size)) {
          resize(group, size);
        }
      }
    }
  }

  private void resize(Group pool, int size) {
    List<Unit> children = pool.children();
    removed.addAll(children.subList(Math.min(size, children.size()), children.size()));
    if (children.size() < size) {
      wanted.addAll(builder.resize(pool, size));
    }
  }

  private void member(Group group, UnitSpec spec, String path, List<Unit> family) {
    if (family.isEmpty()) {
      if (!staysAway(path)) {
        planted.addAll(builder.plant(group, spec, wiring, group.self.path()));
      }
      return;
    }
    Unit first = family.getFirst();
    boolean many = spec instanceof ProcessSpec process && process.instances() > 0;
    boolean same = first.spec.kind().equals(spec.kind()) && first.instance > 0 == many;
    if (!same) {
      removed.addAll(family);
      planted.addAll(builder.plant(group, spec, wiring, group.self.path()));
      return;
    }
    // Declared live, and in the script now.
    boolean live = family.stream().filter(group.declaredLive()::remove).count() > 0;
    List<Difference> differences =
        live ? ReloadPlan.differences(first.spec, spec) : differences(path);
    boolean replaced =
        live ? Difference.any(differences, OnChange.RUN_ANEW) : kind(path) == Change.Kind.REPLACE;
    Group below = registry.group(first);
    if (spec instanceof SupervisorSpec inner && below != null) {
      supervisor(first, below, inner, path);
      return;
    }
    int instances = many ? instances((ProcessSpec) spec, family, path) : 1;
    for (Unit unit : family) {
      if (unit.instance > instances) {
        removed.add(unit);
      } else {
        follow(unit, spec, replaced, path, differences);
      }
    }
    for (int i = family.size() + 1; i <= instances; i++) {
      planted.add(builder.instance(group, (ProcessSpec) spec, i));
    }
  }

  /// From now on, or from its next run on, a unit lives by `spec`.
  ///
  /// @param differences between that and what it lived by
  private void follow(
      Unit unit, UnitSpec spec, boolean replaced, String path, List<Difference> differences) {
    boolean released =
        !unit.spec.policy().autostart()
            && spec.policy().autostart()
            && unit.state() instanceof UnitState.Idle;
    boolean again =
        replaced
            || unit.state() instanceof UnitState.Starting
                && Difference.any(differences, OnChange.START_ANEW);
    boolean later =
        unit.state().run() != 0
            && (unit.isToChange()
                || kind(path) != Change.Kind.KEEP
                    && (again || unit.state() instanceof UnitState.Stopping));
    if (later) {
      unit.followedBy(spec);
    } else {
      if (Difference.any(differences, OnChange.WATCH_ANEW)) {
        watchAnew(unit, spec);
      }
      unit.follow(spec);
    }
    if (unit.goal().wantsStart() || released) {
      unit.aim(Unit.wanted(spec));
      if (again) {
        anew.add(unit);
      } else if (released) {
        wanted.add(unit);
      }
    }
  }

  private static void watchAnew(Unit unit, UnitSpec spec) {
    if (unit.state() instanceof UnitState.Running) {
      if (unit.spec.policy().lifecycle().alive().isPresent()) {
        unit.run.perform(new Action.EndProbes());
      }
      spec.policy()
          .lifecycle()
          .alive()
          .ifPresent(liveness -> unit.run.perform(new Action.Watch(liveness)));
    }
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }
}
