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

  public static String text(Duration duration) {
    return text(duration.toNanos());
  }

  public static String text(long nanos) {
    long millis = nanos / 1_000_000;
    long seconds = millis / 1000;
    if (millis < 100) {
      return millis + " ms";
    }
    if (seconds < 10) {
      long tenths = (millis + 50) / 100;
      return tenths % 10 == 0 ? tenths / 10 + " s" : tenths / 10 + "." + tenths % 10 + " s";
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return two(seconds / 60, "m", seconds % 60, "s");
    }
    if (seconds < 86_400) {
      return two(seconds / 3600, "h", seconds % 3600 / 60, "m");
    }
    return two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
  }

  private static String two(long big, String bigUnit, long small, String smallUnit) {
    return big + " " + bigUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
  }
}
