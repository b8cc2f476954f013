package dev.supervise.spec;

import java.time.Duration;

/// The checks every duration of a specification passes. A hundred years is the longest accepted, so
/// that sums of nanoseconds never overflow a `long`.
final class Durations {
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Durations() {}

  static void notNegative(String word, Duration value) {
    if (value.isNegative()) {
      throw new InvalidSpec(word + " is negative; allowed is zero or more");
    }
    if (value.compareTo(LONGEST) > 0) {
      throw new InvalidSpec(word + " is longer than 100 years");
    }
  }

  static void positive(String word, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new InvalidSpec(word + " must be longer than zero");
    }
    notNegative(word, value);
  }
}
