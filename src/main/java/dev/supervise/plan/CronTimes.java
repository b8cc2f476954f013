package dev.supervise.plan;

import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.ScheduleSpec.When;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

/// The moments of a cron expression. Pure.
///
/// What an expression means on a calendar without zones is Spring's to say. Three things are said
/// here. Where both days, of the month and of the week, are restricted, one of them is enough, as
/// crontab(5) has it. A clock that is put forward leaves no moment out: one that falls into the gap
/// comes at its end, and several come as one. A clock that is put back brings no moment twice. An
/// expression that means every hour follows the hours as they pass instead.
public final class CronTimes {
  /// Expressions that never match end here: the calendar repeats itself after 28 years, and a
  /// century without a leap day lies between at most.
  private static final long YEARS = 40;

  private static final Set<String> EVERY_HOUR = Set.of("*", "*/1", "0-23", "0/1");

  private static final Pattern UNREAD = Pattern.compile("For input string: \"(.*?)\".* '(.*)'");

  private final List<CronExpression> expressions;
  private final boolean hourly;
  private final ZoneRules rules;

  private CronTimes(List<CronExpression> expressions, boolean hourly, ZoneRules rules) {
    this.expressions = expressions;
    this.hourly = hourly;
    this.rules = rules;
  }

  /// The expression, if it is one and can ever come true.
  ///
  /// @throws InvalidSpec what is wrong with it
  public static When.Cron checked(String text, ZoneId zone) {
    When.Cron cron = new When.Cron(text, zone);
    // A day that recurs at all does so within the calendar's great year, wherever one begins.
    if (of(cron).after(Instant.EPOCH).isEmpty()) {
      throw new InvalidSpec("cron '" + text + "' never comes");
    }
    return cron;
  }

  /// @throws InvalidSpec the text is no cron expression; the message says what is wrong
  public static CronTimes of(When.Cron cron) {
    String text = cron.text().strip();
    ZoneRules rules = cron.zone().getRules();
    if (text.startsWith("@")) {
      return new CronTimes(List.of(parsed(cron, text)), text.equals("@hourly"), rules);
    }
    String[] fields = text.split("\\s+");
    if (fields.length != 5 && fields.length != 6) {
      throw wrong(
          cron,
          "it has "
              + (text.isEmpty() ? 0 : fields.length)
              + " fields; allowed are five (minute hour day month weekday) or six (second first)");
    }
    String[] six = fields;
    if (fields.length == 5) {
      six = new String[] {"0", fields[0], fields[1], fields[2], fields[3], fields[4]};
    }
    boolean hourly = EVERY_HOUR.contains(six[2]);
    List<CronExpression> expressions = new ArrayList<>();
    if (restricted(six[3]) && restricted(six[5])) {
      expressions.add(parsed(cron, String.join(" ", six[0], six[1], six[2], six[3], six[4], "*")));
      expressions.add(parsed(cron, String.join(" ", six[0], six[1], six[2], "*", six[4], six[5])));
    } else {
      expressions.add(parsed(cron, String.join(" ", six)));
    }
    return new CronTimes(expressions, hourly, rules);
  }

  private static boolean restricted(String days) {
    return !days.startsWith("*") && !days.equals("?");
  }

  private static CronExpression parsed(When.Cron cron, String text) {
    try {
      return CronExpression.parse(text);
    } catch (IllegalArgumentException refused) {
      Throwable reason = refused.getCause() == null ? refused : refused.getCause();
      throw wrong(cron, said(String.valueOf(reason.getMessage())));
    }
  }

  /// The library's words, where they are not those of a number that could not be read.
  private static String said(String message) {
    Matcher unread = UNREAD.matcher(message);
    return unread.matches()
        ? "'" + unread.group(1) + "' in '" + unread.group(2) + "' is no number and no name"
        : message;
  }

  private static InvalidSpec wrong(When.Cron cron, String why) {
    return new InvalidSpec("cron '" + cron.text() + "' is no cron expression: " + why);
  }

  /// The first moment after that one; empty when there is none.
  public Optional<Instant> after(Instant moment) {
    Optional<Instant> first = from(wall(moment), moment);
    @Nullable ZoneOffsetTransition change = hourly ? rules.nextTransition(moment) : null;
    if (change == null
        || !change.isOverlap()
        || first.isPresent() && !first.get().isAfter(change.getInstant())) {
      return first;
    }
    // Between here and there the clock is put back, and shows once more what it has shown.
    return from(change.getDateTimeAfter().minusNanos(1), change.getInstant().minusNanos(1));
  }

  /// @param look the wall clock's time to look on from
  private Optional<Instant> from(LocalDateTime look, Instant moment) {
    LocalDateTime until = look.plusYears(YEARS);
    LocalDateTime next = next(look);
    while (next != null && !next.isAfter(until)) {
      for (Instant candidate : moments(next)) {
        if (candidate.isAfter(moment)) {
          return Optional.of(candidate);
        }
      }
      next = next(next);
    }
    return Optional.empty();
  }

  private LocalDateTime wall(Instant moment) {
    return LocalDateTime.ofInstant(moment, rules.getOffset(moment));
  }

  private @Nullable LocalDateTime next(LocalDateTime look) {
    LocalDateTime first = null;
    for (CronExpression expression : expressions) {
      LocalDateTime each = expression.next(look);
      if (each != null && (first == null || each.isBefore(first))) {
        first = each;
      }
    }
    return first;
  }

  /// When the wall clock shows that time, earliest first.
  private List<Instant> moments(LocalDateTime time) {
    List<ZoneOffset> offsets = rules.getValidOffsets(time);
    if (offsets.isEmpty()) {
      if (hourly) {
        return List.of();
      }
      ZoneOffsetTransition gap = rules.getTransition(time);
      return List.of(gap.getInstant());
    }
    List<Instant> moments = new ArrayList<>();
    for (ZoneOffset offset : hourly ? offsets : offsets.subList(0, 1)) {
      moments.add(time.toInstant(offset));
    }
    return moments;
  }
}
