package dev.supervise.run;

import dev.supervise.plan.UnitState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Assembles what users see of the tree.
final class Snapshots {
  private Snapshots() {}

  /// A unit with all below it.
  static UnitSnapshot of(Registry registry, Unit unit, long now) {
    Group group = registry.group(unit);
    List<UnitSnapshot> children = new ArrayList<>();
    if (group != null) {
      for (Unit child : group.children()) {
        children.add(of(registry, child, now));
      }
    }
    UnitState state = unit.state();
    return new UnitSnapshot(
        unit.path(),
        unit.spec.kind(),
        unit.serial,
        state.run(),
        unit.status(),
        unit.ready(),
        unit.parent instanceof Group around && around.isDeclaredLive(unit),
        pid(state),
        startTicks(state),
        unit.condition.tally().last().map(UnitSnapshot.Ended::of),
        unit.condition.tally().restarts(),
        Duration.ofNanos(Math.max(0, since(state, now))),
        detail(unit),
        unit.spec.policy().labels(),
        List.copyOf(children),
        unit.goal().name().toLowerCase(Locale.ROOT),
        new UnitSnapshot.Inside(
            unit.spec, unit.instance, unit.tail(), unit.condition.tally().last()));
  }

  /// What there is to tell of it, and what its present run says itself.
  private static String detail(Unit unit) {
    String told = StateText.detail(unit);
    boolean says =
        unit.said.run() != 0
            && unit.said.run() == unit.state().run()
            && !unit.said.text().isEmpty();
    return says ? told + (told.isEmpty() ? "" : "; ") + unit.said.text() : told;
  }

  private static int pid(UnitState state) {
    return switch (state) {
      case UnitState.Starting s -> s.pid();
      case UnitState.Running r -> r.pid();
      case UnitState.Stopping s -> s.pid();
      case UnitState.Idle _, UnitState.Waiting _, UnitState.BackingOff _ -> 0;
      case UnitState.Finished _, UnitState.GaveUp _, UnitState.Stuck _ -> 0;
    };
  }

  private static long startTicks(UnitState state) {
    return switch (state) {
      case UnitState.Starting s -> s.startTicks();
      case UnitState.Running r -> r.startTicks();
      case UnitState.Idle _, UnitState.Waiting _, UnitState.BackingOff _, UnitState.Stopping _ -> 0;
      case UnitState.Finished _, UnitState.GaveUp _, UnitState.Stuck _ -> 0;
    };
  }

  private static long since(UnitState state, long now) {
    return switch (state) {
      case UnitState.Starting s -> now - s.since();
      case UnitState.Running r -> now - r.since();
      case UnitState.Stuck(long _, long since) -> now - since;
      case UnitState.Idle _, UnitState.Waiting _, UnitState.BackingOff _, UnitState.Stopping _ -> 0;
      case UnitState.Finished _, UnitState.GaveUp _ -> 0;
    };
  }
}
