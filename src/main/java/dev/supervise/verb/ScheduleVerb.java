package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Document;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.ScheduleView;
import dev.supervise.render.OutputFormat;
import dev.supervise.render.Style;
import dev.supervise.render.Table;
import dev.supervise.render.Table.Cell;
import dev.supervise.render.Table.Column;
import dev.supervise.render.TaskTexts;
import dev.supervise.run.ExitCodes;
import dev.supervise.text.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `schedule list`, `schedule run NAME`, `schedule suspend NAME`, `schedule resume NAME`.
final class ScheduleVerb implements Verb {
  @Override
  public String name() {
    return "schedule";
  }

  @Override
  public String purpose() {
    return "schedules: list them, submit one's task now, suspend or resume one";
  }

  @Override
  public Operand operand() {
    return Operand.TEXT;
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.chosen("list", "", Option.JSON, Option.NAMES),
        Usage.chosen("run", "NAME..."),
        Usage.chosen("suspend", "NAME..."),
        Usage.chosen("resume", "NAME..."));
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    return switch (options.usage().word()) {
      case "list" -> list(connection, options, out);
      case "run" -> each(connection, options, out, Query.RunSchedule::new);
      case "suspend" -> each(connection, options, out, Query.SuspendSchedule::new);
      default -> each(connection, options, out, Query.ResumeSchedule::new);
    };
  }

  private static int list(Connection connection, Options options, Out out)
      throws InterruptedException {
    options.words(0, 0, "list alone");
    Answer answer = QueryCall.ask(connection, new Query.ListSchedules());
    if (!(answer instanceof Answer.Schedules(List<ScheduleView> schedules))) {
      return QueryCall.refused(answer, out);
    }
    if (options.has("--json")) {
      out.line(
          Document.of(Map.of("schedules", schedules.stream().map(ScheduleVerb::plain).toList())));
    } else if (options.has("-q")) {
      schedules.forEach(schedule -> out.line(schedule.name()));
    } else {
      out.lines(table(schedules, out.canvas()));
    }
    return ExitCodes.FINE;
  }

  /// With its parameters as what they are, not as a text.
  private static Map<String, @Nullable Object> plain(ScheduleView schedule) {
    Map<String, @Nullable Object> plain = new LinkedHashMap<>();
    if (Document.plain(schedule) instanceof Map<?, ?> fields) {
      fields.forEach((name, value) -> plain.put(String.valueOf(name), value));
    }
    plain.put("params", Json.read(schedule.params()));
    return plain;
  }

  private static List<String> table(List<ScheduleView> schedules, OutputFormat canvas) {
    Table table =
        new Table(
            Column.text("NAME"),
            Column.text("WHEN").giving(),
            Column.text("SUBMITS").giving(),
            Column.text("LAST").sparing(1),
            Column.text("NEXT"));
    for (ScheduleView schedule : schedules) {
      table.row(
          schedule.name(),
          schedule.when(),
          schedule.type(),
          TaskTexts.time(schedule.lastFire()),
          schedule.suspended()
              ? new Cell("suspended", Style.CARE)
              : Cell.of(TaskTexts.time(schedule.nextFire())));
    }
    return table.lines(canvas);
  }

  private interface Order {
    Query of(String name);
  }

  private static int each(Connection connection, Options options, Out out, Order order)
      throws InterruptedException {
    List<String> names = options.words(1, Integer.MAX_VALUE, "a schedule's name");
    int code = ExitCodes.FINE;
    for (String name : names) {
      int one = QueryCall.order(connection, order.of(name), out);
      code = code == ExitCodes.FINE ? one : code;
    }
    return code;
  }
}
