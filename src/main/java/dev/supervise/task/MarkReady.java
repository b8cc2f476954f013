package dev.supervise.task;

import dev.supervise.store.TaskStore;

/// Whether a task of the type `mark-ready` has ever completed in this state directory.
public enum MarkReady {
  INITIALIZING,
  READY;

  /// The task type that says so.
  static final String TYPE = "mark-ready";

  /// As a record has it.
  public static MarkReady in(TaskStore store) {
    return store.fact(TYPE).isEmpty() ? INITIALIZING : READY;
  }

  /// `Ready`, the form shown to users.
  public String word() {
    return this == READY ? "Ready" : "Initializing";
  }
}
