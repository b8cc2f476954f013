package dev.supervise.plan;

/// What is wanted of a unit. Kept beside its [UnitState], never inside it: what is wanted and what
/// is true share no variable. A restart is a unit that is stopping while its goal is `UP`.
public enum Goal {
  /// Running.
  UP,
  /// Finished successfully, once (`oneShot()`).
  DONE,
  /// Not running: stopped by the operator, or declared with `autostart false`.
  DOWN,
  /// Not part of the tree any more, as soon as it is down.
  GONE;

  /// Whether a unit with this goal may be started.
  public boolean wantsStart() {
    return this == UP || this == DONE;
  }
}
