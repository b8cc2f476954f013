package dev.supervise.task;

/// Parameters that do not fit the type; the message names the field.
public final class InvalidParams extends TaskRefused {
  private static final long serialVersionUID = 1L;

  public InvalidParams(String message) {
    super(message);
  }
}
