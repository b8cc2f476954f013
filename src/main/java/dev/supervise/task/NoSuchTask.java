package dev.supervise.task;

/// No task has that id, or no schedule that name.
public final class NoSuchTask extends TaskRefused {
  private static final long serialVersionUID = 1L;

  public NoSuchTask(String message) {
    super(message);
  }
}
