package dev.supervise.spec;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Submits a task again and again.
///
/// @param name unique among the app's schedules; `[A-Za-z0-9._-]+`
/// @param type the task type to submit
/// @param params its parameters, what JSON can say
public record ScheduleSpec(
    String name,
    Origin origin,
    When when,
    Overlap overlap,
    Missed missed,
    String type,
    Map<String, ?> params) {
  public ScheduleSpec {
    UnitName.check(name);
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
  }

  /// At which moments it fires.
  public sealed interface When {
    /// Where the wall clock of that zone meets the expression.
    ///
    /// @param text five fields, six with seconds in front, or `@daily` and its kin; what it may say
    ///   is checked by who reads it
    record Cron(String text, ZoneId zone) implements When {}

    /// At a fixed rhythm, counted from the first time the schedule was seen.
    record Every(Duration period) implements When {
      public Every {
        Durations.positive("every", period);
        if (period.compareTo(Duration.ofMillis(100)) < 0) {
          throw new InvalidSpec("every is shorter than 100 ms");
        }
      }
    }
  }

  /// What happens at a moment when the task of the moment before has not ended.
  public enum Overlap {
    /// Nothing: the moment is left out.
    SKIP,
    /// The task is submitted and waits for the one before.
    QUEUE,
    /// The one before is cancelled.
    REPLACE
  }

  /// What happens about moments that passed while nothing ran.
  public enum Missed {
    /// One task is submitted, however many moments passed.
    RUN,
    /// Nothing.
    SKIP
  }
}
