package dev.supervise.dsl.script;

/// Throws what a script threw as it is, checked or not: Groovy's code declares nothing. Pure.
public final class Rethrown {
  private Rethrown() {}

  /// Never returns; `throw Rethrown.<RuntimeException>unchecked(thrown)` tells the compiler so.
  @SuppressWarnings("unchecked")
  public static <T extends Throwable> T unchecked(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
