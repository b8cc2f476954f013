package dev.supervise.worker;

import java.util.Optional;

/// One line of an `envFile`, in the form the field agrees on: `K=V`, `export K=V`, `# comment`,
/// blank; a value may stand in single quotes (taken as it is) or double quotes (`\n`, `\t`, `\"`,
/// `\\` mean what they mean in C); an unquoted one ends at ` #` and loses its trailing blanks.
/// Nothing is expanded.
record EnvFileLine(String name, String value) {
  /// @return empty for a line that says nothing
  /// @throws IllegalArgumentException saying what is wrong
  static Optional<EnvFileLine> parse(String line) {
    String text = line.strip();
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    if (text.isEmpty() || text.startsWith("#")) {
      return Optional.empty();
    }
    if (text.startsWith("export ")) {
      text = text.substring(7).strip();
    }
    int equals = text.indexOf('=');
    String name = equals < 0 ? "" : text.substring(0, equals).strip();
    if (name.isEmpty() || name.indexOf(' ') >= 0) {
      throw new IllegalArgumentException("expected NAME=value");
    }
    return Optional.of(new EnvFileLine(name, value(text.substring(equals + 1).strip())));
  }

  private static String value(String text) {
    if (text.startsWith("'")) {
      return text.substring(1, closing(text, text.indexOf('\'', 1)));
    }
    if (text.startsWith("\"")) {
      return doubleQuoted(text);
    }
    if (text.startsWith("#")) {
      return "";
    }
    int comment = text.indexOf(" #");
    String plain = comment < 0 ? text : text.substring(0, comment).stripTrailing();
    if (plain.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("the value contains a NUL character");
    }
    return plain;
  }

  private static String doubleQuoted(String text) {
    StringBuilder value = new StringBuilder();
    int i = 1;
    for (; i < text.length() && text.charAt(i) != '"'; i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        char escaped = text.charAt(i);
        switch (escaped) {
          case 'n' -> value.append('\n');
          case 't' -> value.append('\t');
          case 'r' -> value.append('\r');
          case '"', '\\', '$' -> value.append(escaped);
          default -> value.append('\\').append(escaped);
        }
      } else {
        value.append(c);
      }
    }
    closing(text, i < text.length() ? i : -1);
    return value.toString();
  }

  private static int closing(String text, int quote) {
    if (quote < 0) {
      throw new IllegalArgumentException("the quote is not closed");
    }
    String after = text.substring(quote + 1).strip();
    if (!after.isEmpty() && !after.startsWith("#")) {
      throw new IllegalArgumentException("'" + after + "' after the closing quote");
    }
    return quote;
  }
}
