package dev.supervise.plan;

/// Which hook a unit is at.
///
/// @param hook its place among the unit's hooks
/// @param tries tries of it that have failed
/// @param until the next try; [Instants#NEVER] while one runs
public record HookCursor(int hook, int tries, long until) {
  static HookCursor running(int hook, int tries) {
    return new HookCursor(hook, tries, Instants.NEVER);
  }

  boolean runs() {
    return until == Instants.NEVER;
  }
}
