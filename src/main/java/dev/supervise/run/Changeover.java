package dev.supervise.run;

import dev.supervise.plan.Change;
import dev.supervise.plan.Difference;
import dev.supervise.plan.Goal;
import dev.supervise.plan.ReloadPlan;
import dev.supervise.plan.UnitEvent;
import dev.supervise.plan.UnitState;
import dev.supervise.spec.Dependencies;
import dev.supervise.spec.Members;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Wiring;
import dev.supervise.worker.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A tree on its way from how it was declared to how it is declared now. What the operator did
/// meanwhile stays: units he stopped stay down, pools and instances keep the number he gave them
/// unless that is what changed, units declared live stay unless the script declares them now.
///
/// What ends, ends in order, dependents first. What is new starts when all that was removed is
/// down: it may need the same port. Belongs to the loop and never waits; a second reload may come
/// before the first is through.
final class Changeover {
  /// Words that decide how a run comes up: changed while it does, it has to begin again.
  private static final Set<String> COMING_UP =
      Set.of("ready", "preStart", "postStart", "startRetries", "upFor");

  /// What a reload set in motion.
  ///
  /// @param coming units that are to come up
  /// @param leaving units that are on their way out
  record Begun(List<Unit> coming, List<Unit> leaving) {}

  private final Tree tree;

  /// Asked to stop, but not told yet: each with what depended on it and has to be down before.
  private final Map<Unit, List<Unit>> ending = new LinkedHashMap<>();

  private final Set<Unit> leaving = new LinkedHashSet<>();

  /// Others are being told; what follows from that is looked at afterwards.
  private boolean turning;

  /// New units that do not start while something is leaving.
  private final Set<Unit> held = new LinkedHashSet<>();

  Changeover(Tree tree) {
    this.tree = tree;
  }

  boolean holds(Unit unit) {
    return !held.isEmpty() && held.contains(unit);
  }

  /// @throws dev.supervise.spec.InvalidWiring what is declared now and what was declared live make
  ///   no sound tree; nothing has changed
  /// @throws dev.supervise.spec.InvalidSpec the same
  Begun begin(SupervisorSpec now, ReloadPlan plan, Cause cause) {
    Pass pass = new Pass(plan, cause);
    pass.wiring = Dependencies.of(pass.target(tree.rootGroup(), now, ""));
    pass.supervisor(tree.root(), tree.rootGroup(), now, "");
    return pass.carryOut();
  }

  /// A unit's step is complete.
  void changed() {
    boolean idle = ending.isEmpty() && leaving.isEmpty() && held.isEmpty();
    if (idle || turning) {
      return;
    }
    turning = true;
    boolean told;
    do {
      // Who is told may be what others have to wait for.
      told = proceed();
    } while (told);
    turning = false;
    if (!leaving.isEmpty()) {
      // What KILL does not end holds up nothing.
      leaving.removeIf(unit -> !unit.state().alive());
    }
    release();
  }

  private void release() {
    if (leaving.isEmpty() && !held.isEmpty()) {
      List<Unit> free = List.copyOf(held);
      held.clear();
      free.forEach(unit -> unit.place.tryStart(unit, unit.because));
    }
  }

  /// Tells those that nobody who depends on them keeps up any more.
  ///
  /// @return whether there were any
  private boolean proceed() {
    boolean any = false;
    for (Unit unit : List.copyOf(ending.keySet())) {
      List<Unit> before = ending.get(unit);
      if (before != null && before.stream().noneMatch(Changeover::stillEnding)) {
        ending.remove(unit);
        unit.apply(new UnitEvent.Proceed());
        any = true;
      }
    }
    return any;
  }

  private static boolean stillEnding(Unit dependent) {
    return dependent.state() instanceof UnitState.Stopping && dependent.state().alive();
  }

  /// One reload.
  private final class Pass {
    private final Map<String, Change.Kind> kinds = new HashMap<>();
    private final Map<String, List<String>> why = new HashMap<>();
    private final Cause cause;
    private final Growth growth = new Growth(tree);
    private final List<Unit> anew = new ArrayList<>();
    private final List<Unit> removed = new ArrayList<>();
    private final List<Unit> planted = new ArrayList<>();
    private final List<Unit> wanted = new ArrayList<>();
    private Wiring wiring = new Wiring(Map.of(), Map.of());

    Pass(ReloadPlan plan, Cause cause) {
      this.cause = cause;
      for (Change change : plan.changes()) {
        boolean unit = !change.unit().equals("task") && !change.unit().equals("schedule");
        if (unit && change.kind() != Change.Kind.REMOVE) {
          kinds.put(change.path(), change.kind());
          why.put(change.path(), change.why());
        }
      }
    }

    private Change.Kind kind(String path) {
      return kinds.getOrDefault(path, Change.Kind.KEEP);
    }

    // ---- what it will be ----

    /// The tree that stands when all is done, with what the operator made of it.
    SupervisorSpec target(Group group, SupervisorSpec now, String path) {
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
        Group below = tree.group(family.getFirst());
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
          Group below = tree.group(family.getFirst());
          units.add(
              below == null
                  ? family.getFirst().spec
                  : growth.standing(below, (home, inside) -> {}));
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

    void supervisor(Unit unit, Group group, SupervisorSpec now, String path) {
      SupervisorSpec was = group.spec();
      follow(unit, now, false, path);
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
            follow(child, template, replaced, path);
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
        wanted.addAll(growth.resize(pool, size));
      }
    }

    private void member(Group group, UnitSpec spec, String path, List<Unit> family) {
      if (family.isEmpty()) {
        if (!staysAway(path)) {
          planted.addAll(growth.plant(group, spec, wiring, group.self.path()));
        }
        return;
      }
      Unit first = family.getFirst();
      boolean many = spec instanceof ProcessSpec process && process.instances() > 0;
      boolean same = first.spec.kind().equals(spec.kind()) && first.instance > 0 == many;
      if (!same) {
        removed.addAll(family);
        planted.addAll(growth.plant(group, spec, wiring, group.self.path()));
        return;
      }
      // Declared live, and in the script now.
      boolean live = family.stream().filter(group.declaredLive()::remove).count() > 0;
      boolean replaced =
          live
              ? ReloadPlan.differences(first.spec, spec).stream().anyMatch(ReloadPlan::needsRun)
              : kind(path) == Change.Kind.REPLACE;
      Group below = tree.group(first);
      if (spec instanceof SupervisorSpec inner && below != null) {
        supervisor(first, below, inner, path);
        return;
      }
      int instances = many ? instances((ProcessSpec) spec, family, path) : 1;
      for (Unit unit : family) {
        if (unit.instance > instances) {
          removed.add(unit);
        } else {
          follow(unit, spec, replaced, path);
        }
      }
      for (int i = family.size() + 1; i <= instances; i++) {
        planted.add(growth.instance(group, (ProcessSpec) spec, i));
      }
    }

    /// From now on, or from its next run on, a unit lives by `spec`.
    private void follow(Unit unit, UnitSpec spec, boolean replaced, String path) {
      boolean released =
          !unit.spec.policy().autostart()
              && spec.policy().autostart()
              && unit.state() instanceof UnitState.Idle;
      boolean again =
          replaced
              || unit.state() instanceof UnitState.Starting
                  && kind(path) == Change.Kind.ADJUST
                  && ReloadPlan.differences(unit.spec, spec).stream()
                      .map(Difference::word)
                      .anyMatch(COMING_UP::contains);
      boolean later =
          unit.state().run() != 0
              && (unit.isToChange()
                  || kind(path) != Change.Kind.KEEP
                      && (again || unit.state() instanceof UnitState.Stopping));
      if (later) {
        unit.followedBy(spec);
      } else {
        watchAnew(unit, spec, path);
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

    private void watchAnew(Unit unit, UnitSpec spec, String path) {
      if (unit.state() instanceof UnitState.Running
          && why.getOrDefault(path, List.of()).stream()
              .anyMatch(each -> each.startsWith("alive"))) {
        if (unit.spec.policy().lifecycle().alive().isPresent()) {
          unit.run.perform(new Action.EndProbes());
        }
        spec.policy()
            .lifecycle()
            .alive()
            .ifPresent(liveness -> unit.run.perform(new Action.Watch(liveness)));
      }
    }

    // ---- carried out ----

    Begun carryOut() {
      Set<Unit> stopping = new HashSet<>(removed);
      stopping.addAll(anew);
      List<Unit> inOrder = new ArrayList<>();
      collect(tree.rootGroup(), stopping, inOrder);
      Map<Unit, List<Unit>> dependents = new LinkedHashMap<>();
      for (Unit unit : inOrder.reversed()) {
        dependents.put(unit, List.copyOf(Chain.dependents(unit)));
      }
      removed.forEach(unit -> unit.aim(Goal.GONE));
      leaving.addAll(removed);
      held.addAll(planted);
      planted.forEach(unit -> unit.because = cause);
      growth.rewire(wiring);
      turning = true;
      dependents.keySet().forEach(this::stop);
      for (Unit unit : removed) {
        if (unit.state().run() == 0) {
          tree.remove(unit);
        }
      }
      dependents.forEach((unit, before) -> {
        if (unit.state() instanceof UnitState.Stopping) {
          ending.put(unit, before);
        }
      });
      turning = false;
      changed();
      anew.forEach(unit -> unit.place.tryStart(unit, cause));
      wanted.forEach(unit -> unit.place.tryStart(unit, cause));
      tree.waitAnew(cause);
      List<Unit> coming = new ArrayList<>(anew);
      coming.addAll(planted);
      coming.addAll(wanted);
      coming.removeIf(unit -> !unit.goal().wantsStart() || !unit.place.active());
      return new Begun(coming, List.copyOf(removed));
    }

    /// In start order, those below a unit after it.
    private void collect(Group group, Set<Unit> such, List<Unit> inOrder) {
      for (Unit child : group.children()) {
        if (such.contains(child)) {
          inOrder.add(child);
        }
        Group below = tree.group(child);
        if (below != null) {
          collect(below, such, inOrder);
        }
      }
    }

    /// Marks it; it is told when what depends on it is down.
    private void stop(Unit unit) {
      if (unit.goal() != Goal.GONE) {
        unit.count(unit.condition.tally().reset());
      }
      unit.because = cause;
      boolean pausing = unit.state() instanceof UnitState.BackingOff;
      unit.apply(new UnitEvent.Stop());
      if (pausing && unit.place instanceof Group group) {
        group.forget(unit);
      }
    }
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }
}
