package dev.supervise.run;

import dev.supervise.plan.ReloadPlan;
import dev.supervise.spec.App;
import dev.supervise.spec.UnitSpec;
import java.util.List;

/// Everything that can be asked of a running tree.
public sealed interface Request {
  /// What may come from outside the process, too: of plain values alone, which cross a socket as
  /// they are. A field that is added needs a default there.
  sealed interface Order extends Request {}

  /// Start units, and what they need; answered when they are running or have finished.
  record Start(Selector which) implements Order {}

  /// Stop units and nothing else; answered when they are down.
  record Stop(Selector which) implements Order {}

  /// Stop and start again with fresh counters; answered as [Start].
  record Restart(Selector which) implements Order {}

  /// Send a signal to units' leaders, or to their groups: to all of them, or to none.
  record Signal(Selector which, int signal, boolean group) implements Order {}

  /// Give a pool another size.
  record Scale(String name, int size) implements Order {}

  /// Add so many children to a pool; answered when they are up.
  record Add(String pool, int count) implements Order {}

  /// Take the newest child away from a pool, or any other unit out of the tree; answered when it is
  /// gone.
  record Remove(String name) implements Order {}

  /// Stop the whole tree, in order; `kill`: at once. Answered when it has begun.
  record Down(boolean kill) implements Order {}

  /// Add a unit to the supervisor at `supervisor` (empty: the root) and start it at once.
  record Declare(String supervisor, UnitSpec spec) implements Request {}

  /// Changes nothing: answered when all units have become that, or one of them no longer can. The
  /// whole tree: every unit that is wanted now.
  record Await(Selector which, Until until) implements Request {}

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
}
