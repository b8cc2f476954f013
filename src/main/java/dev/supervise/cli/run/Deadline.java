package dev.supervise.cli.run;

import dev.supervise.run.SystemClock;
import java.time.Duration;
import java.util.Optional;

/// One limit for all the steps of a command: what one has used is gone for the next. It begins when
/// it is made.
public final class Deadline {
  /// What is left is told in steps of these, and never too little: it stands in sentences.
  private static final long STEP_MILLIS = 100;

  private final SystemClock clock = new SystemClock();
  private final Optional<Duration> limit;

  /// @param limit empty: there is none
  public Deadline(Optional<Duration> limit) {
    this.limit = limit;
  }

  /// All of it.
  public Optional<Duration> limit() {
    return limit;
  }

  public boolean passed() {
    return limit.isPresent() && clock.now() >= limit.get().toNanos();
  }

  /// What is left of it; where nothing is, one step.
  public Optional<Duration> left() {
    return limit.map(all -> {
      long left = all.toNanos() - clock.now();
      long steps = Math.ceilDiv(left, STEP_MILLIS * 1_000_000);
      return shorter(all, Duration.ofMillis(Math.max(1, steps) * STEP_MILLIS));
    });
  }

  /// What a step may take that has a limit of its own.
  public Duration atMost(Duration own) {
    return left().map(left -> shorter(left, own)).orElse(own);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
