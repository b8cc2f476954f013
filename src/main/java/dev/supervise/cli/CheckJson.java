package dev.supervise.cli;

import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.spec.App;
import dev.supervise.spec.Dependencies;
import dev.supervise.spec.Members;
import dev.supervise.spec.Origin;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Wiring;
import dev.supervise.spec.term.Facts;
import dev.supervise.text.Json;
import dev.supervise.text.Secrets;
import dev.supervise.worker.process.ProcessWorker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `check --json`: one document with a `version`, that only grows: `script`, `mistakes`, `warnings`
/// (of the same form: what works and is hardly meant), and, when there are no mistakes, how
/// processes are run here (`mode`, `unpromised`), `root`, the tree in start order, `tasks` and
/// `schedules`.
final class CheckJson {
  private static final int VERSION = 1;

  private CheckJson() {}

  static String of(String script, List<Mistake> mistakes, List<Mistake> warnings) {
    return Json.write(document(script, mistakes, warnings));
  }

  /// @param secrets what it does not show
  /// @param state where the script's state would be, as it is shown
  /// @param warnings what works and is hardly meant
  static String of(
      App app, ProcessWorker.Mode mode, Secrets secrets, Path state, List<Mistake> warnings) {
    Map<String, Object> document = document(app.script(), List.of(), warnings);
    document.put("mode", mode.name());
    document.put("unpromised", mode.unpromised());
    document.put("ports", app.ports());
    Map<String, String> exports = new LinkedHashMap<>();
    app.exports().forEach((name, value) -> exports.put(name, secrets.mask(value.shown())));
    document.put("exports", exports);
    document.put("onStart", app.onStart().size());
    document.put("onReady", app.onReady().size());
    document.put("onStop", app.onStop().size());
    Facts facts = new Facts(secrets, state);
    document.put("root", unit(app.root(), "", Dependencies.of(app.root()), facts));
    document.put(
        "tasks",
        app.tasks().stream()
            .map(task -> beside(task.name(), task.origin(), facts.of(task)))
            .toList());
    document.put(
        "schedules",
        app.schedules().stream()
            .map(each -> beside(each.name(), each.origin(), facts.of(each)))
            .toList());
    return Json.write(document, Json.DEEP);
  }

  private static Map<String, Object> beside(String name, Origin origin, Map<String, Object> words) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", name);
    fields.put("file", origin.file());
    fields.put("line", origin.line());
    fields.putAll(words);
    return fields;
  }

  private static Map<String, Object> document(
      String script, List<Mistake> mistakes, List<Mistake> warnings) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("version", VERSION);
    document.put("script", script);
    document.put("mistakes", listed(mistakes));
    document.put("warnings", listed(warnings));
    return document;
  }

  private static List<Map<String, Object>> listed(List<Mistake> mistakes) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Mistake mistake : mistakes) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("file", mistake.origin().file());
      fields.put("line", mistake.origin().line());
      fields.put("column", mistake.column());
      fields.put("unit", mistake.unit());
      fields.put("word", mistake.word());
      fields.put("message", mistake.message());
      fields.put("hint", mistake.hint());
      list.add(fields);
    }
    return list;
  }

  private static Map<String, Object> unit(UnitSpec unit, String path, Wiring wiring, Facts facts) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("path", path);
    fields.put("kind", unit.kind());
    fields.put("file", unit.origin().file());
    fields.put("line", unit.origin().line());
    fields.putAll(facts.of(unit, path));
    List<String> remarks = LogRemarks.of(unit);
    if (!remarks.isEmpty()) {
      fields.put("remarks", remarks);
    }
    if (unit instanceof SupervisorSpec supervisor) {
      switch (supervisor.members()) {
        case Members.Pool(var template, int _) ->
            fields.put("template", unit(template, path + "/1", wiring, facts));
        case Members.Listed _ -> {
          List<Object> units = new ArrayList<>();
          for (UnitSpec child : wiring.order().getOrDefault(path, List.of())) {
            units.add(
                unit(
                    child,
                    path.isEmpty() ? child.name() : path + "/" + child.name(),
                    wiring,
                    facts));
          }
          fields.put("units", units);
        }
      }
    }
    return fields;
  }
}
