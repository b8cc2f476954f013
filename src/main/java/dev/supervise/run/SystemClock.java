package dev.supervise.run;

/// The one place that asks the system for the time.
public final class SystemClock implements Clock {
  private final long origin = System.nanoTime();

  /// Nanoseconds since this clock was made.
  @Override
  public long now() {
    return System.nanoTime() - origin;
  }

  /// The time of day in milliseconds since 1970, for what people read. It jumps when somebody sets
  /// it, so nothing is ever decided by it.
  public long timeOfDay() {
    return System.currentTimeMillis();
  }
}
