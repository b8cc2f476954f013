package dev.supervise.dsl;

import java.util.List;
import java.util.stream.Collectors;

/// Everything that is wrong with a script, together. The message is the text for the user: one
/// mistake a line, sorted and folded already, at most 50, no stack.
public final class ScriptMistakes extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Mistake> mistakes;
  private final int hidden;
  private final boolean alone;

  /// @param mistakes sorted and folded; of more than 50 the rest is counted only
  public ScriptMistakes(List<Mistake> mistakes) {
    this(mistakes, "");
  }

  /// A text that does not parse.
  ///
  /// @param excerpt its line, and a caret below the place
  ScriptMistakes(Mistake mistake, String excerpt) {
    this(List.of(mistake), "\n" + excerpt);
  }

  private ScriptMistakes(List<Mistake> mistakes, String after) {
    super(text(mistakes) + after);
    this.alone = !after.isEmpty();
    this.mistakes =
        List.copyOf(mistakes.subList(0, Math.min(mistakes.size(), MistakeReport.LIMIT)));
    this.hidden = mistakes.size() - this.mistakes.size();
  }

  private static String text(List<Mistake> mistakes) {
    String shown =
        mistakes.stream()
            .limit(MistakeReport.LIMIT)
            .map(Mistake::toString)
            .collect(Collectors.joining("\n"));
    int more = mistakes.size() - MistakeReport.LIMIT;
    return more > 0 ? shown + "\nand " + more + " more mistakes in other places" : shown;
  }

  /// A text that does not parse: nothing else is known of it, and nothing else is told.
  boolean alone() {
    return alone;
  }

  public List<Mistake> mistakes() {
    return mistakes;
  }

  /// How many more there are than [#mistakes] holds.
  public int hidden() {
    return hidden;
  }
}
