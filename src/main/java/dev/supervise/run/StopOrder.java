package dev.supervise.run;

import dev.supervise.plan.UnitEvent;
import dev.supervise.plan.UnitState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// The order in which units are told to end: each when nothing that depends on it is on its way
/// down any more. Dependence goes through any chain of units, whatever has become of those in
/// between: what waits for a migration depends on the database that the migration ran against. Who
/// is not on its way down holds up nobody.
///
/// What holds a unit back is counted at its [StopGate] and not looked for, so that the stop of a
/// whole tree costs no more than its units and edges together. Belongs to the loop.
final class StopOrder {
  /// Units told between two looks at the mailbox.
  private static final int SLICE = 128;

  private final Loop loop;
  private final Registry registry;

  /// Declared, and to count only where they close no circle.
  private final List<StopTie> doubtful = new ArrayList<>();

  /// Units that are on their way down by how the tree was wired before.
  private final Set<StopGate> going = new HashSet<>();

  /// Of units that are out of the tree, and still pass on.
  private final Set<StopGate> ghosts = new LinkedHashSet<>();

  private final Deque<Unit> opened = new ArrayDeque<>();
  private final StopGate.Listener listener =
      new StopGate.Listener() {
        @Override
        public void opened(StopGate gate) {
          StopOrder.this.opened(gate.unit);
        }

        @Override
        public void over(StopGate gate) {
          ghosts.remove(gate);
        }
      };

  private boolean rewiring;

  StopOrder(Loop loop, Registry registry) {
    this.loop = loop;
    this.registry = registry;
  }

  // ---- what becomes of units ----

  /// A unit's state was replaced. One that was asked to stop, and that nothing holds back, is told
  /// by the next [#proceed], when the mail at hand is handled at the latest.
  void moved(Unit unit) {
    if (inPool(unit) && unit.gate == null && !hasToBeCounted(unit)) {
      opened(unit);
      return;
    }
    StopGate gate = gate(unit);
    if (inPool(unit) && gate.home != null) {
      gate.home.hold(gate);
    }
    gate.become(unit.state());
    arrived(gate, unit.state());
    if (gate.open()) {
      opened(unit);
    }
    if (inPool(unit) && !gate.leaving()) {
      unit.gate = null;
      gate.remove();
    }
  }

  private static boolean inPool(Unit unit) {
    return unit.parent instanceof Group group && group.isPool();
  }

  /// A pool's child has no edges of its own, and a gate only where the pool's does not say it all:
  /// there may be a million.
  private boolean hasToBeCounted(Unit child) {
    StopGate pool = child.parent instanceof Group group ? gate(group.self) : gate(child);
    boolean goes = child.state() instanceof UnitState.Stopping && child.state().alive();
    return goes && (!pool.leaving() || pool.holdsInside());
  }

  /// When those are down that went by it, nothing of how the tree was wired before counts any more.
  private void arrived(StopGate gate, UnitState state) {
    if (!state.alive() && going.remove(gate) && going.isEmpty()) {
      wire(edges(gates(), this::touchesGhost));
    }
  }

  private void opened(Unit unit) {
    if (rewiring || !unit.held()) {
      return;
    }
    if (opened.isEmpty()) {
      loop.postUrgent(new Message.Opened());
    }
    opened.add(unit);
  }

  /// Tells the next of those that nothing holds back.
  void proceed() {
    for (int i = 0; i < SLICE && !opened.isEmpty(); i++) {
      Unit unit = opened.remove();
      if (unit.gate == null || unit.gate.open()) {
        unit.apply(new UnitEvent.Proceed());
      }
    }
    if (!opened.isEmpty()) {
      loop.postUrgent(new Message.Opened());
    }
  }

  // ---- edges ----

  private StopGate gate(Unit unit) {
    if (unit.gate instanceof StopGate known) {
      return known;
    }
    StopGate gate =
        unit.parent instanceof Group group
            ? new StopGate(unit, gate(group.self), listener)
            : new StopGate(unit, null, listener);
    unit.gate = gate;
    return gate;
  }

  /// A unit was declared while the tree runs, with all below it.
  void add(Unit unit) {
    List<StopGate> added = new ArrayList<>(List.of(gate(unit)));
    Group below = registry.group(unit);
    if (below != null) {
      collect(below, added);
    }
    List<StopTie> ties = new ArrayList<>();
    added.forEach(gate -> declared(gate.unit, ties));
    ties.forEach(StopTie::tie);
    tieDoubtful();
  }

  /// The unit is down and taken out of the tree.
  void remove(Unit unit) {
    if (unit.gate instanceof StopGate gate) {
      unit.gate = null;
      gate.remove();
      arrived(gate, unit.state());
      if (!gate.over()) {
        ghosts.add(gate);
      }
    }
  }

  /// A start condition came in the place of another.
  void need(Unit unit, Unit.StartCondition link) {
    List<StopTie> ties = new ArrayList<>();
    needs(unit, link, ties);
    ties.forEach(StopTie::tie);
    tieDoubtful();
  }

  /// What is declared of one unit.
  private void declared(Unit unit, List<StopTie> certain) {
    if (unit.parent instanceof Group group) {
      // What waits for a supervisor does not wait for a child that is not started with it; that
      // one may even wait for what does.
      add(new StopTie.Inside(gate(group.self), gate(unit)), unit.startsByItself(), certain);
      unit.needs.forEach(link -> needs(unit, link, certain));
    }
  }

  private void needs(Unit unit, Unit.StartCondition link, List<StopTie> certain) {
    switch (link) {
      case Unit.StartCondition.Declared(Unit target, var _) -> certain.add(needs(unit, target));
      case Unit.StartCondition.Before(Unit target) -> {
        add(needs(unit, target), target.startsByItself(), certain);
        Unit steady = target;
        while (steady != null && !steady.startsByItself()) {
          steady = RestForOneOrder.directlyBefore(steady);
        }
        if (steady != null && steady != target) {
          certain.add(needs(unit, steady));
        }
      }
    }
  }

  private StopTie needs(Unit unit, Unit target) {
    return new StopTie.Needs(gate(unit), gate(target));
  }

  private void add(StopTie tie, boolean sure, List<StopTie> certain) {
    (sure ? certain : doubtful).add(tie);
  }

  private void tieDoubtful() {
    StopCircles.tieSound(doubtful, this::children);
    doubtful.clear();
  }

  // ---- the whole tree ----

  /// The tree was wired, or wired anew. What is on its way down goes by how it was wired before,
  /// and by what is new where that is no contradiction.
  ///
  /// @param ending units that will be asked to stop next
  void rewire(Collection<Unit> ending) {
    List<StopGate> gates = gates();
    gates.stream().filter(StopGate::leaving).forEach(going::add);
    ending.stream().filter(unit -> unit.state().alive()).map(this::gate).forEach(going::add);
    wire(going.isEmpty() ? List.of() : edges(gates, _ -> true));
  }

  private void wire(List<StopTie> former) {
    List<StopGate> gates = gates();
    List<StopTie> certain = new ArrayList<>();
    gates.forEach(gate -> {
      if (gate.unit.gate == gate && !inPool(gate.unit)) {
        declared(gate.unit, certain);
      }
    });
    rewiring = true;
    gates.forEach(StopGate::disregard);
    gates.forEach(StopGate::clear);
    former.forEach(StopTie::tie);
    certain.forEach(StopTie::tie);
    if (!former.isEmpty() && StopCircles.any(gates)) {
      certain.forEach(StopTie::untie);
      StopCircles.tieSound(certain, this::children);
    }
    tieDoubtful();
    for (StopGate gate : gates) {
      if (gate.unit.gate == gate) {
        moved(gate.unit);
      }
    }
    rewiring = false;
    // What held them back may be gone.
    for (StopGate gate : gates.reversed()) {
      if (gate.open()) {
        opened(gate.unit);
      }
    }
  }

  /// In start order, those below a unit after it; then those of units that are out of the tree.
  private List<StopGate> gates() {
    List<StopGate> gates = new ArrayList<>();
    gates.add(gate(registry.root()));
    collect(registry.rootGroup(), gates);
    gates.addAll(ghosts);
    return gates;
  }

  private void collect(Group group, List<StopGate> gates) {
    if (group.isPool()) {
      gates.addAll(gate(group.self).inside());
      return;
    }
    for (Unit child : group.children()) {
      gates.add(gate(child));
      Group below = registry.group(child);
      if (below != null) {
        collect(below, gates);
      }
    }
  }

  private static List<StopTie> edges(List<StopGate> gates, Predicate<StopTie> such) {
    List<StopTie> edges = new ArrayList<>();
    for (StopGate gate : gates) {
      gate.needs().forEach(need -> edges.add(new StopTie.Needs(gate, need)));
      gate.inside().forEach(child -> edges.add(new StopTie.Inside(gate, child)));
    }
    edges.removeIf(tie -> inPool(tie.to().unit) || !such.test(tie));
    return edges;
  }

  private boolean touchesGhost(StopTie tie) {
    return ghosts.contains(tie.from()) || ghosts.contains(tie.to());
  }

  /// All gates whose home is that of a supervisor, but for its pool's.
  private List<StopGate> children(StopGate home) {
    List<StopGate> children = new ArrayList<>();
    Group group = registry.group(home.unit);
    if (group != null && !group.isPool()) {
      group.children().forEach(child -> children.add(gate(child)));
    }
    for (StopGate ghost : ghosts) {
      if (ghost.home == home) {
        children.add(ghost);
      }
    }
    return children;
  }
}
