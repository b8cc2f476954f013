package dev.supervise.task;

/// A type that nothing declares.
public final class UnknownTaskType extends TaskRefused {
  private static final long serialVersionUID = 1L;

  public UnknownTaskType(String message) {
    super(message);
  }
}
