package dev.supervise.render;

import dev.supervise.control.protocol.Instance;
import dev.supervise.render.Table.Cell;
import dev.supervise.render.Table.Column;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.Block;
import dev.supervise.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Units as tables and trees, for people. Pure.
public final class Listings {
  private Listings() {}

  /// A line a unit, in start order, with what is below each (`ps`). The root, which is everything,
  /// has no line of its own where it has units.
  public static List<String> table(List<UnitSnapshot> units, OutputFormat canvas) {
    Table table =
        new Table(
            Column.text("NAME").giving(),
            Column.text("STATUS"),
            Column.number("PID").sparing(4),
            Column.number("RESTARTS").sparing(3),
            Column.text("FOR").sparing(2),
            Column.text("LABELS").giving().sparing(5),
            Column.text("DETAIL").giving().sparing(1));
    units.forEach(unit -> rows(unit, table));
    return table.lines(canvas);
  }

  private static void rows(UnitSnapshot unit, Table table) {
    if (!unit.path().isEmpty() || unit.children().isEmpty()) {
      String detail = unit.said();
      String name = unit.path().isEmpty() ? unit.name() : unit.path();
      table.row(
          // What the script does not say, and the next start does not know.
          unit.live() ? new Cell(name + " *", Style.STRONG) : name,
          new Cell(StatusText.status(unit), StatusText.ink(unit)),
          unit.pid() > 0 ? unit.pid() : "",
          unit.restarts() > 0 ? unit.restarts() : "",
          StatusText.span(unit),
          labels(unit.labels()),
          Block.first(detail));
    }
    unit.children().forEach(child -> rows(child, table));
  }

  private static String labels(Map<String, String> labels) {
    return labels.entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(","));
  }

  /// One line about the instance, to stand above a listing of all its units.
  public static String summary(Instance instance, UnitSnapshot root) {
    Count count = Count.of(root);
    StringBuilder text = new StringBuilder();
    text.append(count.units()).append(count.units() == 1 ? " unit, " : " units, ");
    text.append(count.up()).append(" up");
    if (count.finished() > 0) {
      text.append(", ").append(count.finished()).append(" finished");
    }
    if (count.failed() > 0) {
      text.append(", ").append(count.failed()).append(" failed");
    }
    if (count.live() > 0) {
      text.append(", ").append(count.live()).append(" declared live (*)");
    }
    text.append("; supervisor pid ").append(instance.pid());
    return text.toString();
  }

  /// The units below one another as they are supervised (`tree`).
  ///
  /// @param rootName what the root is called: the script
  public static List<String> tree(List<UnitSnapshot> units, String rootName, OutputFormat canvas) {
    List<String> lines = new ArrayList<>();
    for (UnitSnapshot unit : units) {
      branch(unit, rootName, "", "", canvas, lines);
    }
    return lines;
  }

  private static void branch(
      UnitSnapshot unit,
      String rootName,
      String before,
      String below,
      OutputFormat canvas,
      List<String> lines) {
    String name = unit.path().isEmpty() ? rootName : unit.name();
    String status = StatusText.status(unit);
    StringBuilder rest = new StringBuilder();
    append(rest, unit.live() ? "live" : "");
    append(rest, unit.pid() > 0 ? "pid " + unit.pid() : "");
    append(
        rest,
        unit.restarts() == 0
            ? ""
            : unit.restarts() + (unit.restarts() == 1 ? " restart" : " restarts"));
    append(rest, StatusText.span(unit));
    append(rest, Block.first(unit.said()));
    String kind = unit.kind().equals("process") ? "" : unit.kind() + " ";
    String head = before + kind + Printable.cell(name) + "  ";
    String tail = rest.isEmpty() ? "" : "  " + Printable.cell(rest.toString());
    if (canvas.columns() > 0) {
      int room = canvas.columns() - TextWidth.width(head) - TextWidth.width(status);
      tail = TextWidth.fit(tail, Math.max(0, room), canvas.unicode());
    }
    Style ink = StatusText.ink(unit);
    lines.add(
        (head + (canvas.colour() ? ink.paint(status) + Style.PALE.paint(tail) : status + tail))
            .stripTrailing());
    for (int i = 0; i < unit.children().size(); i++) {
      boolean last = i == unit.children().size() - 1;
      String fork = canvas.unicode() ? last ? "└─ " : "├─ " : last ? "`- " : "|- ";
      String rail = last ? "   " : canvas.unicode() ? "│  " : "|  ";
      branch(unit.children().get(i), rootName, below + fork, below + rail, canvas, lines);
    }
  }

  private static void append(StringBuilder text, String more) {
    if (!more.isEmpty()) {
      text.append(text.isEmpty() ? "" : ", ").append(more);
    }
  }

  /// The diagram of a tree or of one unit's states.
  ///
  /// @param state of the unit's states instead of the tree below it
  /// @param dot for Graphviz instead of Mermaid
  public static List<String> graph(UnitSnapshot unit, String rootName, boolean state, boolean dot) {
    DiagramUnit drawn = StatusText.diagram(unit, rootName);
    return state
        ? dot ? Dot.state(drawn) : Mermaid.state(drawn)
        : dot ? Dot.tree(drawn) : Mermaid.tree(drawn);
  }

  /// How many units there are and how they fare; supervisors and pools are not counted.
  public record Count(int units, int up, int finished, int failed, int live) {
    public static Count of(UnitSnapshot unit) {
      Count sum = new Count(0, 0, 0, 0, 0);
      for (UnitSnapshot child : unit.children()) {
        sum = sum.plus(of(child));
      }
      if (unit.group()) {
        return sum;
      }
      int live = unit.live() ? 1 : 0;
      return switch (unit.status()) {
        case RUNNING -> sum.plus(new Count(1, unit.ready() ? 1 : 0, 0, 0, live));
        case FINISHED -> sum.plus(new Count(1, 0, 1, 0, live));
        case FAILED, BLOCKED, STUCK -> sum.plus(new Count(1, 0, 0, 1, live));
        case PENDING, WAITING, STARTING, BACKING_OFF, STOPPING, STOPPED ->
            sum.plus(new Count(1, 0, 0, 0, live));
      };
    }

    private Count plus(Count other) {
      return new Count(
          units + other.units,
          up + other.up,
          finished + other.finished,
          failed + other.failed,
          live + other.live);
    }
  }
}
