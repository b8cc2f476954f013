package dev.supervise.dsl.check;

import dev.supervise.dsl.mistake.ScriptText;
import dev.supervise.dsl.mistake.ScriptText.Place;
import dev.supervise.dsl.syntax.Lexeme;
import dev.supervise.dsl.syntax.TopStatement;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Finds the statement that the compiler fails at where it does not say which: it is given them one
/// by one. Takes its time; for a script that has failed already.
public final class Culprit {
  /// More are not tried.
  private static final int MOST = 2000;

  private Culprit() {}

  /// The first statement of the top level that fails by itself.
  ///
  /// @param fails whether the compiler fails at a piece of text in the same way
  public static Optional<Place> of(ScriptText text, List<Lexeme> lexemes, Predicate<String> fails) {
    return TopStatement.of(lexemes).stream()
        .limit(MOST)
        .filter(each -> fails.test(text.text().substring(each.start(), each.end())))
        .findFirst()
        .map(each -> text.place(each.start()));
  }
}
