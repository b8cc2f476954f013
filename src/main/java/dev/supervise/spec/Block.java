package dev.supervise.spec;

import java.util.List;

/// Texts of several lines, as messages of exceptions are, that stand to each other like a picture
/// (Groovy's `assert` draws one): whatever is put before or behind keeps them under each other. A
/// text of one line is joined as any text is. Pure.
public final class Block {
  private Block() {}

  /// The first line: all that a table has room for.
  public static String first(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end).stripTrailing();
  }

  public static List<String> lines(String text) {
    return text.lines().toList();
  }

  /// The text behind `before`, its further lines moved as far as the first.
  public static String behind(String before, String text) {
    return behind(before, before.length(), text);
  }

  /// The same where `before` takes so many columns.
  public static String behind(String before, int columns, String text) {
    return before
        + (text.indexOf('\n') < 0 ? text : text.replace("\n", "\n" + " ".repeat(columns)));
  }

  /// The text with `more` at the end of its first line.
  public static String and(String text, String more) {
    int end = text.indexOf('\n');
    return end < 0
        ? text + more
        : text.substring(0, end).stripTrailing() + more + text.substring(end);
  }
}
