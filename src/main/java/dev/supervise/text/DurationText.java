package dev.supervise.text;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as people read them, `0.4 s`, `12 s`, `3 m 20 s`, `2 h 5 m`, and as they write them,
/// `250ms`, `1.5 hours`.
public final class DurationText {
  /// Nanoseconds in each unit of time, under every name it has.
  public static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("ms", 1_000_000L),
          Map.entry("millis", 1_000_000L),
          Map.entry("s", 1_000_000_000L),
          Map.entry("second", 1_000_000_000L),
          Map.entry("seconds", 1_000_000_000L),
          Map.entry("m", 60_000_000_000L),
          Map.entry("minute", 60_000_000_000L),
          Map.entry("minutes", 60_000_000_000L),
          Map.entry("h", 3_600_000_000_000L),
          Map.entry("hour", 3_600_000_000_000L),
          Map.entry("hours", 3_600_000_000_000L),
          Map.entry("d", 86_400_000_000_000L),
          Map.entry("day", 86_400_000_000_000L),
          Map.entry("days", 86_400_000_000_000L));

  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private static final Pattern WRITTEN = Pattern.compile("(-?[0-9]+(?:\\.[0-9]+)?) ?([A-Za-z]+)");

  private DurationText() {}

  /// `250ms`, `1.5s`, `2m`, `1 hour`; empty for anything else, and for what is longer than a
  /// [Duration] can be.
  public static Optional<Duration> read(String text) {
    Matcher matcher = WRITTEN.matcher(text.strip());
    Long nanos = matcher.matches() ? UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
    if (nanos == null) {
      return Optional.empty();
    }
    BigDecimal exact = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(nanos));
    BigDecimal[] parts = exact.divideAndRemainder(BigDecimal.valueOf(1_000_000_000L));
    try {
      return Optional.of(
          Duration.ofSeconds(
              parts[0].longValueExact(),
              parts[1].setScale(0, RoundingMode.HALF_UP).longValueExact()));
    } catch (ArithmeticException tooLong) {
      return Optional.empty();
    }
  }

  /// Of a time that was measured: as much of it as is read, `0.4 s`, `12 s`, `2 h 5 m`.
  public static String text(Duration duration) {
    return text(duration.toNanos());
  }

  /// The same, in nanoseconds.
  public static String text(long nanos) {
    long millis = nanos / 1_000_000;
    if (millis < 100) {
      return exact(Duration.ofMillis(millis));
    }
    if (millis < 10_000) {
      return exact(Duration.ofMillis((millis + 50) / 100 * 100));
    }
    long step = millis < HOUR ? 1000 : millis < DAY ? MINUTE : HOUR;
    return exact(Duration.ofMillis(millis / step * step));
  }

  /// Of a time that somebody has set: all of it, to the millisecond, `0.25 s`, `1 m 30 s`.
  public static String exact(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 0) {
      return "-" + exact(duration.negated());
    }
    if (millis < 100) {
      return millis + " ms";
    }
    StringBuilder text = new StringBuilder();
    add(text, millis / DAY, "d");
    add(text, millis % DAY / HOUR, "h");
    add(text, millis % HOUR / MINUTE, "m");
    long rest = millis % MINUTE;
    if (rest > 0) {
      text.append(text.isEmpty() ? "" : " ");
      text.append(BigDecimal.valueOf(rest, 3).stripTrailingZeros().toPlainString()).append(" s");
    }
    return text.toString();
  }

  private static void add(StringBuilder text, long count, String unit) {
    if (count > 0) {
      text.append(text.isEmpty() ? "" : " ").append(count).append(' ').append(unit);
    }
  }
}
