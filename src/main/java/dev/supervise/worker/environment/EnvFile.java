package dev.supervise.worker.environment;

import java.util.ArrayList;
import java.util.List;

/// The text of an `envFile`, in the form the field agrees on: `K=V`, `export K=V`, `# comment`,
/// blank; a value may stand in single quotes (taken as it is) or double quotes (`\n`, `\t`, `\"`,
/// `\\` mean what they mean in C), and goes on over lines until they are closed; an unquoted one
/// ends at ` #` and loses its trailing blanks. A `\` at the end of a line joins the next one to it,
/// but for single quotes. Nothing is expanded.
public final class EnvFile {
  /// A name and what it is set to.
  public record Entry(String name, String value) {}

  /// What makes no sense, with its line, counted from 1; of a quote that is not closed, the line it
  /// opens in.
  public static final class Invalid extends Exception {
    private static final long serialVersionUID = 1L;
    private final int line;

    Invalid(int line, String message) {
      super(message, null, false, false);
      this.line = line;
    }

    public int line() {
      return line;
    }
  }

  private final List<String> lines;
  private final List<Entry> entries = new ArrayList<>();

  /// The line that is read, counted from 0, and the one that the entry began with.
  private int at;

  private int began;

  private EnvFile(List<String> lines) {
    this.lines = lines;
  }

  /// In the order they stand there; a name may stand more than once.
  public static List<Entry> parse(List<String> lines) throws Invalid {
    EnvFile file = new EnvFile(lines);
    for (; file.at < lines.size(); file.at++) {
      file.began = file.at;
      file.entry();
    }
    return file.entries;
  }

  private void entry() throws Invalid {
    String text = lines.get(at).strip();
    if (at == 0 && text.startsWith("\uFEFF")) {
      text = text.substring(1).strip();
    }
    if (text.isEmpty() || text.startsWith("#")) {
      return;
    }
    if (text.startsWith("export ")) {
      text = text.substring(7).strip();
    }
    int equals = text.indexOf('=');
    String name = equals < 0 ? "" : text.substring(0, equals).strip();
    if (name.isEmpty() || name.indexOf(' ') >= 0) {
      throw invalid("expected NAME=value");
    }
    // What stands behind a value on its line is of its line alone; quotes go on with all of theirs.
    String value = text.substring(equals + 1).stripLeading();
    String said =
        value.startsWith("'")
            ? quoted('\'', whole(value))
            : value.startsWith("\"") ? quoted('"', whole(value)) : plain(value);
    if (said.indexOf('\0') >= 0) {
      throw invalid("the value contains a NUL character");
    }
    entries.add(new Entry(name, said));
  }

  /// A value as it begins, with the blanks its line ends with: they are its own inside quotes.
  private String whole(String value) {
    String line = lines.get(at);
    return line.substring(line.stripTrailing().length() - value.length());
  }

  private String plain(String first) {
    if (first.startsWith("#")) {
      return "";
    }
    StringBuilder value = new StringBuilder(first);
    while (goesOn(value) && at + 1 < lines.size()) {
      at++;
      value.setLength(value.length() - 1);
      value.append(lines.get(at).stripTrailing());
    }
    int comment = value.indexOf(" #");
    return (comment < 0 ? value.toString() : value.substring(0, comment)).stripTrailing();
  }

  /// Whether it ends with a `\` that is not itself behind one.
  private static boolean goesOn(CharSequence text) {
    int backslashes = 0;
    while (backslashes < text.length() && text.charAt(text.length() - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  private String quoted(char quote, String first) throws Invalid {
    StringBuilder value = new StringBuilder();
    String line = first;
    int i = 1;
    while (true) {
      for (; i < line.length(); i++) {
        char c = line.charAt(i);
        if (c == quote) {
          closed(line.substring(i + 1).strip());
          return value.toString();
        }
        if (c == '\\' && quote == '"' && i + 1 < line.length()) {
          i++;
          value.append(escaped(line.charAt(i)));
        } else if (c != '\\' || quote != '"') {
          value.append(c);
        }
      }
      boolean joined = quote == '"' && goesOn(line);
      if (at + 1 == lines.size()) {
        throw invalid("the quote " + quote + " is not closed");
      }
      value.append(joined ? "" : "\n");
      at++;
      line = lines.get(at);
      i = 0;
    }
  }

  private static String escaped(char c) {
    return switch (c) {
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'r' -> "\r";
      case '"', '\\', '$' -> String.valueOf(c);
      default -> "\\" + c;
    };
  }

  private void closed(String after) throws Invalid {
    if (!after.isEmpty() && !after.startsWith("#")) {
      throw new Invalid(at + 1, "'" + after + "' after the closing quote");
    }
  }

  private Invalid invalid(String message) {
    return new Invalid(began + 1, message);
  }
}
