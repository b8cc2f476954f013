package dev.supervise.run;

import dev.supervise.plan.UnitState;
import dev.supervise.spec.TaskEdge;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Asks units that wait for their start anew when what they wait for has changed. Belongs to the
/// loop.
final class WaitingUnits {
  private final Loop loop;
  private final Registry registry;
  private final Watcher watcher;

  /// Units whose dependents are still to be asked; the first one's are being asked.
  private final ArrayDeque<Unit> unsettled = new ArrayDeque<>();

  private final Set<Unit> awaitingTasks = new LinkedHashSet<>();

  WaitingUnits(Loop loop, Registry registry, Watcher watcher) {
    this.loop = loop;
    this.registry = registry;
    this.watcher = watcher;
  }

  /// A unit's step is complete. Asks those that wait for it, then those that wait for them: one
  /// after another, because a chain of them may be longer than any stack is deep.
  void changed(Unit unit) {
    unsettled.add(unit);
    if (unsettled.size() > 1) {
      return;
    }
    while (!unsettled.isEmpty()) {
      Unit next = unsettled.getFirst();
      for (Unit dependent : List.copyOf(RestForOneOrder.dependents(next))) {
        if (dependent.state() instanceof UnitState.Waiting) {
          dependent.parent.tryStart(
              dependent, next.because.led(loop.now(), next.path(), next.status().word()));
        }
      }
      unsettled.removeFirst();
    }
  }

  /// Asks some, if they wait.
  void ask(List<Unit> some, Cause cause) {
    for (Unit unit : some) {
      if (unit.state() instanceof UnitState.Waiting) {
        unit.parent.tryStart(unit, cause);
      }
    }
  }

  /// Start conditions are others than before.
  void askAll(Cause cause) {
    askAll(registry.rootGroup(), cause);
  }

  private void askAll(Group group, Cause cause) {
    if (group.isPool()) {
      return;
    }
    for (Unit child : List.copyOf(group.children())) {
      if (child.state() instanceof UnitState.Waiting) {
        group.tryStart(child, cause);
      }
      Group below = registry.group(child);
      if (below != null) {
        askAll(below, cause);
      }
    }
    group.recount();
  }

  /// Whether a unit need not wait for a task; it is asked again when one has completed.
  boolean completed(Unit unit, TaskEdge task) {
    boolean completed = watcher.completed(task);
    if (!completed) {
      awaitingTasks.add(unit);
    }
    return completed;
  }

  /// A task has completed: maybe one of those.
  void taskCompleted() {
    for (Unit unit : List.copyOf(awaitingTasks)) {
      awaitingTasks.remove(unit);
      ask(List.of(unit), unit.because);
    }
  }
}
