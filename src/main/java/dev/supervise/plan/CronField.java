package dev.supervise.plan;

import dev.supervise.text.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One field of a cron expression: what may stand in it, and what is wrong with what does not.
/// Pure.
enum CronField {
  SECOND("second", 0, 59, List.of(), "seconds"),
  MINUTE("minute", 0, 59, List.of(), "minutes"),
  HOUR("hour", 0, 23, List.of(), "hours"),
  DAY("day", 1, 31, List.of(), "days"),
  MONTH(
      "month",
      1,
      12,
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
      ""),
  WEEKDAY("weekday", 0, 7, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), "");

  /// What stands in the place of an element, and is not allowed; without the expression.
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(message, null, false, false);
    }
  }

  private static final Pattern ELEMENT = Pattern.compile("([^/]*)(?:/(.*))?", Pattern.DOTALL);
  private static final Pattern LAST_DAYS = Pattern.compile("L|LW|L-([0-9]{1,2})|([0-9]{1,2})W");
  private static final Pattern NTH_WEEKDAY = Pattern.compile("([A-Z]{3}|[0-7])(?:L|#([0-9]))");

  private final String title;
  private final int least;
  private final int most;
  private final List<String> names;
  private final String unit;

  CronField(String title, int least, int most, List<String> names, String unit) {
    this.title = title;
    this.least = least;
    this.most = most;
    this.names = names;
    this.unit = unit;
  }

  /// The field in numbers, as every cron reads it.
  ///
  /// @throws Wrong naming the field, the element, what is allowed, and what was probably meant
  String read(String written) throws Wrong {
    List<String> elements = new ArrayList<>();
    List<String> given = List.of(written.split(",", -1));
    for (String element : given) {
      if (element.equals("?") && given.size() > 1) {
        throw new Wrong(title + " '" + written + "': ? means any, and stands alone; write *");
      }
      if (element.isEmpty()) {
        throw new Wrong(title + " '" + written + "' has a comma too many");
      }
      elements.add(element(element));
    }
    return String.join(",", elements);
  }

  private String element(String written) throws Wrong {
    String upper = written.toUpperCase(Locale.ROOT);
    if (special(upper, written)) {
      return upper;
    }
    Matcher parts = ELEMENT.matcher(upper);
    if (!parts.matches()) {
      throw wrong(written);
    }
    String base = parts.group(1);
    String step = parts.group(2);
    if (base.equals("*") || base.equals("?") && (this == DAY || this == WEEKDAY)) {
      return step == null ? base : "*/" + step(step, most() - least + 1, written);
    }
    int dash = base.indexOf('-', 1);
    if (dash < 0) {
      int from = value(base, written);
      return step == null ? from + "" : from + "/" + step(step, most() - from + 1, written);
    }
    String first = base.substring(0, dash);
    String second = base.substring(dash + 1);
    int from = value(first, written);
    int to = value(second, written);
    if (this == WEEKDAY && to == 0 && from > 0) {
      to = 7;
    }
    if (from > to) {
      throw new Wrong(
          title
              + " '"
              + written
              + "' goes backwards; write "
              + around(first, second, from, to)
              + (step == null ? "" : ", each with its step"));
    }
    return from + "-" + to + (step == null ? "" : "/" + step(step, to - from + 1, written));
  }

  /// Sunday is there twice.
  private int most() {
    return this == WEEKDAY ? 6 : most;
  }

  /// `L`, `15W`, `FRI#2`.
  private boolean special(String upper, String written) throws Wrong {
    if (this == DAY) {
      Matcher last = LAST_DAYS.matcher(upper);
      if (last.matches()) {
        String number = last.group(1) == null ? last.group(2) : last.group(1);
        if (number != null) {
          value(number, written);
        }
        return true;
      }
    } else if (this == WEEKDAY) {
      Matcher nth = NTH_WEEKDAY.matcher(upper);
      if (nth.matches()) {
        value(nth.group(1), written);
        String which = nth.group(2);
        if (which != null && (which.equals("0") || which.compareTo("5") > 0)) {
          throw new Wrong(title + " '" + written + "': a month has no such one; write #1 to #5");
        }
        return true;
      }
    }
    return false;
  }

  private int value(String upper, String written) throws Wrong {
    int name = names.indexOf(upper);
    if (name >= 0) {
      return name + least;
    }
    if (!upper.matches("[0-9]{1,9}")) {
      throw wrong(written.length() > 40 ? written.substring(0, 40) + "…" : written);
    }
    int number = Integer.parseInt(upper);
    if (number < least || number > most) {
      throw new Wrong(
          title
              + " "
              + number
              + (written.equals(upper) ? "" : " in '" + written + "'")
              + " is not between "
              + least
              + " and "
              + most
              + (this == WEEKDAY ? "; 0 and 7 are Sunday" : ""));
    }
    return number;
  }

  /// @param values how many the step goes over
  private int step(String step, int values, String written) throws Wrong {
    if (!step.matches("[0-9]{1,9}") || Integer.parseInt(step) == 0) {
      throw new Wrong(title + " '" + written + "': a step is a whole number from 1 on, as in */5");
    }
    int size = Integer.parseInt(step);
    if (size > values) {
      throw new Wrong(
          title
              + " '"
              + written
              + "': a step of "
              + size
              + " is larger than what it goes over, which has "
              + values
              + (values == 1 ? " value" : " values")
              + (unit.isEmpty() ? "" : "; write every " + size + "." + unit + " instead of cron"));
    }
    return size;
  }

  /// `22-2` as two ranges.
  private String around(String first, String second, int from, int to) {
    String top =
        names.isEmpty() || first.matches("[0-9]+") ? most() + "" : names.get(most() - least);
    String bottom = names.isEmpty() || second.matches("[0-9]+") ? least + "" : names.getFirst();
    return (from == most() ? first : first + "-" + top)
        + ","
        + (to == least ? second : bottom + "-" + second);
  }

  private Wrong wrong(String written) {
    String upper = written.toUpperCase(Locale.ROOT);
    String near = "";
    for (String name : names) {
      // MONDAY, JANUARY, TUES
      near = upper.startsWith(name) ? name : near;
    }
    if (near.isEmpty()) {
      near = Nearest.to(upper, names);
    }
    if (upper.equals("H") || upper.startsWith("H/") || upper.startsWith("H(")) {
      return new Wrong(title + " '" + written + "': H is Jenkins's; write a number, or *");
    }
    return new Wrong(
        title
            + " '"
            + written
            + "' is no number from "
            + least
            + " to "
            + most
            + (names.isEmpty()
                ? ""
                : " and no name (" + names.getFirst() + " to " + names.getLast() + ")")
            + (near.isEmpty() ? "" : "; write " + near));
  }
}
