package dev.supervise.spec;

import java.time.Duration;

/// The time between a unit's death and its next start.
public sealed interface Pause {
  /// Used when a script says neither `delay` nor `backoff`: 200 ms, doubled to at most 30 s, ±10 %,
  /// back at 200 ms after a minute of health.
  Pause DEFAULT =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30), 2.0, 0.1, Duration.ofMinutes(1));

  /// The health after which a unit counts as recovered where no `backoff` says otherwise.
  Duration DEFAULT_RESET = Duration.ofMinutes(1);

  /// How long a unit must run (and be ready, where it declares that) to count as healthy again.
  Duration reset();

  /// A fixed pause; zero means at once.
  record Delay(Duration pause) implements Pause {
    public Delay {
      Durations.notNegative("delay", pause);
    }

    @Override
    public Duration reset() {
      return DEFAULT_RESET;
    }
  }

  /// A growing pause: `initial` × `factor`ⁿ, at most `max`, varied by up to ± `jitter` (a
  /// fraction).
  record Backoff(Duration initial, Duration max, double factor, double jitter, Duration reset)
      implements Pause {
    public Backoff {
      Durations.positive("backoff initial", initial);
      Durations.positive("backoff max", max);
      Durations.notNegative("backoff reset", reset);
      if (max.compareTo(initial) < 0) {
        throw new InvalidSpec("backoff max is shorter than initial");
      }
      if (!(factor >= 1.0) || Double.isInfinite(factor)) {
        throw new InvalidSpec("backoff factor " + factor + " is not a number from 1 up");
      }
      if (!(jitter >= 0.0 && jitter <= 1.0)) {
        throw new InvalidSpec("backoff jitter " + jitter + " is not between 0 and 1");
      }
    }
  }
}
