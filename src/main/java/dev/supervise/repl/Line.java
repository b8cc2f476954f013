package dev.supervise.repl;

import java.util.List;

/// What one typed line is.
public sealed interface Line {
  /// Blank, or a comment.
  record Nothing() implements Line {}

  /// A verb and what followed it, split as a shell splits.
  record Command(String verb, List<String> words) implements Line {
    public Command {
      words = List.copyOf(words);
    }
  }

  /// Groovy.
  record Groovy(String text) implements Line {}

  /// `:verb` with a verb that does not exist, or a quote that is left open.
  record Wrong(String why) implements Line {}
}
