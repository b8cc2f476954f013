package dev.supervise.render;

import org.jline.utils.WCWidth;

/// How much room a text takes on a terminal, and how to make it take less. Pure; any thread.
public final class TextWidth {
  private TextWidth() {}

  /// In columns: 2 for what East Asian scripts and most emoji take, 0 for what sits on the letter
  /// before.
  public static int width(String text) {
    int columns = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      columns += width(point);
      i += Character.charCount(point);
    }
    return columns;
  }

  private static int width(int point) {
    return point < 0x300 ? 1 : Math.max(0, WCWidth.wcwidth(point));
  }

  /// At most `columns` wide; what was cut is marked by `…`, or by `~` where only ASCII may be used.
  public static String fit(String text, int columns, boolean unicode) {
    if (width(text) <= columns) {
      return text;
    }
    if (columns <= 0) {
      return "";
    }
    int used = 0;
    int end = 0;
    while (end < text.length()) {
      int point = text.codePointAt(end);
      if (used + width(point) > columns - 1) {
        break;
      }
      used += width(point);
      end += Character.charCount(point);
    }
    return text.substring(0, end) + (unicode ? "…" : "~");
  }

  public static String padded(String text, int columns, boolean right) {
    int missing = columns - width(text);
    if (missing <= 0) {
      return text;
    }
    return right ? " ".repeat(missing) + text : text + " ".repeat(missing);
  }
}
