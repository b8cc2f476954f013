package dev.supervise.run;

import dev.supervise.plan.Goal;
import dev.supervise.spec.Dependencies;
import dev.supervise.spec.Members;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Strategy;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Wiring;
import java.util.ArrayList;
import java.util.List;

/// Makes units out of specifications, and takes them away. Starts and stops nothing.
final class Growth {
  private final Tree tree;

  Growth(Tree tree) {
    this.tree = tree;
  }

  /// The whole tree, with its start conditions connected.
  Unit grow(SupervisorSpec spec) {
    Wiring wiring = Dependencies.of(spec);
    Unit root = new Unit(tree, spec, "", 0, tree.new Top());
    Group group = new Group(root);
    tree.register(root, group);
    tree.index("", root);
    populate(group, wiring, "");
    connect(group, wiring, "");
    return root;
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
  private List<Unit> plant(Group group, UnitSpec spec, Wiring wiring, String path) {
    List<Unit> planted = new ArrayList<>(1);
    String family = join(path, spec.name());
    int instances = spec instanceof ProcessSpec process ? process.instances() : 0;
    if (instances == 0) {
      planted.add(put(group, spec, spec.name(), 0));
    }
    for (int i = 1; i <= instances; i++) {
      Unit unit = put(group, spec, spec.name() + "-" + i, i);
      tree.index(family, unit);
      planted.add(unit);
    }
    if (spec instanceof SupervisorSpec) {
      Group below = new Group(planted.getFirst());
      tree.register(planted.getFirst(), below);
      populate(below, wiring, family);
    }
    return planted;
  }

  private Unit put(Group group, UnitSpec spec, String name, int instance) {
    Unit unit = new Unit(tree, spec, name, instance, group);
    group.adopt(unit);
    if (!group.isPool()) {
      tree.index(unit.path(), unit);
    }
    return unit;
  }

  private void connect(Group group, Wiring wiring, String path) {
    boolean chained = group.spec().strategy() == Strategy.REST_FOR_ONE;
    for (int i = 0; i < group.children().size(); i++) {
      Unit unit = group.children().get(i);
      if (group.isPool()) {
        return;
      }
      link(unit, wiring, join(path, unit.spec.name()));
      if (chained && i > 0) {
        need(unit, new Link.Before(group.children().get(i - 1)));
      }
      Group below = tree.group(unit);
      if (below != null) {
        connect(below, wiring, join(path, unit.spec.name()));
      }
    }
  }

  private void link(Unit unit, Wiring wiring, String path) {
    for (Wiring.ResolvedEdge edge : wiring.edges().getOrDefault(path, List.of())) {
      for (String target : edge.targets()) {
        for (Unit other : tree.at(target)) {
          need(unit, new Link.Declared(other, edge.condition()));
        }
      }
    }
  }

  private static void need(Unit unit, Link link) {
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
    Wiring wiring = Dependencies.of(declared(tree.rootGroup(), group, spec));
    List<Unit> planted = plant(group, spec, wiring, path);
    int at = group.children().size() - planted.size();
    for (Unit unit : planted) {
      link(unit, wiring, join(path, spec.name()));
      if (group.spec().strategy() == Strategy.REST_FOR_ONE && at > 0) {
        need(unit, new Link.Before(group.children().get(at - 1)));
      }
      at++;
      Group below = tree.group(unit);
      if (below != null) {
        connect(below, wiring, join(path, spec.name()));
      }
    }
    return planted;
  }

  /// The tree as it stands now, as a specification, with one unit more.
  private SupervisorSpec declared(Group group, Group extended, UnitSpec extra) {
    SupervisorSpec spec = group.spec();
    if (group.isPool()) {
      return spec;
    }
    List<UnitSpec> units = new ArrayList<>();
    for (Unit child : group.children()) {
      Group below = tree.group(child);
      UnitSpec now = below == null ? child.spec : declared(below, extended, extra);
      if (units.isEmpty() || !units.getLast().name().equals(now.name())) {
        units.add(now);
      }
    }
    if (group == extended) {
      units.add(extra);
    }
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
    Group below = tree.group(unit);
    if (below != null) {
      for (Unit child : List.copyOf(below.children())) {
        remove(child);
      }
    }
    for (Link link : unit.needs) {
      link.target().dependents.remove(unit);
    }
    tree.unindex(unit.path(), unit);
    if (unit.instance > 0 && unit.place instanceof Group group) {
      tree.unindex(group.path(unit.spec.name()), unit);
    }
    if (unit.place instanceof Group group) {
      group.children().remove(unit);
    }
    tree.forget(unit);
    unit.aim(Goal.GONE);
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }
}
