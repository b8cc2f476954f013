package dev.supervise.dsl.value;

import java.time.Duration;

/// `n.seconds` and its kin for every number of a script, by Groovy's extension modules. Literals
/// (`5.seconds`) are computed when the script is compiled and never come here.
public final class QuantityExtension {
  private QuantityExtension() {}

  private static Duration time(Number number, String unit) {
    Object value = Quantity.of(number, unit);
    if (value instanceof Duration duration) {
      return duration;
    }
    throw new IllegalStateException("no unit of time: " + unit);
  }

  private static Number size(Number number, String unit) {
    Object value = Quantity.of(number, unit);
    if (value instanceof Quantity.Bytes bytes) {
      return bytes;
    }
    throw new IllegalStateException("no unit of size: " + unit);
  }

  public static Duration getMs(Number number) {
    return time(number, "ms");
  }

  public static Duration getSecond(Number number) {
    return time(number, "second");
  }

  public static Duration getSeconds(Number number) {
    return time(number, "seconds");
  }

  public static Duration getMinute(Number number) {
    return time(number, "minute");
  }

  public static Duration getMinutes(Number number) {
    return time(number, "minutes");
  }

  public static Duration getHour(Number number) {
    return time(number, "hour");
  }

  public static Duration getHours(Number number) {
    return time(number, "hours");
  }

  public static Duration getDay(Number number) {
    return time(number, "day");
  }

  public static Duration getDays(Number number) {
    return time(number, "days");
  }

  public static Number getKB(Number number) {
    return size(number, "KB");
  }

  public static Number getMB(Number number) {
    return size(number, "MB");
  }

  public static Number getGB(Number number) {
    return size(number, "GB");
  }
}
