package dev.supervise.task;

/// A task that was not submitted, cancelled or deleted as asked, and why; nothing was changed.
public class TaskRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TaskRefused(String message) {
    super(message);
  }
}
