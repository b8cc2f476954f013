package dev.supervise.plan;

/// Instants of the engine's monotonic clock, in nanoseconds, that are no moment.
public final class Instants {
  /// Nothing is due, or it has not come to pass: later than every instant.
  public static final long NEVER = Long.MAX_VALUE;

  private Instants() {}
}
