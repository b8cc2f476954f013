package dev.supervise.run;

import dev.supervise.plan.Effect;
import dev.supervise.plan.UnitState;

/// Where a unit hangs in the tree: in a [Group], or at the top. What happens to the unit is told
/// here, on the loop's thread.
interface Place {
  /// The full name of a child called `name`.
  String path(String name);

  /// A child's state was replaced.
  void counted(Unit child, UnitState before, UnitState after);

  /// A child is down.
  void childDown(Unit child, Effect.Down down);

  /// KILL did not end a child; nobody waits for it any longer.
  void childLingers(Unit child);

  /// A stuck child has ended after all.
  void childFreed(Unit child);

  /// A child's pause before its next start is over.
  void pauseOver(Unit child);

  /// May children of this place be started now?
  boolean active();

  /// Start a child if everything about it allows that; otherwise it waits.
  ///
  /// @param cause why it is tried now
  void tryStart(Unit child, Cause cause);
}
