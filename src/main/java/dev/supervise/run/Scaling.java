package dev.supervise.run;

import dev.supervise.plan.Goal;
import dev.supervise.spec.ProcessSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// Gives pools another size, and units with instances another number, while they run: those that
/// are kept go on as they are, the highest numbers go. Belongs to the loop.
final class Scaling {
  /// How units end and leave the tree.
  interface Departure {
    void gone(List<Unit> units, CompletableFuture<Reply> reply, String text);
  }

  private final Group.Host host;
  private final Registry registry;
  private final TreeBuilder builder;
  private final UnitNames names;
  private final Waiters watches;
  private final Departure departure;

  Scaling(
      Group.Host host,
      Registry registry,
      TreeBuilder builder,
      UnitNames names,
      Waiters watches,
      Departure departure) {
    this.host = host;
    this.registry = registry;
    this.builder = builder;
    this.names = names;
    this.watches = watches;
    this.departure = departure;
  }

  /// Gives a pool, or a unit with instances, so many.
  void to(String name, int size, Cause asked, CompletableFuture<Reply> reply) {
    List<Unit> found = names.find(Selector.of(name));
    Unit unit = found.getFirst();
    Group pool = registry.group(unit);
    boolean family =
        unit.instance > 0
            && unit.parent instanceof Group home
            && !name.endsWith(unit.name)
            && registry.at(home.path(unit.spec.name())).containsAll(found);
    if (found.size() == 1 && pool != null && pool.isPool()) {
      if (size < 0 || size > 10_000_000) {
        reply.complete(new Reply.Refused("size " + size + " is not between 0 and 10000000"));
        return;
      }
      String path = unit.path();
      resize(pool.children(), size, () -> builder.resize(pool, size), asked, reply, path);
    } else if (family) {
      if (size < 1 || size > 100_000) {
        reply.complete(
            new Reply.Refused(
                size
                    + " instances is not between 1 and 100000; to have none, stop '"
                    + name
                    + "'"));
        return;
      }
      Group home = (Group) unit.parent;
      ProcessSpec spec = (ProcessSpec) unit.spec;
      String path = home.path(spec.name());
      List<Unit> before = List.copyOf(registry.at(path));
      boolean wanted = found.stream().anyMatch(sibling -> sibling.goal().wantsStart());
      Optional<String> hindrance =
          wanted && size > before.size()
              ? new Prospects(host.loop().now())
                  .hindrance(home.path(TreeBuilder.name(spec, before.size() + 1)), unit)
              : Optional.empty();
      if (hindrance.isPresent()) {
        reply.complete(new Reply.Refused(hindrance.get() + "; nothing was scaled"));
        return;
      }
      List<Unit> added = builder.rescale(home, spec, size);
      host.rewired(asked);
      if (!wanted) {
        added.forEach(instance -> instance.aim(Goal.DOWN));
      }
      resize(before, size, () -> added, asked, reply, path);
    } else {
      reply.complete(new Reply.Refused(notScalable(name, found)));
    }
  }

  private static String notScalable(String name, List<Unit> found) {
    Unit unit = found.getFirst();
    if (unit.instance > 0) {
      return "'" + name + "' is one instance; scale '" + unit.spec.name() + "'";
    }
    return "'"
        + unit.path()
        + "' is a "
        + unit.spec.kind()
        + ", not a pool"
        + (unit.spec instanceof ProcessSpec ? ", and declares no instances" : "");
  }

  /// The first `size` stay as they are, what was on its way out of them included.
  private void resize(
      List<Unit> members,
      int size,
      Supplier<List<Unit>> grown,
      Cause asked,
      CompletableFuture<Reply> reply,
      String path) {
    String text = "'" + path + "' has " + size;
    List<Unit> surplus = new ArrayList<>();
    List<Unit> wanted = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      Unit member = members.get(i);
      if (i >= size && member.goal() != Goal.GONE) {
        surplus.add(member);
      } else if (i < size && member.goal() == Goal.GONE) {
        member.aim(Unit.wanted(member.spec));
        wanted.add(member);
      }
    }
    wanted.addAll(members.size() < size ? grown.get() : List.of());
    wanted.forEach(unit -> unit.parent.tryStart(unit, asked));
    if (surplus.isEmpty()) {
      // What is not started now is not waited for: somebody has stopped all of it.
      wanted.removeIf(unit -> !unit.goal().wantsStart() || !unit.parent.active());
      watches.add(wanted, Aim.UP, reply, text);
    } else {
      departure.gone(surplus.reversed(), reply, text);
    }
  }

  /// Gives it so many more, or fewer.
  void by(String name, int by, Cause asked, CompletableFuture<Reply> reply) {
    List<Unit> found = names.find(Selector.of(name));
    Group pool = registry.group(found.getFirst());
    List<Unit> members = pool != null && pool.isPool() ? pool.children() : found;
    int now = (int) members.stream().filter(unit -> unit.goal() != Goal.GONE).count();
    to(name, now + by, asked, reply);
  }
}
