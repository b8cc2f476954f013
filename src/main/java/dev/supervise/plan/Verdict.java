package dev.supervise.plan;

/// What a supervisor does about a child that is down.
public sealed interface Verdict {
  /// Restart it (and, by strategy, others) after a pause.
  ///
  /// @param streak the child's restarts since it was last healthy, this one not counted
  /// @param pause nanoseconds from its death
  record Restart(int streak, long pause, RestartWindow window) implements Verdict {}

  /// It stays as it is.
  record LeaveDown() implements Verdict {}

  /// It has used up its own restarts and stays down as *failed*.
  record GiveUp(int restarts) implements Verdict {}

  /// A significant child ended: the supervisor shuts down and has *finished*.
  record EndGroup() implements Verdict {}

  /// The supervisor stops its children and fails.
  record Escalate(String cause) implements Verdict {}
}
