package dev.supervise.run;

import dev.supervise.plan.Goal;
import dev.supervise.plan.UnitEvent;
import dev.supervise.plan.UnitState;
import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.InvalidWiring;
import dev.supervise.spec.UnitSpec;
import dev.supervise.worker.Action;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/// Carries out what is asked of the tree from outside. A request that takes time is answered when
/// what it asked for is true of every unit concerned; meanwhile the loop goes on.
final class Requests {
  /// How the tree comes to its end.
  interface Shutdown {
    void begin(boolean kill, Cause cause);
  }

  private final Group.Host host;
  private final Registry registry;
  private final TreeBuilder builder;
  private final StopOrder stopOrder;
  private final Reload reload;
  private final Shutdown shutdown;
  private final UnitNames names;
  private final Waiters watches;
  private final Scaling scaling;
  private boolean removed;

  /// Why the request at hand is carried out.
  private Cause asked = Cause.NONE;

  Requests(
      Group.Host host,
      Registry registry,
      TreeBuilder builder,
      StopOrder stopOrder,
      Reload reload,
      Transitions transitions,
      Shutdown shutdown) {
    this.host = host;
    this.registry = registry;
    this.builder = builder;
    this.stopOrder = stopOrder;
    this.reload = reload;
    this.shutdown = shutdown;
    this.names = new UnitNames(registry);
    this.watches = new Waiters(host.loop(), registry, transitions);
    this.scaling = new Scaling(host, registry, builder, names, watches, this::gone);
  }

  void carryOut(Request request, Cause cause, CompletableFuture<Reply> reply) {
    asked = cause;
    if (!host.running()) {
      reply.complete(new Reply.Refused("no tree is running"));
      return;
    }
    if (!host.staying() && bringsUp(request)) {
      reply.complete(new Reply.Refused("everything is being stopped: nothing is started any more"));
      return;
    }
    try {
      switch (request) {
        case Request.Start(var which) -> start(names.find(which), reply);
        case Request.Stop(var which) -> stop(names.find(which), reply);
        case Request.Restart(var which) -> restart(names.find(which), reply);
        case Request.Signal(var which, int signal, boolean group) ->
            signal(names.find(which), signal, group, reply);
        case Request.Scale(String name, int size) -> scaling.to(name, size, asked, reply);
        case Request.Add(String pool, int count) -> scaling.by(pool, count, asked, reply);
        case Request.Remove(String name) -> remove(name, reply);
        case Request.Declare(String supervisor, UnitSpec spec) -> declare(supervisor, spec, reply);
        case Request.Await(var which, Until until) -> await(which, until, reply);
        case Request.Reload become -> reload(become, reply);
        case Request.Down(boolean kill) -> {
          reply.complete(new Reply.Done(kill ? "killing everything" : "stopping"));
          shutdown.begin(kill, asked);
        }
      }
    } catch (UnitNames.Unknown unknown) {
      reply.complete(new Reply.NoSuchUnit(String.valueOf(unknown.getMessage())));
    } catch (InvalidSpec | InvalidWiring invalid) {
      reply.complete(new Reply.Refused(String.valueOf(invalid.getMessage())));
    }
  }

  /// Whether it wants something to run that may not run yet.
  private static boolean bringsUp(Request request) {
    return switch (request) {
      case Request.Start _, Request.Restart _, Request.Declare _, Request.Scale _ -> true;
      case Request.Add _, Request.Reload _ -> true;
      case Request.Await(var _, Until until) -> until != Until.DOWN;
      case Request.Stop _, Request.Remove _, Request.Signal _, Request.Down _ -> false;
    };
  }

  /// A unit's step is complete: is somebody waiting for it?
  void changed(Unit unit) {
    watches.changed(unit);
  }

  /// Whether something is down only because it was asked to be, or stuck on its way to another run:
  /// then the tree has not ended.
  boolean keepsOpen() {
    return removed && registry.rootGroup().children().isEmpty() || stopped(registry.rootGroup());
  }

  private boolean stopped(Group group) {
    for (Unit unit : group.children()) {
      if (unit.goal() == Goal.DOWN && unit.spec.policy().autostart()) {
        return true;
      }
      // It is to run again as soon as it ends.
      if (unit.goal().wantsStart() && unit.state() instanceof UnitState.Stuck) {
        return true;
      }
      Group below = registry.group(unit);
      if (below != null && stopped(below)) {
        return true;
      }
    }
    return false;
  }

  /// The units that are meant; none of them below another is left out.
  Lookup look(Selector which) {
    long now = host.loop().now();
    try {
      return new Lookup.Units(
          names.find(which).stream().map(unit -> Snapshots.of(registry, unit, now)).toList());
    } catch (UnitNames.Unknown unknown) {
      return new Lookup.NoSuchUnit(String.valueOf(unknown.getMessage()));
    }
  }

  /// The tree is down: nobody waits any longer.
  void close() {
    watches.close();
  }

  /// Wanted from now on, and with it all it needs and the supervisors around it.
  private void start(List<Unit> units, CompletableFuture<Reply> reply) {
    Set<Unit> wanted = new LinkedHashSet<>();
    for (Unit unit : units) {
      need(unit, wanted);
    }
    List<Unit> up = units.stream().filter(Requests::isUp).toList();
    String already = list(up) + (up.size() == 1 ? " is running already" : " are running already");
    wanted.removeIf(Requests::isUp);
    if (wanted.isEmpty()) {
      reply.complete(new Reply.Done(already));
      return;
    }
    for (Unit unit : wanted) {
      if (!unit.goal().wantsStart() || unit.state() instanceof UnitState.GaveUp) {
        unit.count(unit.condition.tally().reset());
        unit.aim(Unit.wanted(unit.spec));
      }
    }
    for (Unit unit : wanted) {
      if (unit.state().run() == 0 && !(unit.state() instanceof UnitState.BackingOff)) {
        unit.parent.tryStart(unit, asked);
      }
    }
    List<Unit> down = new ArrayList<>(units);
    down.removeAll(up);
    List<Unit> started = down.isEmpty() ? List.copyOf(wanted) : down;
    String text = "started " + list(started);
    wanted.addAll(units);
    watches.add(
        List.copyOf(wanted), started, Aim.UP, reply, up.isEmpty() ? text : text + "; " + already);
  }

  private static boolean isUp(Unit unit) {
    return unit.goal().wantsStart() && unit.state() instanceof UnitState.Running;
  }

  private static void need(Unit unit, Set<Unit> wanted) {
    if (unit.parent instanceof Group group) {
      if (!group.self.path().isEmpty()) {
        need(group.self, wanted);
      }
      for (Unit.StartCondition link : unit.needs) {
        if (link instanceof Unit.StartCondition.Declared(Unit target, var _)
            && !wanted.contains(target)) {
          boolean met = link.holds() == dev.supervise.plan.StartConditions.Holds.YES;
          if (!met) {
            need(target, wanted);
          }
        }
      }
      wanted.add(unit);
    }
  }

  private void stop(List<Unit> units, CompletableFuture<Reply> reply) {
    units.forEach(unit -> unit.aim(Goal.DOWN));
    end(units);
    recount(units);
    // One that has not begun takes no step; who waits for its start is told all the same.
    units.forEach(watches::changed);
    String dependents =
        units.stream()
            .flatMap(unit -> unit.dependents.stream())
            .filter(unit -> unit.state().alive() && !units.contains(unit))
            .map(Unit::path)
            .distinct()
            .collect(Collectors.joining(", "));
    String text = "stopped " + list(units);
    watches.add(
        units,
        Aim.STOPPED,
        reply,
        dependents.isEmpty() ? text : text + "; it is needed by " + dependents);
  }

  /// All are asked before any of them is told: those that others of them depend on go last.
  private void end(List<Unit> units) {
    List<Unit> inOrder =
        units.size() == 1 ? units : registry.inStartOrder(Set.copyOf(units)).reversed();
    for (Unit unit : inOrder) {
      unit.because = asked;
      boolean pausing = unit.state() instanceof UnitState.BackingOff;
      unit.apply(new UnitEvent.Stop());
      if (pausing && unit.parent instanceof Group group) {
        group.forget(unit);
      }
    }
    stopOrder.proceed();
  }

  /// Stopping with a goal of UP: the group starts it again as soon as it is down. What could not be
  /// started again is not ended either.
  private void restart(List<Unit> units, CompletableFuture<Reply> reply) {
    Prospects prospects = new Prospects(host.loop().now());
    Set<Unit> members = new LinkedHashSet<>(units);
    for (Unit unit : units) {
      Optional<String> hindrance = prospects.hindrance(unit, members);
      if (hindrance.isPresent()) {
        reply.complete(new Reply.Refused(hindrance.get() + "; nothing was restarted"));
        return;
      }
    }
    List<Unit> down = new ArrayList<>();
    for (Unit unit : units) {
      unit.aim(Unit.wanted(unit.spec));
      unit.count(unit.condition.tally().reset());
      if (unit.state().run() == 0) {
        down.add(unit);
      }
    }
    end(units);
    down.forEach(unit -> unit.parent.tryStart(unit, asked));
    watches.add(units, Aim.UP, reply, "restarted " + list(units));
  }

  /// Their supervisors do not wait for them to come up any more.
  private static void recount(List<Unit> units) {
    Set<Group> homes = new LinkedHashSet<>();
    for (Unit unit : units) {
      if (unit.parent instanceof Group group) {
        homes.add(group);
      }
    }
    homes.forEach(Group::recount);
  }

  private void declare(String supervisor, UnitSpec spec, CompletableFuture<Reply> reply) {
    Unit parent = supervisor.isEmpty() ? registry.root() : names.one(supervisor);
    Group group = registry.group(parent);
    if (group == null || group.isPool()) {
      String kind = group == null ? parent.spec.kind() : "pool, whose children come by scale";
      reply.complete(new Reply.Refused("'" + supervisor + "' is a " + kind));
      return;
    }
    if (!registry.at(group.path(spec.name())).isEmpty()) {
      reply.complete(
          new Reply.Refused("'" + group.path(spec.name()) + "' exists already; remove it first"));
      return;
    }
    List<Unit> added = builder.add(group, spec);
    added.forEach(group::declaredLive);
    added.forEach(unit -> group.tryStart(unit, asked));
    watches.add(added, Aim.UP, reply, "added " + list(added));
  }

  private void remove(String name, CompletableFuture<Reply> reply) {
    List<Unit> units = names.find(Selector.of(name));
    Unit first = units.getFirst();
    Group pool = registry.group(first);
    boolean itself =
        units.size() == 1
            && (pool == null || !pool.isPool())
            && (first.path().equals(name) || first.path().endsWith("/" + name));
    if (!itself) {
      scaling.by(name, -1, asked, reply);
      return;
    }
    for (Unit unit : units) {
      if (unit == registry.root()) {
        reply.complete(new Reply.Refused("the root cannot be removed; stop the tree instead"));
        return;
      }
      for (Unit dependent : unit.dependents) {
        boolean declared =
            dependent.needs.stream()
                .anyMatch(
                    link -> link instanceof Unit.StartCondition.Declared && link.target() == unit);
        if (declared && !units.contains(dependent)) {
          reply.complete(
              new Reply.Refused(
                  "'"
                      + unit.path()
                      + "' is needed by '"
                      + dependent.path()
                      + "'; remove that first"));
          return;
        }
      }
    }
    removed = true;
    gone(units, reply, "removed " + list(units));
  }

  private void gone(List<Unit> units, CompletableFuture<Reply> reply, String text) {
    units.forEach(unit -> unit.aim(Goal.GONE));
    end(units);
    for (Unit unit : units) {
      if (unit.state().run() == 0) {
        host.remove(unit);
      }
    }
    recount(units);
    watches.add(units, Aim.GONE, reply, text);
  }

  private void await(Selector which, Until until, CompletableFuture<Reply> reply) {
    List<Unit> units = which.all() ? expected(registry.rootGroup()) : names.find(which);
    switch (until) {
      case READY -> watches.add(units, Aim.READY, reply, "ready: " + list(units));
      case DONE -> watches.add(units, Aim.DONE, reply, "done: " + list(units));
      case REACHED -> watches.add(units, Aim.REACHED, reply, "goals reached: " + list(units));
      case DOWN -> watches.add(units, Aim.DOWN, reply, "down: " + list(units));
    }
  }

  /// All units below that are wanted up or done, supervisors themselves aside.
  private List<Unit> expected(Group group) {
    List<Unit> units = new ArrayList<>();
    for (Unit unit : group.children()) {
      Group below = registry.group(unit);
      if (unit.goal().wantsStart() && below == null) {
        units.add(unit);
      } else if (unit.goal().wantsStart() && below != null) {
        units.addAll(expected(below));
      }
    }
    return units;
  }

  private void reload(Request.Reload become, CompletableFuture<Reply> reply) {
    Optional<Reload.Begun> begun = reload.begin(become, asked);
    if (begun.isEmpty()) {
      reply.complete(new Reply.Refused("another reload came in between; ask again"));
      return;
    }
    String text = become.plan().summary();
    CompletableFuture<Reply> gone = new CompletableFuture<>();
    CompletableFuture<Reply> up = new CompletableFuture<>();
    gone.thenCombine(up, (left, came) -> left instanceof Reply.Done ? came : left)
        .thenAccept(reply::complete);
    watches.add(begun.get().leaving(), Aim.GONE, gone, text);
    watches.add(begun.get().coming(), Aim.UP, up, text);
  }

  private void signal(List<Unit> units, int signal, boolean group, CompletableFuture<Reply> reply) {
    for (Unit unit : units) {
      boolean lives =
          unit.state() instanceof UnitState.Running r && r.pid() != 0
              || unit.state() instanceof UnitState.Starting s && s.pid() != 0;
      if (!lives) {
        reply.complete(
            new Reply.Refused(
                "'" + unit.path() + "' is " + unit.status().word() + ": no process to signal"));
        return;
      }
    }
    for (Unit unit : units) {
      Action.Scope scope = group ? Action.Scope.GROUP : Action.Scope.LEADER;
      unit.run.perform(new Action.Signal(signal, scope, false));
    }
    reply.complete(new Reply.Done("signalled " + list(units)));
  }

  private static String list(List<Unit> units) {
    int more = units.size() - 5;
    return units.stream().limit(5).map(Unit::path).collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
