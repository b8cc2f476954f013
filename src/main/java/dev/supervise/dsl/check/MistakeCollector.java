package dev.supervise.dsl.check;

import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.dsl.mistake.MistakeReport;
import dev.supervise.dsl.mistake.ScriptText;
import dev.supervise.dsl.words.MistakeText;
import dev.supervise.dsl.words.TaskDeclarations;
import dev.supervise.spec.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.codehaus.groovy.ast.ASTNode;

/// The mistakes that a walk finds, each once, however often the walk comes by.
final class MistakeCollector {
  private final ScriptText text;
  private final VisibleNames sight;
  private final Map<String, Mistake> mistakes = new LinkedHashMap<>();
  private final Map<String, Mistake> warnings = new LinkedHashMap<>();
  private final Map<Origin, TaskDeclarations.Wanted> submitted = new LinkedHashMap<>();
  private boolean open;

  MistakeCollector(ScriptText text, VisibleNames sight) {
    this.text = text;
    this.sight = sight;
  }

  /// From now on reports count.
  void open() {
    open = true;
  }

  boolean isOpen() {
    return open;
  }

  /// @param at what the parser has made up itself has no place, and stands for all of its line
  void report(ASTNode at, String word, MistakeText advice) {
    put(mistakes, at, word, advice);
  }

  /// What works and is hardly meant.
  void warn(ASTNode at, MistakeText advice) {
    put(warnings, at, "", advice);
  }

  private void put(Map<String, Mistake> kept, ASTNode at, String word, MistakeText advice) {
    if (open) {
      int line = Math.max(1, at.getLineNumber());
      int column = Math.max(0, at.getColumnNumber());
      kept.putIfAbsent(
          line + ":" + column + ":" + advice.message(),
          new Mistake(
              new Origin(text.path(), line),
              column,
              sight.here().unit(),
              word,
              advice.message(),
              advice.hint()));
    }
  }

  /// Code that runs later submits a task of that type.
  void submits(ASTNode at, String type) {
    if (open) {
      Origin here = new Origin(text.path(), at.getLineNumber());
      submitted.putIfAbsent(here, new TaskDeclarations.Wanted(type, here, sight.here().unit()));
    }
  }

  List<TaskDeclarations.Wanted> submitted() {
    return List.copyOf(submitted.values());
  }

  List<Mistake> warnings() {
    return sorted(warnings);
  }

  List<Mistake> sorted() {
    return sorted(mistakes);
  }

  private static List<Mistake> sorted(Map<String, Mistake> found) {
    List<Mistake> sorted = new ArrayList<>(found.values());
    sorted.sort(MistakeReport.BY_PLACE);
    return sorted;
  }
}
