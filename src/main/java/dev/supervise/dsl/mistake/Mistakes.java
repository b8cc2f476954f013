package dev.supervise.dsl.mistake;

import dev.supervise.text.Secrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the run of a script found wrong. A loop may make ten thousand of one mistake: equal ones
/// are counted, not kept.
public final class Mistakes {
  private final List<Mistake> walked = new ArrayList<>();
  private final Map<Mistake, Integer> run = new LinkedHashMap<>();
  private final List<Throwable> thrown = new ArrayList<>();
  private final List<ScriptMistakes> unparsed = new ArrayList<>();

  /// What the walk over a file's syntax tree found.
  public void walked(List<Mistake> found) {
    walked.addAll(found);
  }

  /// A file whose text does not parse: what it would have declared is not known.
  public void unparsed(ScriptMistakes broken) {
    unparsed.add(broken);
  }

  /// Whether all that the script consists of could be read.
  public boolean complete() {
    return unparsed.isEmpty();
  }

  public void add(Mistake mistake) {
    run.merge(mistake, 1, Integer::sum);
  }

  /// A mistake that is an exception of the script's own code.
  public void thrown(Mistake mistake, Throwable cause) {
    if (!run.containsKey(mistake)) {
      thrown.add(cause);
    }
    add(mistake);
  }

  public boolean isEmpty() {
    return walked.isEmpty() && run.isEmpty() && unparsed.isEmpty();
  }

  /// Without what the script calls a secret.
  ///
  /// @param stacktrace with the stacks of what the script's own code threw
  public ScriptMistakes all(boolean stacktrace, Secrets secrets) {
    if (walked.isEmpty() && run.isEmpty() && unparsed.size() == 1) {
      return unparsed.getFirst();
    }
    unparsed.forEach(broken -> walked.addAll(broken.mistakes()));
    List<Mistake> counted = new ArrayList<>();
    run.forEach((mistake, times) -> counted.add(mistake.masked(secrets).folded(times - 1)));
    List<Mistake> read = walked.stream().map(mistake -> mistake.masked(secrets)).toList();
    ScriptMistakes all = new ScriptMistakes(MistakeReport.of(read, counted));
    if (stacktrace) {
      thrown.forEach(all::addSuppressed);
    }
    return all;
  }
}
