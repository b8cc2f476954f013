package dev.supervise.spec;

import java.time.Duration;

/// How many restarts a supervisor grants in a sliding window before it fails itself.
public sealed interface Intensity {
  /// A declared supervisor's: 10 within 30 s.
  Intensity DEFAULT = new Within(10, Duration.ofSeconds(30));

  /// `restarts` are granted; the next failure inside `window` escalates. 0: the first one does.
  record Within(int restarts, Duration window) implements Intensity {
    public Within {
      if (restarts < 0 || restarts > 1_000_000) {
        throw new InvalidSpec("intensity " + restarts + " is not between 0 and 1000000");
      }
      Durations.positive("intensity within", window);
    }
  }

  record Unlimited() implements Intensity {}
}
