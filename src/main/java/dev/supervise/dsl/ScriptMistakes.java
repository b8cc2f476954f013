package dev.supervise.dsl;

import java.util.List;
import java.util.stream.Collectors;

/// Everything that is wrong with a script, together. The message is the text for the user: one
/// mistake a line, sorted and folded already, no stack.
public final class ScriptMistakes extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Mistake> mistakes;

  public ScriptMistakes(List<Mistake> mistakes) {
    super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n")));
    this.mistakes = List.copyOf(mistakes);
  }

  public List<Mistake> mistakes() {
    return mistakes;
  }
}
