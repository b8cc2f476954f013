package dev.supervise.cli;

import dev.supervise.cli.run.DisplayNames;
import dev.supervise.spec.App;
import dev.supervise.spec.Block;
import dev.supervise.spec.Dependencies;
import dev.supervise.spec.Members;
import dev.supervise.spec.Origin;
import dev.supervise.spec.ScheduleSpec;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.TaskSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Wiring;
import dev.supervise.spec.term.Facts;
import dev.supervise.text.Printable;
import dev.supervise.text.Secrets;
import dev.supervise.worker.process.ProcessWorker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The plan a script was understood as, for people: the tree with every unit's facts, each
/// supervisor's units in their start order.
final class PlanText {
  private static final int COLUMN = 14;

  private final StringBuilder text = new StringBuilder();
  private final Wiring wiring;
  private final Facts facts;

  private PlanText(App app, Secrets secrets, Path state) {
    wiring = Dependencies.of(app.root());
    facts = new Facts(secrets, state);
  }

  /// @param state where the script's state would be, as it is shown
  static String of(App app, ProcessWorker.Mode mode, Secrets secrets, Path state) {
    PlanText plan = new PlanText(app, secrets, state);
    int units = DisplayNames.of(app.root()).units();
    plan.text.append(
        app.script() + ": " + units + (units == 1 ? " unit" : " units") + ", no mistakes\n");
    plan.mode(mode);
    for (Map.Entry<String, Integer> port : app.ports().entrySet()) {
      plan.text.append(
          "port " + port.getKey() + ": chosen at each run (here " + port.getValue() + ")\n");
    }
    app.exports()
        .forEach((name, value) ->
            plan.text.append(
                "export " + name + ": " + Printable.text(secrets.mask(value.shown())) + "\n"));
    plan.called("onStart", app.onStart().size());
    plan.called("onReady", app.onReady().size());
    plan.called("onStop", app.onStop().size());
    plan.text.append('\n');
    plan.unit(app.root(), "", 0);
    for (TaskSpec task : app.tasks()) {
      plan.beside("task", task.name(), task.origin(), plan.facts.of(task));
    }
    for (ScheduleSpec schedule : app.schedules()) {
      plan.beside("schedule", schedule.name(), schedule.origin(), plan.facts.of(schedule));
    }
    return plan.text.toString();
  }

  private void called(String word, int closures) {
    if (closures > 0) {
      text.append(word + ": " + closures + (closures == 1 ? " closure\n" : " closures\n"));
    }
  }

  private void beside(String kind, String name, Origin origin, Map<String, Object> words) {
    text.append(kind + " " + name + (origin.line() == 0 ? "" : "  (" + origin + ")") + "\n");
    facts("", words);
  }

  private void mode(ProcessWorker.Mode mode) {
    boolean all = mode.unpromised().isEmpty();
    text.append("processes: ").append(mode.name()).append(all ? "\n" : " mode, which means:\n");
    mode.unpromised().forEach(line -> text.append("  - ").append(line).append('\n'));
  }

  private void unit(UnitSpec unit, String path, int depth) {
    String indent = "  ".repeat(depth);
    String head = path.isEmpty() ? "the script's top level: supervisor" : unit.kind() + " " + path;
    String origin = unit.origin().toString();
    text.append(indent)
        .append(head)
        .append(origin.isEmpty() ? "" : "  (" + origin + ")")
        .append('\n');
    facts(indent, facts.of(unit, path));
    LogRemarks.of(unit).forEach(remark -> text.append(indent).append("  ! " + remark + "\n"));
    if (unit instanceof SupervisorSpec supervisor) {
      members(supervisor, path, depth);
    }
  }

  private void members(SupervisorSpec supervisor, String path, int depth) {
    switch (supervisor.members()) {
      case Members.Pool(var template, int _) -> {
        text.append("  ".repeat(depth)).append("  of this template:\n");
        unit(template, path + "/1", depth + 1);
      }
      case Members.Listed _ -> {
        List<UnitSpec> order = wiring.order().getOrDefault(path, List.of());
        if (!order.isEmpty()) {
          fact(
              "  ".repeat(depth),
              "start order",
              String.join(", ", order.stream().map(UnitSpec::name).toList()));
        }
        for (UnitSpec unit : order) {
          unit(unit, path.isEmpty() ? unit.name() : path + "/" + unit.name(), depth + 1);
        }
      }
    }
  }

  private void facts(String indent, Map<String, Object> words) {
    words.forEach((word, value) ->
        Facts.lines(word, Facts.texts(value)).forEach(line -> fact(indent, word, line)));
  }

  private void fact(String indent, String word, String value) {
    String head = indent + "  " + DisplayNames.pad(word, COLUMN);
    text.append(Block.behind(head, Printable.text(value).stripTrailing())).append('\n');
  }
}
