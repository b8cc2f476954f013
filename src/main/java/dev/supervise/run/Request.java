package dev.supervise.run;

import dev.supervise.plan.ReloadPlan;
import dev.supervise.spec.App;
import dev.supervise.spec.UnitSpec;
import java.util.List;

/// Everything that can be asked of a running tree. Names are full paths, or short names wherever
/// those are unambiguous; `web` means all instances of `web`.
public sealed interface Request {
  /// Start units, and what they need; answered when they are running or have finished.
  record Start(List<String> names) implements Request {}

  /// Stop units and nothing else; answered when they are down.
  record Stop(List<String> names) implements Request {}

  /// Stop and start again with fresh counters; answered as [Start].
  record Restart(List<String> names) implements Request {}

  /// Add a unit to the supervisor at `supervisor` (empty: the root) and start it at once.
  record Add(String supervisor, UnitSpec spec) implements Request {}

  /// Stop a unit and take it out of the tree; answered when it is gone.
  record Remove(String name) implements Request {}

  /// Give a pool another size.
  record Scale(String name, int size) implements Request {}

  /// Add so many children to a pool, or take the newest away where `by` is negative.
  record Grow(String name, int by) implements Request {}

  /// Changes nothing: answered when all units have become that, or one of them no longer can. No
  /// names: every unit that is wanted now.
  record Await(List<String> names, Until until) implements Request {}

  /// Become the tree that is declared now; answered when what was started anew or added is up and
  /// what was removed is gone. Refused, and nothing has changed, where the two together make no
  /// sound tree.
  ///
  /// @param version that of the declaration that `plan` begins with
  /// @param plan how that one and what is to be declared differ
  record Reload(long version, ReloadPlan plan) implements Request {
    public static Reload of(Declaration was, App next) {
      return new Reload(was.version(), ReloadPlan.between(was.app(), next));
    }

    /// The same with what it means for tasks that are open.
    public Reload withTasks(List<String> open) {
      return new Reload(version, plan.withTasks(open));
    }
  }

  /// Send a signal to a unit's leader, or to its group.
  record SignalUnit(String name, int signal, boolean group) implements Request {}

  /// Stop the whole tree, in order; `kill`: at once. Answered when it has begun.
  record Shutdown(boolean kill) implements Request {}
}
