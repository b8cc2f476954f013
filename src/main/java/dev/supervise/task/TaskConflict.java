package dev.supervise.task;

/// An id that belongs to a task with another type or other parameters.
public final class TaskConflict extends TaskRefused {
  private static final long serialVersionUID = 1L;

  public TaskConflict(String message) {
    super(message);
  }
}
