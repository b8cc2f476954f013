package dev.supervise.dsl;

/// Text of a script as a message may show it: what would act on a terminal is written out.
final class Printable {
  private Printable() {}

  /// In one line: `\n`, `\t`, `\u001b`.
  static String line(String text) {
    return written(text, false);
  }

  /// In as many lines as it has.
  static String lines(String text) {
    return written(text, true);
  }

  private static String written(String text, boolean lines) {
    if (text.chars().noneMatch(c -> acts((char) c))) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean half =
          Character.isSurrogate(c)
              && !(Character.isHighSurrogate(c)
                      && i + 1 < text.length()
                      && Character.isLowSurrogate(text.charAt(i + 1))
                  || Character.isLowSurrogate(c)
                      && i > 0
                      && Character.isHighSurrogate(text.charAt(i - 1)));
      if (!acts(c) || Character.isSurrogate(c) && !half || lines && (c == '\n' || c == '\t')) {
        shown.append(c);
      } else if (lines) {
        // As wide as it was, so that a caret below it stands right.
        shown.append('\ufffd');
      } else {
        switch (c) {
          case '\n' -> shown.append("\\n");
          case '\r' -> shown.append("\\r");
          case '\t' -> shown.append("\\t");
          default -> shown.append("\\u").append(Integer.toHexString(0x10000 + c).substring(1));
        }
      }
    }
    return shown.toString();
  }

  /// Controls, what turns the direction of text about, and halves of characters.
  private static boolean acts(char c) {
    return Character.isISOControl(c)
        || Character.isSurrogate(c)
        || c >= '\u202a' && c <= '\u202e'
        || c >= '\u2066' && c <= '\u2069'
        || c == '\u2028'
        || c == '\u2029';
  }
}
