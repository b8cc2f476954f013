package dev.supervise.dsl;

import dev.supervise.dsl.ScriptText.Place;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Finds the statement that the compiler fails at where it does not say which: it is given them one
/// by one. Takes its time; for a script that has failed already.
final class Culprit {
  /// More are not tried.
  private static final int MOST = 2000;

  private Culprit() {}

  /// The first statement of the top level that fails by itself.
  ///
  /// @param fails whether the compiler fails at a piece of text in the same way
  static Optional<Place> of(ScriptText text, List<Lexeme> lexemes, Predicate<String> fails) {
    int depth = 0;
    int start = -1;
    int end = 0;
    int tried = 0;
    for (Lexeme lexeme : lexemes) {
      boolean over =
          switch (lexeme.kind()) {
            case NEWLINE, SEMICOLON -> depth <= 0;
            case OPEN -> {
              depth++;
              yield false;
            }
            case CLOSE -> {
              depth--;
              yield false;
            }
            case WORD, NUMBER, TEXT, SIGN -> false;
          };
      if (!over) {
        start = start < 0 ? lexeme.start() : start;
        end = lexeme.end();
      } else if (start >= 0) {
        if (fails.test(text.text().substring(start, end))) {
          return Optional.of(text.place(start));
        }
        start = -1;
        if (++tried == MOST) {
          return Optional.empty();
        }
      }
    }
    return start >= 0 && fails.test(text.text().substring(start, end))
        ? Optional.of(text.place(start))
        : Optional.empty();
  }
}
