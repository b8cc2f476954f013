package dev.supervise.run;

import dev.supervise.plan.Goal;
import dev.supervise.plan.ReloadPlan;
import dev.supervise.plan.UnitEvent;
import dev.supervise.plan.UnitState;
import dev.supervise.spec.App;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A tree on its way from how it was declared to how it is declared now. What the operator did
/// meanwhile stays: units he stopped stay down, pools and instances keep the number he gave them
/// unless that is what changed, units declared live stay unless the script declares them now.
///
/// What ends, ends in order, dependents first. What is new starts when all that was removed is
/// down: it may need the same port. Belongs to the loop and never waits; a second reload may come
/// before the first is through.
final class Reload {
  /// What a reload set in motion.
  ///
  /// @param coming units that are to come up
  /// @param leaving units that are on their way out
  record Begun(List<Unit> coming, List<Unit> leaving) {}

  private final Group.Host host;
  private final Registry registry;
  private final TreeBuilder builder;
  private final StopOrder stopOrder;
  private final Watcher watcher;

  /// Written by whoever starts the tree, before that, and by the loop from then on.
  private volatile Declaration declaration = Declaration.NOTHING;

  private final Set<Unit> leaving = new LinkedHashSet<>();

  /// New units that do not start while something is leaving.
  private final Set<Unit> held = new LinkedHashSet<>();

  /// Others are being told; what follows from that is looked at afterwards.
  private boolean turning;

  Reload(
      Group.Host host,
      Registry registry,
      TreeBuilder builder,
      StopOrder stopOrder,
      Watcher watcher) {
    this.host = host;
    this.registry = registry;
    this.builder = builder;
    this.stopOrder = stopOrder;
    this.watcher = watcher;
  }

  /// What the tree is declared as now. From any thread.
  Declaration declaration() {
    return declaration;
  }

  /// Takes over what nothing can refuse any more. What is started next may need to know already.
  void declare(App app) {
    declaration = declaration.followedBy(app);
    watcher.declared(declaration);
  }

  boolean holds(Unit unit) {
    return !held.isEmpty() && held.contains(unit);
  }

  /// @return empty where the tree was declared otherwise than the request assumes meanwhile
  /// @throws dev.supervise.spec.InvalidWiring what is declared now and what was declared live make
  ///   no sound tree; nothing has changed
  /// @throws dev.supervise.spec.InvalidSpec the same
  Optional<Begun> begin(Request.Reload request, Cause cause) {
    if (request.version() != declaration.version()) {
      return Optional.empty();
    }
    ReloadPlan plan = request.plan();
    ReloadPass decided = new ReloadPass(registry, builder, plan);
    declare(plan.app());
    turning = true;
    try {
      endings(decided, cause);
    } finally {
      turning = false;
    }
    return Optional.of(beginnings(decided, cause));
  }

  /// A unit's step is complete, or it was taken out of the tree.
  void changed(Unit unit) {
    // What KILL does not end holds up nothing.
    if (!unit.state().alive()) {
      leaving.remove(unit);
    }
    release();
  }

  private void release() {
    if (!turning && leaving.isEmpty() && !held.isEmpty()) {
      List<Unit> free = List.copyOf(held);
      held.clear();
      free.forEach(unit -> unit.parent.tryStart(unit, unit.because));
    }
  }

  /// Ties the tree together anew, and asks those to stop that have to.
  private void endings(ReloadPass now, Cause cause) {
    Set<Unit> stopping = new HashSet<>(now.removed);
    stopping.addAll(now.anew);
    List<Unit> inOrder = registry.inStartOrder(stopping).reversed();
    now.removed.forEach(unit -> unit.aim(Goal.GONE));
    leaving.addAll(now.removed);
    held.addAll(now.planted);
    now.planted.forEach(unit -> unit.because = cause);
    builder.rewire(now.wiring, inOrder);
    inOrder.forEach(unit -> stop(unit, cause));
    stopOrder.proceed();
    for (Unit unit : now.removed) {
      if (unit.state().run() == 0) {
        host.remove(unit);
      }
    }
    leaving.removeIf(unit -> !unit.state().alive());
  }

  private Begun beginnings(ReloadPass now, Cause cause) {
    release();
    now.anew.forEach(unit -> unit.parent.tryStart(unit, cause));
    now.wanted.forEach(unit -> unit.parent.tryStart(unit, cause));
    host.rewired(cause);
    List<Unit> coming = new ArrayList<>(now.anew);
    coming.addAll(now.planted);
    coming.addAll(now.wanted);
    coming.removeIf(unit -> !unit.goal().wantsStart() || !unit.parent.active());
    return new Begun(coming, List.copyOf(now.removed));
  }

  /// Marks it; it is told when what depends on it is down.
  private static void stop(Unit unit, Cause cause) {
    if (unit.goal() != Goal.GONE) {
      unit.count(unit.condition.tally().reset());
    }
    unit.because = cause;
    boolean pausing = unit.state() instanceof UnitState.BackingOff;
    unit.apply(new UnitEvent.Stop());
    if (pausing && unit.parent instanceof Group group) {
      group.forget(unit);
    }
  }
}
