package dev.supervise.dsl.mistake;

import java.util.ArrayList;
import java.util.List;
import org.codehaus.groovy.ast.ASTNode;

/// A script's text by line and column, both counted from 1 and as the compiler counts them: a line
/// ends with a line feed, and a character is one column.
///
/// @param path the file as the user gave it
/// @param lines without their ends
public record ScriptText(String path, String text, List<String> lines) {
  /// Of a line this much is quoted; one that is longer is cut around the place that matters.
  private static final int QUOTED = 120;

  public record Place(int line, int column) {}

  public static ScriptText of(String path, String text) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      int stop = end < 0 ? text.length() : end;
      boolean carriage = stop > start && text.charAt(stop - 1) == '\r';
      lines.add(text.substring(start, carriage ? stop - 1 : stop));
      start = stop + 1;
    }
    return new ScriptText(path, text, List.copyOf(lines));
  }

  /// A line without its end; empty beyond the text.
  public String line(int number) {
    return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
  }

  /// The place of an index into the text.
  public Place place(int index) {
    int line = 1;
    int start = 0;
    int end = text.indexOf('\n');
    while (end >= 0 && end < index) {
      line++;
      start = end + 1;
      end = text.indexOf('\n', start);
    }
    return new Place(line, text.codePointCount(start, Math.min(index, text.length())) + 1);
  }

  /// The index into the text of a place.
  public int index(Place place) {
    int start = 0;
    for (int line = 1; line < place.line(); line++) {
      int end = text.indexOf('\n', start);
      if (end < 0) {
        return text.length();
      }
      start = end + 1;
    }
    return start + index(line(place.line()), place.column());
  }

  /// The index into its line of a column, at most the line's end.
  public static int index(String line, int column) {
    int most = line.codePointCount(0, line.length());
    return line.offsetByCodePoints(0, Math.clamp(column - 1L, 0, most));
  }

  /// What was written for a node, on one line; only its first line where it spans several.
  public String of(ASTNode node) {
    String line = line(node.getLineNumber());
    int from = index(line, node.getColumnNumber());
    int to =
        node.getLastLineNumber() == node.getLineNumber()
            ? Math.max(from, index(line, node.getLastColumnNumber()))
            : line.length();
    return line.substring(from, to).strip();
  }

  /// The line of a place, and a caret below it.
  public String excerpt(Place place) {
    String line = line(place.line());
    int at = index(line, place.column());
    int from = line.length() <= QUOTED ? 0 : Math.max(0, at - QUOTED / 2);
    int to = Math.min(line.length(), from + QUOTED);
    String before = (from > 0 ? "…" : "") + line.substring(from, at);
    String quoted = before + line.substring(at, to) + (to < line.length() ? "…" : "");
    StringBuilder caret = new StringBuilder();
    before.codePoints().forEach(c -> caret.append(c == '\t' ? '\t' : ' '));
    return "    " + quoted + "\n    " + caret + "^";
  }
}
