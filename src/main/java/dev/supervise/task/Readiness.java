package dev.supervise.task;

/// Whether a task of the type `mark-ready` has ever completed in this state directory.
public enum Readiness {
  INITIALIZING,
  READY;

  /// `Ready`, the form shown to users.
  public String word() {
    return this == READY ? "Ready" : "Initializing";
  }
}
