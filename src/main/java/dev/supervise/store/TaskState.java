package dev.supervise.store;

/// What a task's row says of it. A task that runs is on record as running before its body begins.
public enum TaskState {
  QUEUED,
  RUNNING,
  COMPLETED,
  FAILED,
  CANCELLED;

  /// Nothing more happens to it unless somebody submits it again.
  public boolean over() {
    return switch (this) {
      case QUEUED, RUNNING -> false;
      case COMPLETED, FAILED, CANCELLED -> true;
    };
  }

  /// `running`, the form shown to users.
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
