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
    ZoneRules rules = cron.zone().getRules();
    CronFields read = read(cron);
    List<String> six = read.fields();
    if (six.isEmpty()) {
      return new CronTimes(
          List.of(parsed(cron, read.text())), read.text().equals("@hourly"), rules);
    }
    boolean hourly = EVERY_HOUR.contains(six.get(2));
    List<CronExpression> expressions = new ArrayList<>();
    if (restricted(six.get(3)) && restricted(six.get(5))) {
      expressions.add(parsed(cron, with(six, 5)));
      expressions.add(parsed(cron, with(six, 3)));
    } else {
      expressions.add(parsed(cron, read.text()));
    }
    return new CronTimes(expressions, hourly, rules);
  }

  /// The fields, one of them unrestricted.
  private static String with(List<String> six, int every) {
    List<String> fields = new ArrayList<>(six);
    fields.set(every, "*");
    return String.join(" ", fields);
  }

  private static boolean restricted(String days) {
    return !days.startsWith("*") && !days.equals("?");
  }

  private static CronFields read(When.Cron cron) {
    try {
      return CronFields.read(cron.text());
    } catch (CronField.Wrong wrong) {
      throw new InvalidSpec("cron '" + cron.text() + "': " + wrong.getMessage());
    }
  }

  private static CronExpression parsed(When.Cron cron, String text) {
    try {
      return CronExpression.parse(text);
    } catch (IllegalArgumentException _) {
      // Our own reader takes nothing that the library does not; what that one would say is about
      // its classes.
      throw new InvalidSpec("cron '" + cron.text() + "': it is not understood");
    }
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
