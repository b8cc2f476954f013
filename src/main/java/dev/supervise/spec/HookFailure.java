package dev.supervise.spec;

import java.time.Duration;

/// What a hook that failed means for what comes after it.
public sealed interface HookFailure {
  /// The remaining hooks of its phase are left out. In `preStart` the start has failed; elsewhere
  /// it is told, and things go on.
  record Fail() implements HookFailure {}

  /// It is told, and things go on with the next hook.
  record Ignore() implements HookFailure {}

  /// Up to `times` more tries, `delay` after each failure; then as [Fail].
  record Retry(int times, Duration delay) implements HookFailure {
    public static final Duration DELAY = Duration.ofSeconds(1);

    public Retry {
      if (times < 1 || times > 1000) {
        throw new InvalidSpec("retry " + times + " is not between 1 and 1000");
      }
      Durations.notNegative("retry delay", delay);
    }
  }
}
