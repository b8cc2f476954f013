package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Document;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.UnitUse;
import dev.supervise.render.StatusText;
import dev.supervise.render.Style;
import dev.supervise.render.Table;
import dev.supervise.render.Table.Cell;
import dev.supervise.render.Table.Column;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.Selector;
import dev.supervise.run.UnitSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// `top`: what units use of the machine. Nothing is measured but while it runs.
final class TopVerb implements Verb {
  private static final Duration USUAL = Duration.ofSeconds(2);

  /// Between the first two looks: processor time is only seen between two.
  private static final long FIRST_MILLIS = 500;

  /// Where the name of a unit stands.
  private static final String ITSELF = "(supervise)";

  /// One line.
  ///
  /// @param cpu of one processor, in percent
  private record Row(
      String path,
      String status,
      double cpu,
      long memory,
      int processes,
      int threads,
      int descriptors,
      Duration up,
      int restarts) {}

  @Override
  public String name() {
    return "top";
  }

  @Override
  public String purpose() {
    return "what units use of the machine; -f goes on";
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "[NAME...]",
            Option.FOLLOW,
            Option.of("2s", "how often it is looked", "--every").with("-f"),
            Option.of("cpu|memory|name", "what comes first", "--sort"),
            Option.LABEL,
            Option.JSON_LINES));
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    Selector which = new Selector(options.words(), options.labels());
    Comparator<Row> order = order(options.value("--sort").orElse("cpu"));
    long pause = Math.max(100, options.span("--every").orElse(USUAL).toMillis());
    Answer before = QueryCall.ask(connection, new Query.Use(which));
    TimeUnit.MILLISECONDS.sleep(FIRST_MILLIS);
    while (true) {
      Answer now = QueryCall.ask(connection, new Query.Use(which));
      if (now instanceof Answer.Refusal refusal) {
        return QueryCall.refused(refusal, out);
      }
      if (!(before instanceof Answer.Used first && now instanceof Answer.Used second)) {
        return before instanceof Answer.Refusal refusal
            ? QueryCall.refused(refusal, out)
            : QueryCall.unexpected(now, out);
      }
      List<Row> rows = new ArrayList<>(rows(first, second));
      rows.sort(order);
      tell(rows, second, options, out);
      if (!options.has("-f")) {
        return ExitCodes.FINE;
      }
      before = now;
      TimeUnit.MILLISECONDS.sleep(pause);
    }
  }

  private static Comparator<Row> order(String by) {
    return switch (by) {
      case "cpu" -> Comparator.comparingDouble(Row::cpu).thenComparingLong(Row::memory).reversed();
      case "memory" -> Comparator.comparingLong(Row::memory).reversed();
      default -> Comparator.comparing(Row::path);
    };
  }

  private static List<Row> rows(Answer.Used before, Answer.Used now) {
    Map<String, UnitUse> past = new HashMap<>();
    before.uses().forEach(use -> past.put(use.path(), use));
    Map<String, UnitSnapshot> units = new HashMap<>();
    now.units().forEach(unit -> collect(unit, units));
    long between = Math.max(1, now.nanos() - before.nanos());
    List<Row> rows = new ArrayList<>();
    for (UnitUse use : now.uses()) {
      UnitUse old = past.get(use.path());
      // A process that ended meanwhile takes its time with it.
      long cpu = old == null ? 0 : Math.max(0, use.cpu().minus(old.cpu()).toNanos());
      boolean own = use.path().isEmpty();
      UnitSnapshot unit = units.get(use.path());
      rows.add(
          new Row(
              own ? ITSELF : use.path(),
              own || unit == null ? "" : StatusText.status(unit),
              100.0 * cpu / between,
              use.memory(),
              use.processes(),
              use.threads(),
              use.descriptors(),
              own || unit == null ? Duration.ZERO : unit.inState(),
              own || unit == null ? 0 : unit.restarts()));
    }
    return rows;
  }

  private static void collect(UnitSnapshot unit, Map<String, UnitSnapshot> units) {
    units.put(unit.path(), unit);
    unit.children().forEach(child -> collect(child, units));
  }

  private static void tell(List<Row> rows, Answer.Used now, Options options, Out out) {
    if (options.has("--json")) {
      out.line(Document.of(Map.of("processors", now.processors(), "units", rows)));
      return;
    }
    Table table =
        new Table(
            Column.text("NAME").giving(),
            Column.number("CPU %"),
            Column.number("MEMORY"),
            Column.number("PROCS").sparing(2),
            Column.number("THREADS").sparing(4),
            Column.number("FILES").sparing(3),
            Column.number("UP").sparing(1),
            Column.number("RESTARTS").sparing(2));
    for (Row row : rows) {
      table.row(
          new Cell(row.path(), row.path().equals(ITSELF) ? Style.PALE : Style.PLAIN),
          String.format(Locale.ROOT, "%.1f", row.cpu()),
          size(row.memory()),
          row.processes(),
          row.threads(),
          row.descriptors(),
          row.up().isZero() ? "" : dev.supervise.text.DurationText.text(row.up()),
          row.restarts() == 0 ? "" : row.restarts());
    }
    out.lines(table.lines(out.canvas()));
    if (options.has("-f")) {
      out.line("");
    }
  }

  private static String size(long bytes) {
    double mega = bytes / 1048576.0;
    return mega < 1000
        ? String.format(Locale.ROOT, "%.1f MB", mega)
        : String.format(Locale.ROOT, "%.2f GB", mega / 1024);
  }
}
