package dev.supervise.plan;

import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.ScheduleSpec.When;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// At which moments a schedule fires. Pure.
public sealed interface Recurrence {
  /// @throws InvalidSpec its words mean nothing
  static Recurrence of(When when) {
    return switch (when) {
      case When.Every(Duration period) -> new Steady(period);
      case When.Cron cron -> new Calendar(CronTimes.of(cron));
    };
  }

  /// One line that is the same for the same rhythm: `every PT10S`, `cron 0 3 * * * UTC`.
  static String text(When when) {
    return switch (when) {
      case When.Every(Duration period) -> "every " + period;
      case When.Cron(var text, var zone) -> "cron " + text.strip() + " " + zone;
    };
  }

  /// The first moment after that one; empty when there is none.
  ///
  /// @param since when the schedule was first seen
  Optional<Instant> after(Instant moment, Instant since);

  /// Counted from the beginning.
  record Steady(Duration period) implements Recurrence {
    @Override
    public Optional<Instant> after(Instant moment, Instant since) {
      Duration gone = Duration.between(since, moment);
      long passed = gone.dividedBy(period);
      // Rounded down: the clock may have been set back behind the beginning.
      if (gone.isNegative() && !period.multipliedBy(passed).equals(gone)) {
        passed--;
      }
      return Optional.of(since.plus(period.multipliedBy(passed + 1)));
    }
  }

  /// By the wall clock.
  record Calendar(CronTimes times) implements Recurrence {
    @Override
    public Optional<Instant> after(Instant moment, Instant since) {
      return times.after(moment);
    }
  }
}
