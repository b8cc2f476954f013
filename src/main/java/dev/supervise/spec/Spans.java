package dev.supervise.spec;

import java.time.Duration;

/// Durations as people read them: `0.4 s`, `12 s`, `3 m 20 s`, `2 h 5 m`.
public final class Spans {
  private Spans() {}

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
