package dev.supervise.task;

import dev.supervise.store.TaskStore;

/// Whether a task of the type `mark-ready` has ever completed in this state directory.
public enum Readiness {
  INITIALIZING,
  READY;

  /// As a record has it.
  public static Readiness in(TaskStore store) {
    return store.fact(Bookkeeping.MARK_READY).isEmpty() ? INITIALIZING : READY;
  }

  /// `Ready`, the form shown to users.
  public String word() {
    return this == READY ? "Ready" : "Initializing";
  }
}
