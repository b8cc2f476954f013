package dev.supervise.vital;

/// Something went wrong in the middle of a piece of work that may not stay half done. Thrown on a
/// vital thread, it ends the process and says what was being done.
public final class Unhandled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param what was being done: `'web' Ended[…]`
  public Unhandled(String what, Throwable cause) {
    super("while handling " + what, cause, false, false);
  }
}
