package dev.supervise.spec;

/// A start condition: the unit that carries it is not started before `target` meets `condition`.
///
/// @param target a sibling's name, an instance's (`web-1`), or a path from the root (`backend/db`)
public record Edge(String target, Condition condition, Origin origin) {
  /// What the target must have reached.
  public enum Condition {
    /// It runs (or, meant to finish, has finished successfully).
    STARTED,
    /// It runs and is ready where it declares that; else the same as [#STARTED]. What a bare name
    /// means.
    READY,
    /// It has finished successfully.
    DONE,
    /// It has ended, in whatever way.
    ENDED
  }
}
