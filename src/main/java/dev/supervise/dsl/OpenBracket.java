package dev.supervise.dsl;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// A bracket that a script opens and does not close, found by reading the text with strings and
/// comments in mind; the parser itself only says where it gave up, which is mostly the end of the
/// file.
///
/// @param bracket `{`, `(`, `[`; or what opens a comment or a string of several lines
/// @param line where it stands, from 1
/// @param column where it stands, from 1
/// @param close what stands in the place of its closing bracket; empty for the end of the file
record OpenBracket(String bracket, int line, int column, String close) {

  String closing() {
    return switch (bracket) {
      case "{" -> "}";
      case "(" -> ")";
      case "[" -> "]";
      case "/*" -> "*/";
      default -> bracket;
    };
  }

  /// The bracket that is left open, if any. Where brackets only fail to match at the end of the
  /// file, indentation tells which one: the innermost whose closing bracket stands further left
  /// than the line that opened it.
  static Optional<OpenBracket> in(List<String> lines) {
    return new Reader(lines).read();
  }

  private static final class Reader {
    private final List<String> lines;
    private final Deque<OpenBracket> open = new ArrayDeque<>();
    private Optional<OpenBracket> suspect = Optional.empty();

    /// The end of the string or comment that is being read; empty outside.
    private String until = "";

    private OpenBracket text = new OpenBracket("", 0, 0, "");

    private Reader(List<String> lines) {
      this.lines = lines;
    }

    private Optional<OpenBracket> read() {
      for (int number = 1; number <= lines.size(); number++) {
        Optional<OpenBracket> wrong = line(lines.get(number - 1), number);
        if (wrong.isPresent()) {
          return wrong;
        }
      }
      if (!until.isEmpty()) {
        return Optional.of(text);
      }
      if (open.isEmpty()) {
        return Optional.empty();
      }
      return suspect.or(() -> Optional.of(open.getLast()));
    }

    private Optional<OpenBracket> line(String line, int number) {
      int i = 0;
      while (i < line.length()) {
        if (!until.isEmpty()) {
          if (line.charAt(i) == '\\' && !until.equals("*/")) {
            i += 2;
          } else if (line.startsWith(until, i)) {
            i += until.length();
            until = "";
          } else {
            i++;
          }
          continue;
        }
        char c = line.charAt(i);
        if (line.startsWith("//", i) || (number == 1 && line.startsWith("#!"))) {
          break;
        } else if (line.startsWith("/*", i)) {
          until = "*/";
          text = new OpenBracket("/*", number, i + 1, "");
          i += 2;
        } else if (c == '\'' || c == '"') {
          String triple = String.valueOf(c).repeat(3);
          until = line.startsWith(triple, i) ? triple : String.valueOf(c);
          text = new OpenBracket(until, number, i + 1, "");
          i += until.length();
        } else if (c == '/' && opensPattern(line, i)) {
          until = "/";
          i++;
        } else {
          if (c == '{' || c == '(' || c == '[') {
            open.push(new OpenBracket(String.valueOf(c), number, i + 1, ""));
          } else if (c == '}' || c == ')' || c == ']') {
            Optional<OpenBracket> wrong = close(c, line, number, i);
            if (wrong.isPresent()) {
              return wrong;
            }
          }
          i++;
        }
      }
      // Plain strings and patterns end with their line at the latest.
      if (until.length() == 1) {
        until = "";
      }
      return Optional.empty();
    }

    private Optional<OpenBracket> close(char c, String line, int number, int at) {
      OpenBracket opened = open.peek();
      if (opened == null) {
        return Optional.empty();
      }
      if (opened.closing().charAt(0) != c) {
        return Optional.of(
            new OpenBracket(opened.bracket, opened.line, opened.column, String.valueOf(c)));
      }
      open.pop();
      boolean first = line.substring(0, at).isBlank();
      if (suspect.isEmpty()
          && first
          && number != opened.line
          && indent(line) < indent(lines.get(opened.line - 1))) {
        suspect = Optional.of(opened);
      }
      return Optional.empty();
    }

    private static int indent(String line) {
      return line.length() - line.stripLeading().length();
    }

    /// Whether a slash begins a pattern: after a value it divides.
    private static boolean opensPattern(String line, int at) {
      String before = line.substring(0, at).stripTrailing();
      if (before.isEmpty()) {
        return true;
      }
      char last = before.charAt(before.length() - 1);
      return "=(,[{~:!&|?<>".indexOf(last) >= 0
          || (before.length() < at && Character.isLetter(last) && line.indexOf('/', at + 1) > 0);
    }
  }
}
