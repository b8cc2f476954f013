package dev.supervise.spec;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A type of durable task: what is done with each task of that type, and under which limits. A task
/// finds it by its name at run time, so that one submitted yesterday runs by today's script.
///
/// @param name the type; `[A-Za-z0-9._-]+`
/// @param params what the body is given as parameters: a record or class that is filled by name;
///   null: the map itself
/// @param timeout for one attempt; then it is cancelled and has failed
/// @param concurrency so many at once, the others queue; empty: as many as there are
/// @param keep what becomes of tasks that have ended
public record TaskSpec(
    String name,
    Origin origin,
    @Nullable Class<?> params,
    Retry retry,
    Optional<Duration> timeout,
    OptionalInt concurrency,
    Keep keep,
    TaskBody body) {
  public TaskSpec {
    UnitName.check(name);
    timeout.ifPresent(limit -> Durations.positive("timeout", limit));
    if (concurrency.isPresent() && concurrency.getAsInt() < 1) {
      throw new InvalidSpec(
          "concurrency " + concurrency.getAsInt() + " is less than one at a time");
    }
  }

  /// The same with parameters of another class.
  public TaskSpec withParams(@Nullable Class<?> other) {
    return new TaskSpec(name, origin, other, retry, timeout, concurrency, keep, body);
  }

  /// More attempts after one that failed.
  ///
  /// @param times at most so many
  /// @param pause before each of them
  public record Retry(int times, Pause pause) {
    /// A failure is final.
    public static final Retry NONE = new Retry(0, Pause.DEFAULT);

    public Retry {
      if (times < 0) {
        throw new InvalidSpec("retry " + times + " is negative");
      }
    }
  }

  /// How long tasks that have ended can still be looked up.
  public sealed interface Keep {
    Duration LONG = Duration.ofDays(7);

    /// Seven days.
    Keep DEFAULT = new For(LONG);

    /// So long after their end.
    record For(Duration time) implements Keep {
      public For {
        Durations.notNegative("keep", time);
      }
    }

    /// The newest so many of the type.
    record Newest(int count) implements Keep {
      public Newest {
        if (count < 0) {
          throw new InvalidSpec("keep " + count + " is negative");
        }
      }
    }

    /// Until somebody deletes them.
    record Forever() implements Keep {}
  }
}
