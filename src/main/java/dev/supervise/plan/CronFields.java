package dev.supervise.plan;

import dev.supervise.text.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text of a cron expression, read: six fields in numbers, or one of the names for several.
/// Says what is wrong with any other text. Pure.
///
/// @param text what a cron library reads
/// @param fields second, minute, hour, day, month, weekday; none for a name
record CronFields(String text, List<String> fields) {
  private static final List<CronField> SIX = List.of(CronField.values());
  private static final List<String> NAMES =
      List.of("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually");

  private static final Pattern EVERY =
      Pattern.compile("@every\\s+([0-9]+)\\s*(ms|s|m|h|d)", Pattern.CASE_INSENSITIVE);
  private static final Pattern ZONE =
      Pattern.compile("(?:CRON_)?TZ=(\\S+)\\s+(.*)", Pattern.DOTALL);

  /// @throws CronField.Wrong what is wrong with it, without the text itself
  static CronFields read(String written) throws CronField.Wrong {
    String text = written.strip();
    Matcher zone = ZONE.matcher(text);
    if (zone.matches()) {
      throw new CronField.Wrong(
          "the zone is an option; write cron '"
              + zone.group(2).strip()
              + "', zone: '"
              + zone.group(1)
              + "'");
    }
    if (text.startsWith("@")) {
      return named(text);
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 127 && Character.isSpaceChar(text.charAt(i))) {
        throw new CronField.Wrong(
            "it holds something that looks like a blank and is none; write blanks");
      }
    }
    List<String> given = text.isEmpty() ? List.of() : List.of(text.split("[ \\t\\n\\r]+"));
    if (given.size() > 5) {
      command(given);
    }
    if (given.size() != 5 && given.size() != 6) {
      throw new CronField.Wrong(
          "it has "
              + given.size()
              + (given.size() == 1 ? " field" : " fields")
              + "; allowed are five (minute hour day month weekday) or six (second first)"
              + (given.size() == 7 ? "; there is none for the year" : ""));
    }
    List<String> fields = new ArrayList<>();
    int skipped = SIX.size() - given.size();
    if (skipped > 0) {
      fields.add("0");
    }
    for (int i = 0; i < given.size(); i++) {
      fields.add(SIX.get(i + skipped).read(given.get(i)));
    }
    return new CronFields(String.join(" ", fields), List.copyOf(fields));
  }

  private static CronFields named(String text) throws CronField.Wrong {
    String lower = text.toLowerCase(Locale.ROOT);
    if (NAMES.contains(lower)) {
      return new CronFields(lower, List.of());
    }
    Matcher every = EVERY.matcher(text);
    if (lower.startsWith("@every")) {
      String unit =
          !every.matches()
              ? ""
              : switch (every.group(2).toLowerCase(Locale.ROOT)) {
                case "ms" -> "ms";
                case "s" -> "seconds";
                case "m" -> "minutes";
                case "h" -> "hours";
                default -> "days";
              };
      throw new CronField.Wrong(
          "a rhythm is no expression; write every "
              + (unit.isEmpty() ? "5.minutes" : every.group(1) + "." + unit)
              + " instead of cron");
    }
    if (lower.equals("@reboot")) {
      throw new CronField.Wrong(
          "a start is no moment of a clock; write onStart { submit 'TYPE' } instead of a schedule");
    }
    String near = Nearest.to(lower, NAMES);
    throw new CronField.Wrong(
        "'"
            + text
            + "' is none of "
            + String.join(" ", NAMES)
            + (near.isEmpty() ? "" : "; write " + near));
  }

  /// A line of a crontab, with its command.
  private static void command(List<String> given) throws CronField.Wrong {
    List<CronField> five = SIX.subList(1, SIX.size());
    try {
      for (int i = 0; i < five.size(); i++) {
        String _ = five.get(i).read(given.get(i));
      }
    } catch (CronField.Wrong _) {
      return;
    }
    try {
      String _ = CronField.WEEKDAY.read(given.get(5));
    } catch (CronField.Wrong _) {
      throw new CronField.Wrong(
          "a command is no part of it; write cron '"
              + String.join(" ", given.subList(0, 5))
              + "' and the command in the task that is submitted");
    }
  }
}
