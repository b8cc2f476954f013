package dev.supervise.render;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/// Points in time as people read them: `17:34:30.154`, and the day before it where it is not
/// today's. Pure.
public record TimeText(ZoneId zone, long now) {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  public String text(long millis) {
    ZonedDateTime when = at(millis);
    String time = TIME.format(when);
    return when.toLocalDate().equals(at(now).toLocalDate())
        ? time
        : when.toLocalDate() + " " + time;
  }

  LocalDate day(long millis) {
    return at(millis).toLocalDate();
  }

  String time(long millis) {
    return TIME.format(at(millis));
  }

  private ZonedDateTime at(long millis) {
    return Instant.ofEpochMilli(millis).atZone(zone);
  }
}
