package dev.supervise.spec;

import java.time.Duration;

/// How a running unit is watched. Begins when it is ready.
///
/// @param every from one try to the next
/// @param failures so many tries failed one after the other, and the unit is restarted
public record Liveness(Check check, Duration every, int failures) {
  public static final int FAILURES = 3;

  public Liveness {
    Durations.positive("alive every", every);
    if (failures < 1) {
      throw new InvalidSpec("failures " + failures + " is not at least 1");
    }
  }
}
