package dev.supervise.dsl.mistake;

import dev.supervise.text.Printable;
import java.util.List;
import java.util.stream.Collectors;

/// Everything that is wrong with a script, together. The message is the text for the user: one
/// mistake a line, sorted and folded already, at most 50, no stack.
public final class ScriptMistakes extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Mistake> mistakes;
  private final int hidden;
  private final boolean unparsed;

  /// @param mistakes sorted and folded; of more than 50 the rest is counted only
  public ScriptMistakes(List<Mistake> mistakes) {
    this(mistakes, "", false);
  }

  /// A text that does not parse.
  ///
  /// @param excerpt the line of the only mistake, and a caret below the place; or empty
  public static ScriptMistakes unparsed(List<Mistake> mistakes, String excerpt) {
    return new ScriptMistakes(mistakes, excerpt, true);
  }

  private ScriptMistakes(List<Mistake> mistakes, String excerpt, boolean unparsed) {
    super(excerpt.isEmpty() ? text(mistakes) : text(mistakes) + "\n" + Printable.lines(excerpt));
    this.unparsed = unparsed;
    this.mistakes =
        List.copyOf(mistakes.subList(0, Math.min(mistakes.size(), MistakeReport.LIMIT)));
    this.hidden = mistakes.size() - this.mistakes.size();
  }

  private ScriptMistakes(ScriptMistakes same) {
    super(same.getMessage());
    this.unparsed = same.unparsed;
    this.mistakes = same.mistakes;
    this.hidden = same.hidden;
  }

  /// The same, without what the script threw and the compiler ended with.
  public ScriptMistakes withoutStacks() {
    return getSuppressed().length == 0 ? this : new ScriptMistakes(this);
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

  /// Whether the text does not parse, so that nothing of it was run.
  public boolean unparsed() {
    return unparsed;
  }

  public List<Mistake> mistakes() {
    return mistakes;
  }

  /// How many more there are than [#mistakes] holds.
  public int hidden() {
    return hidden;
  }
}
