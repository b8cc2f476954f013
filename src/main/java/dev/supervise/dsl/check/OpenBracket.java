package dev.supervise.dsl.check;

import dev.supervise.dsl.syntax.Lexeme;
import dev.supervise.dsl.syntax.Lexeme.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A bracket that a script opens and does not close; the parser itself only says where it gave up,
/// which is mostly the end of the file. Pure.
///
/// @param bracket `{`, `(`, `[`, or `${` in a string
/// @param start where it stands, an index into the text
/// @param close what stands in the place of its closing bracket; empty for the end of the file
record OpenBracket(String bracket, int start, String close) {

  String closing() {
    return switch (bracket) {
      case "(" -> ")";
      case "[" -> "]";
      default -> "}";
    };
  }

  /// The bracket that is left open, if any. Where brackets only fail to match at the end of the
  /// file, indentation tells which one: the innermost whose closing bracket stands further left
  /// than the line that opened it.
  static Optional<OpenBracket> in(String text, List<Lexeme> lexemes) {
    Deque<OpenBracket> open = new ArrayDeque<>();
    @Nullable OpenBracket suspect = null;
    for (Lexeme lexeme : lexemes) {
      String written = text.substring(lexeme.start(), lexeme.end());
      if (lexeme.kind() == Kind.OPEN) {
        open.push(new OpenBracket(written, lexeme.start(), ""));
      } else if (lexeme.kind() == Kind.CLOSE && !open.isEmpty()) {
        OpenBracket opened = open.pop();
        if (!opened.closing().equals(written)) {
          return Optional.of(new OpenBracket(opened.bracket, opened.start, written));
        }
        if (suspect == null && furtherLeft(text, lexeme.start(), opened.start)) {
          suspect = opened;
        }
      }
    }
    return open.isEmpty()
        ? Optional.empty()
        : Optional.of(suspect == null ? open.getLast() : suspect);
  }

  /// Whether a bracket that is the first of its line stands further left than the line of another.
  private static boolean furtherLeft(String text, int close, int opened) {
    int line = lineStart(text, close);
    int before = lineStart(text, opened);
    return line != before
        && text.substring(line, close).isBlank()
        && close - line < indent(text, before);
  }

  private static int lineStart(String text, int at) {
    return text.lastIndexOf('\n', at - 1) + 1;
  }

  private static int indent(String text, int line) {
    int i = line;
    while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
      i++;
    }
    return i - line;
  }
}
