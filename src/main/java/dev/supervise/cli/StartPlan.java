package dev.supervise.cli;

import dev.supervise.cli.run.DisplayNames;
import dev.supervise.control.protocol.Document;
import dev.supervise.spec.App;
import dev.supervise.spec.Dependencies;
import dev.supervise.spec.Edge;
import dev.supervise.spec.Members;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Strategy;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Wiring;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a tree that does not run yet would start, in which order. Pure.
final class StartPlan {
  /// One unit that would be started.
  ///
  /// @param after what it would wait for: `db ready`
  private record Row(String path, String kind, String many, List<String> after, boolean starts) {}

  private final Wiring wiring;
  private final List<Row> rows = new ArrayList<>();

  private StartPlan(App app) {
    wiring = Dependencies.of(app.root());
    members(app.root(), "", true);
  }

  static List<String> lines(App app) {
    List<Row> rows = new StartPlan(app).rows;
    int path = rows.stream().mapToInt(row -> row.path().length()).max().orElse(0);
    int kind = rows.stream().mapToInt(row -> row.kind().length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    int number = 0;
    for (Row row : rows) {
      String mark = row.starts() ? Integer.toString(++number) : "-";
      String why =
          row.starts()
              ? row.after().isEmpty() ? "" : "after " + String.join(", ", row.after())
              : "autostart false";
      lines.add(
          String.format(Locale.ROOT, "%4s", mark)
              + "  "
              + DisplayNames.pad(row.kind(), kind)
              + "  "
              + (DisplayNames.pad(row.path(), path) + "  " + row.many() + why).stripTrailing());
    }
    lines.add(app.script() + ": nothing is running; " + number + " would start, in this order");
    return lines;
  }

  static String json(App app) {
    List<Map<String, @Nullable Object>> units = new ArrayList<>();
    for (Row row : new StartPlan(app).rows) {
      Map<String, @Nullable Object> unit = new LinkedHashMap<>();
      unit.put("action", row.starts() ? "add" : "keep");
      unit.put("path", row.path());
      unit.put("kind", row.kind());
      unit.put("after", row.after());
      units.add(unit);
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("running", false);
    fields.put("units", units);
    return Document.of(fields);
  }

  private void members(SupervisorSpec supervisor, String path, boolean starts) {
    String before = "";
    for (UnitSpec unit : wiring.order().getOrDefault(path, List.of())) {
      String place = path.isEmpty() ? unit.name() : path + "/" + unit.name();
      boolean wanted = starts && unit.policy().autostart();
      List<String> after = new ArrayList<>();
      for (Wiring.ResolvedEdge edge : wiring.edges().getOrDefault(place, List.of())) {
        after.add(String.join(" and ", edge.targets()) + " " + word(edge.condition()));
      }
      if (supervisor.strategy() == Strategy.REST_FOR_ONE && !before.isEmpty() && after.isEmpty()) {
        after.add(before + " (restForOne)");
      }
      rows.add(new Row(place, unit.kind(), many(unit), after, wanted));
      if (unit instanceof SupervisorSpec inner) {
        members(inner, place, wanted);
      }
      before = place;
    }
  }

  private static String word(Edge.Condition condition) {
    return condition.name().toLowerCase(Locale.ROOT);
  }

  private static String many(UnitSpec unit) {
    if (unit instanceof ProcessSpec process && process.instances() > 0) {
      return process.instances() + " instances  ";
    }
    return unit instanceof SupervisorSpec s && s.members() instanceof Members.Pool(var _, int size)
        ? "size " + size + "  "
        : "";
  }
}
