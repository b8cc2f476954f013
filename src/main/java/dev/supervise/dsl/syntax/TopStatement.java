package dev.supervise.dsl.syntax;

import java.util.ArrayList;
import java.util.List;

/// A statement of the top level of a script, as its lexemes show it. Pure.
///
/// @param start an index into the text
/// @param end behind its last character
/// @param lexemes how many it has
public record TopStatement(int start, int end, int lexemes) {
  /// All of them, in order; the last one may be cut.
  public static List<TopStatement> of(List<Lexeme> lexemes) {
    List<TopStatement> statements = new ArrayList<>();
    int depth = 0;
    int start = 0;
    int end = 0;
    int count = 0;
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
        start = count == 0 ? lexeme.start() : start;
        end = lexeme.end();
        count++;
      } else if (count > 0) {
        statements.add(new TopStatement(start, end, count));
        count = 0;
      }
    }
    if (count > 0) {
      statements.add(new TopStatement(start, end, count));
    }
    return statements;
  }
}
