package dev.supervise.spec.term;

import dev.supervise.spec.Logs;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.ScheduleSpec;
import dev.supervise.spec.TaskSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.text.Secrets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a unit, a task or a schedule was understood to be, word by word in the language of scripts,
/// defaults included. Each fact is a text or a list of texts; secrets are masked. What has a word
/// is said in [Terms].
public final class Facts {
  private final ValueText text;

  /// @param secrets what no fact shows
  /// @param state where the script's state is, as it is shown
  public Facts(Secrets secrets, Path state) {
    text = new ValueText(secrets, state.resolve("log"));
  }

  /// All facts of a unit, those that are so by default among them.
  ///
  /// @param path its full name; empty for the root
  public Map<String, Object> of(UnitSpec unit, String path) {
    return facts(unit, path);
  }

  /// The same of a task type.
  public Map<String, Object> of(TaskSpec task) {
    return facts(task, task.name());
  }

  /// The same of a schedule.
  public Map<String, Object> of(ScheduleSpec schedule) {
    return facts(schedule, schedule.name());
  }

  private Map<String, Object> facts(Object spec, String path) {
    Sheet sheet = new Sheet(spec, path, text);
    for (Term<?, ?> term : Terms.shown(spec)) {
      if (!path.isEmpty() || !Terms.amongOthers(term)) {
        term.show(sheet);
      }
    }
    return sheet.facts();
  }

  /// What a unit's script says of it: the facts that are not so by default.
  Map<String, Object> own(UnitSpec unit, String path) {
    Map<String, Object> facts = of(unit, path);
    Map<String, Object> usual = of(DefaultUnit.like(unit), path);
    facts.entrySet().removeIf(fact -> fact.getValue().equals(usual.get(fact.getKey())));
    return facts;
  }

  /// For one unit of a tree: where its output is kept is said beside it, so that of its logs only
  /// the rest is.
  ///
  /// @param effective with what is so by default
  public Map<String, List<String>> shown(UnitSpec unit, String path, boolean effective) {
    Map<String, List<String>> shown = new LinkedHashMap<>();
    (effective ? of(unit, path) : own(unit, path))
        .forEach((word, value) -> shown.put(word, texts(value)));
    if (unit instanceof ProcessSpec p && p.logs() instanceof Logs.Captured captured) {
      shown.computeIfPresent(Term.LOGS, (_, _) -> List.of(ValueText.kept(captured)));
    }
    return shown;
  }

  /// A fact as texts.
  public static List<String> texts(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(Object::toString).toList()
        : List.of(value.toString());
  }

  /// A fact as lines for people: a command is one, whatever its words.
  public static List<String> lines(String word, List<String> texts) {
    return word.equals(Term.COMMAND) ? List.of(ValueText.quoted(texts)) : texts;
  }
}
