package dev.supervise.run;

/// The engine's monotonic time.
@FunctionalInterface
public interface Clock {
  /// Nanoseconds since some fixed moment; never goes back.
  long now();
}
