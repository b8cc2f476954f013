package dev.supervise.plan;

import dev.supervise.spec.Pause;

/// How long a unit stays down before it is started again (law 12).
public final class Backoff {
  /// The least pause after a start that failed, whatever the script says.
  public static final long LEAST_AFTER_FAILED_START = 200_000_000L;

  private Backoff() {}

  /// @param streak restarts since the unit was last healthy, this one not counted
  /// @param cameUp whether the run that ended had started
  /// @param roll a number from 0 (inclusive) to 1 (exclusive) that places the pause within the
  ///   jitter
  /// @return nanoseconds from death to the next start
  public static long pause(Pause pause, int streak, boolean cameUp, double roll) {
    long nanos =
        switch (pause) {
          case Pause.Delay(var fixed) -> fixed.toNanos();
          case Pause.Backoff(var initial, var max, double factor, double jitter, var _) -> {
            double grown = initial.toNanos() * Math.pow(factor, streak);
            double capped = Math.min(grown, max.toNanos());
            yield (long) (capped * (1 + jitter * (2 * roll - 1)));
          }
        };
    return cameUp ? nanos : Math.max(nanos, LEAST_AFTER_FAILED_START);
  }

  /// The streak a unit's next failure adds to: 0 when its last run was up long enough to be healthy
  /// again.
  public static int streak(Pause pause, int streak, long healthyFor) {
    return healthyFor >= 0 && healthyFor >= pause.reset().toNanos() ? 0 : streak;
  }
}
