package dev.supervise.text;

/// A text that is no JSON, or a value that JSON has no form for.
public final class InvalidJson extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidJson(String message) {
    super(message);
  }
}
