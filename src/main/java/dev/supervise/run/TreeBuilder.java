package dev.supervise.run;

import dev.supervise.plan.Goal;
import dev.supervise.spec.Dependencies;
import dev.supervise.spec.Members;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Wiring;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Makes units out of specifications, and takes them away. Starts and stops nothing.
final class TreeBuilder {
  private final Group.Host host;
  private final Registry registry;
  private final StopOrder stopOrder;

  TreeBuilder(Group.Host host, Registry registry, StopOrder stopOrder) {
    this.host = host;
    this.registry = registry;
    this.stopOrder = stopOrder;
  }

  /// The whole tree, with its start conditions connected.
  ///
  /// @param top whose child the root is
  void grow(SupervisorSpec spec, Unit.Parent top) {
    Wiring wiring = Dependencies.of(spec);
    Unit root = new Unit(host, spec, "", 0, top);
    Group group = new Group(host, root);
    registry.plant(root, group);
    populate(group, wiring, "");
    connect(group, wiring, "");
    stopOrder.rewire(List.of());
  }

  private void populate(Group group, Wiring wiring, String path) {
    switch (group.spec().members()) {
      case Members.Listed _ -> {
        for (UnitSpec spec : wiring.order().getOrDefault(path, List.of())) {
          plant(group, spec, wiring, path);
        }
      }
      case Members.Pool(UnitSpec _, int size) -> resize(group, size);
    }
  }

  /// One declared unit: itself, or all its instances.
  List<Unit> plant(Group group, UnitSpec spec, Wiring wiring, String path) {
    List<Unit> planted = new ArrayList<>(1);
    String family = join(path, spec.name());
    int instances = spec instanceof ProcessSpec process ? process.instances() : 0;
    if (instances == 0) {
      planted.add(put(group, spec, spec.name(), 0));
    }
    for (int i = 1; i <= instances; i++) {
      planted.add(instance(group, (ProcessSpec) spec, i));
    }
    if (spec instanceof SupervisorSpec) {
      Group below = new Group(host, planted.getFirst());
      registry.register(planted.getFirst(), below);
      populate(below, wiring, family);
    }
    return planted;
  }

  /// One more instance of a unit that has such.
  Unit instance(Group group, ProcessSpec family, int number) {
    Unit unit = put(group, family, name(family, number), number);
    registry.index(group.path(family.name()), unit);
    return unit;
  }

  private Unit put(Group group, UnitSpec spec, String name, int instance) {
    Unit unit = new Unit(host, spec, name, instance, group);
    group.adopt(unit);
    if (!group.isPool()) {
      registry.index(unit.path(), unit);
    }
    return unit;
  }

  private void connect(Group group, Wiring wiring, String path) {
    if (group.isPool()) {
      return;
    }
    Unit before = null;
    for (Unit unit : group.children()) {
      if (unit.goal() == Goal.GONE) {
        continue;
      }
      link(unit, wiring, join(path, unit.spec.name()));
      if (group.chained() && before != null) {
        need(unit, new Unit.StartCondition.Before(before));
      }
      before = unit;
      Group below = registry.group(unit);
      if (below != null) {
        connect(below, wiring, join(path, unit.spec.name()));
      }
    }
  }

  private void link(Unit unit, Wiring wiring, String path) {
    for (Wiring.ResolvedEdge edge : wiring.edges().getOrDefault(path, List.of())) {
      for (String target : edge.targets()) {
        for (Unit other : registry.at(target)) {
          need(unit, new Unit.StartCondition.Declared(other, edge.condition()));
        }
      }
    }
  }

  private static void need(Unit unit, Unit.StartCondition link) {
    unit.needs = with(unit.needs, link);
    link.target().dependents = with(link.target().dependents, unit);
  }

  private static <T> List<T> with(List<T> list, T item) {
    List<T> longer = list.isEmpty() ? new ArrayList<>(1) : list;
    // Edges are connected unit by unit, so a repetition can only be the newest.
    if (longer.isEmpty() || !longer.getLast().equals(item)) {
      longer.add(item);
    }
    return longer;
  }

  /// Adds a unit to a running group; it comes last in start order. The whole tree with it must be
  /// sound.
  ///
  /// @throws dev.supervise.spec.InvalidWiring if its conditions name nobody
  List<Unit> add(Group group, UnitSpec spec) {
    String path = group.self.path();
    Wiring wiring =
        Dependencies.of(
            standing(
                registry.rootGroup(),
                (home, units) -> {
                  if (home == group) {
                    units.add(spec);
                  }
                }));
    List<Unit> planted = plant(group, spec, wiring, path);
    int at = group.children().size() - planted.size();
    for (Unit unit : planted) {
      link(unit, wiring, join(path, spec.name()));
      if (group.chained() && at > 0) {
        need(unit, new Unit.StartCondition.Before(group.children().get(at - 1)));
      }
      at++;
      Group below = registry.group(unit);
      if (below != null) {
        connect(below, wiring, join(path, spec.name()));
      }
      stopOrder.add(unit);
    }
    return planted;
  }

  /// Brings a unit with instances to another number of them. The whole tree with it must be sound.
  /// Surplus instances are still there, and still wired as they were: the caller takes them away.
  ///
  /// @return the new ones
  /// @throws dev.supervise.spec.InvalidWiring if somebody waits for an instance that would be gone
  /// @throws dev.supervise.spec.InvalidSpec if a sibling has a new instance's name
  List<Unit> rescale(Group group, ProcessSpec family, int instances) {
    Wiring wiring =
        Dependencies.of(
            standing(
                registry.rootGroup(),
                (home, units) -> {
                  if (home == group) {
                    units.replaceAll(unit ->
                        unit.name().equals(family.name()) ? family.withInstances(instances) : unit);
                  }
                }));
    List<Unit> now = List.copyOf(registry.at(group.path(family.name())));
    List<Unit> added = new ArrayList<>();
    for (int i = now.size() + 1; i <= instances; i++) {
      added.add(instance(group, family, i));
    }
    if (!added.isEmpty()) {
      rewire(wiring, List.of());
    }
    return added;
  }

  /// What an instance of several is called.
  static String name(ProcessSpec family, int number) {
    return family.name() + "-" + number;
  }

  /// Connects everything anew, after units came or changed, and brings every supervisor's units
  /// into start order.
  ///
  /// @param ending units that will be asked to stop next
  void rewire(Wiring wiring, List<Unit> ending) {
    disconnect(registry.rootGroup());
    order(registry.rootGroup(), wiring, "");
    connect(registry.rootGroup(), wiring, "");
    stopOrder.rewire(ending);
  }

  private void disconnect(Group group) {
    group.self.needs = List.of();
    group.self.dependents = List.of();
    if (group.isPool()) {
      return;
    }
    for (Unit child : group.children()) {
      child.needs = List.of();
      child.dependents = List.of();
      Group below = registry.group(child);
      if (below != null) {
        disconnect(below);
      }
    }
  }

  private void order(Group group, Wiring wiring, String path) {
    if (group.isPool()) {
      return;
    }
    Map<String, Integer> places = new HashMap<>();
    for (UnitSpec spec : wiring.order().getOrDefault(path, List.of())) {
      places.put(spec.name(), places.size());
    }
    group.order(
        Comparator.comparingInt(
                (Unit unit) -> places.getOrDefault(unit.spec.name(), Integer.MAX_VALUE))
            .thenComparingInt(unit -> unit.instance));
    for (Unit child : group.children()) {
      Group below = registry.group(child);
      if (below != null) {
        order(below, wiring, join(path, child.spec.name()));
      }
    }
  }

  /// What a supervisor's units are to be instead.
  interface Revision {
    /// @param units those of `group` as they stand now; to be changed in place
    void of(Group group, List<UnitSpec> units);
  }

  /// The tree as it stands now, as a specification: without what is on its way out, with as many
  /// instances as there are.
  SupervisorSpec standing(Group group, Revision revision) {
    SupervisorSpec spec = group.spec();
    if (group.isPool()) {
      return spec;
    }
    List<UnitSpec> units = new ArrayList<>();
    Map<String, Integer> instances = new HashMap<>();
    for (Unit child : group.children()) {
      if (child.goal() == Goal.GONE) {
        continue;
      }
      Group below = registry.group(child);
      if (child.instance == 0) {
        units.add(below == null ? child.spec : standing(below, revision));
      } else if (instances.merge(child.spec.name(), 1, Integer::sum) == 1) {
        units.add(child.spec);
      }
    }
    units.replaceAll(unit ->
        unit instanceof ProcessSpec process && instances.containsKey(unit.name())
            ? process.withInstances(instances.getOrDefault(unit.name(), 1))
            : unit);
    revision.of(group, units);
    return spec.withMembers(new Members.Listed(units));
  }

  /// Brings a pool to `size` children by adding at the end.
  ///
  /// @return the new ones
  List<Unit> resize(Group pool, int size) {
    if (!(pool.spec().members() instanceof Members.Pool(UnitSpec template, int _))) {
      throw new IllegalArgumentException(pool.self.path() + " is no pool");
    }
    List<Unit> added = new ArrayList<>();
    while (pool.children().size() < size) {
      String name = Integer.toString(pool.children().size() + 1);
      added.add(put(pool, template, name, 0));
    }
    return added;
  }

  /// Takes a unit that is down out of the tree, with everything below it.
  void remove(Unit unit) {
    Group below = registry.group(unit);
    if (below != null) {
      for (Unit child : List.copyOf(below.children())) {
        remove(child);
      }
    }
    unlink(unit);
    registry.unindex(unit.path(), unit);
    if (unit.instance > 0 && unit.parent instanceof Group group) {
      registry.unindex(group.path(unit.spec.name()), unit);
    }
    if (unit.parent instanceof Group group) {
      group.children().remove(unit);
    }
    registry.forget(unit);
    stopOrder.remove(unit);
    unit.aim(Goal.GONE);
  }

  /// Nobody waits for it any more; where `restForOne` tied it between two others, those are tied to
  /// each other.
  private void unlink(Unit unit) {
    Unit.StartCondition.Before before = null;
    for (Unit.StartCondition link : unit.needs) {
      link.target().dependents.remove(unit);
      if (link instanceof Unit.StartCondition.Before chain) {
        before = chain;
      }
    }
    for (Unit dependent : unit.dependents) {
      boolean tied = dependent.needs.contains(new Unit.StartCondition.Before(unit));
      dependent.needs.removeIf(link -> link.target().equals(unit));
      if (tied && before != null) {
        need(dependent, before);
        stopOrder.need(dependent, before);
      }
    }
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }
}
