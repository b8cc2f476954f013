package dev.supervise.spec;

import java.time.Duration;

/// How long a step of a stop may take before the next one.
public sealed interface Grace {
  Grace DEFAULT = new Limited(Duration.ofSeconds(10));

  record Limited(Duration limit) implements Grace {
    public Limited {
      Durations.notNegative("within", limit);
    }
  }

  /// Never go on: the unit is waited for as long as it takes.
  record Unlimited() implements Grace {}
}
