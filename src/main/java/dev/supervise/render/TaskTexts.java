package dev.supervise.render;

import dev.supervise.control.protocol.Document;
import dev.supervise.control.protocol.Instance;
import dev.supervise.control.protocol.TaskView;
import dev.supervise.render.Table.Cell;
import dev.supervise.render.Table.Column;
import dev.supervise.text.DurationText;
import dev.supervise.text.Json;
import dev.supervise.text.Printable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tasks for people and for programs. Pure.
public final class TaskTexts {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private TaskTexts() {}

  public static List<String> table(List<TaskView> tasks, OutputFormat canvas) {
    Table table =
        new Table(
            Column.text("ID"),
            Column.text("TYPE").giving(),
            Column.text("STATE"),
            Column.number("ATTEMPT").sparing(4),
            Column.text("SUBMITTED").sparing(3),
            Column.number("TOOK").sparing(2),
            Column.text("DETAIL").giving().sparing(1));
    for (TaskView task : tasks) {
      table.row(
          task.id(),
          task.type(),
          new Cell(task.state(), ink(task)),
          task.attempt() > 1 ? task.attempt() : "",
          time(task.submittedAt()),
          took(task),
          detail(task));
    }
    return table.lines(canvas);
  }

  private static Style ink(TaskView task) {
    return switch (task.state()) {
      case "running" -> Style.GOOD;
      case "failed" -> Style.BAD;
      case "queued" -> Style.CARE;
      default -> Style.PALE;
    };
  }

  public static String time(long millis) {
    return millis == 0
        ? ""
        : TIME.format(Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault()));
  }

  public static String took(TaskView task) {
    if (task.startedAt() == 0 || task.completedAt() == 0) {
      return "";
    }
    return DurationText.text(Duration.ofMillis(Math.max(0, task.completedAt() - task.startedAt())));
  }

  private static String detail(TaskView task) {
    if (task.state().equals("completed")) {
      return task.result().equals("null") ? "" : task.result();
    }
    String how =
        task.fraction() > 0 || !task.progress().isEmpty()
            ? (Math.round(task.fraction() * 100) + " % " + task.progress()).strip()
            : "";
    String due =
        task.state().equals("queued") && task.due() > 0 ? "again at " + time(task.due()) : "";
    return String.join(
        "; ",
        java.util.stream.Stream.of(how, task.waits(), due, task.error())
            .filter(s -> !s.isEmpty())
            .toList());
  }

  /// How it stands, in a clause.
  public static String standing(TaskView task) {
    String more = detail(task);
    return "task "
        + task.id()
        + " ("
        + task.type()
        + ") is "
        + task.state()
        + (more.isEmpty() ? "" : ": " + more);
  }

  /// Everything about one task, a line each.
  public static List<String> whole(TaskView task) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("id", task.id());
    lines.put("type", task.type());
    lines.put("state", task.state());
    lines.put("params", task.params());
    lines.put("attempt", Integer.toString(task.attempt()));
    lines.put("crashes", task.crashes() == 0 ? "" : Integer.toString(task.crashes()));
    lines.put("submitted", time(task.submittedAt()));
    lines.put("started", time(task.startedAt()));
    lines.put("completed", time(task.completedAt()));
    lines.put("took", took(task));
    lines.put("due", time(task.due()));
    lines.put(
        "progress",
        task.fraction() > 0 || !task.progress().isEmpty()
            ? Math.round(task.fraction() * 100) + " % " + task.progress()
            : "");
    lines.put("waiting", task.waits());
    lines.put("error", task.error());
    lines.put("result", task.result());
    List<String> text = new ArrayList<>();
    lines.forEach((name, value) -> {
      if (!value.isBlank()) {
        text.add(Printable.cell(TextWidth.padded(name, 11, false) + value.strip()));
      }
    });
    for (TaskView.Past past : task.attempts()) {
      text.add(
          Printable.cell(
              TextWidth.padded("attempt " + past.number(), 10, false)
                  + " "
                  + past.outcome()
                  + " "
                  + time(past.endedAt())
                  + (past.error().isEmpty() ? "" : ": " + past.error())));
    }
    return text;
  }

  public static String json(Instance about, List<TaskView> tasks, String readiness) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("readiness", readiness);
    fields.put("tasks", tasks.stream().map(TaskTexts::plain).toList());
    return Document.of(about, fields);
  }

  /// With its parameters and its result as what they are, not as texts.
  private static @Nullable Object plain(TaskView task) {
    if (Document.plain(task) instanceof Map<?, ?> fields) {
      Map<String, @Nullable Object> plain = new LinkedHashMap<>();
      fields.forEach((name, value) -> plain.put(String.valueOf(name), value));
      plain.put("params", Json.read(task.params()));
      plain.put("result", task.result().isEmpty() ? null : Json.read(task.result()));
      return plain;
    }
    return null;
  }
}
