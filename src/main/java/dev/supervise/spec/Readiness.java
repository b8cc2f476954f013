package dev.supervise.spec;

import java.time.Duration;

/// When a unit counts as ready, and how long that may take.
///
/// @param within from the moment it is up; missed, the start has failed
/// @param every the pause between two tries
public record Readiness(Check check, Duration within, Duration every) {
  public static final Duration WITHIN = Duration.ofSeconds(60);
  public static final Duration EVERY = Duration.ofMillis(200);

  public Readiness {
    Durations.positive("within", within);
    Durations.positive("every", every);
  }
}
