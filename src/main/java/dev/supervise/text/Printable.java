package dev.supervise.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntFunction;

/// Text of others as it may be shown. What would act on a terminal is left out, written out or
/// blanked: controls (C0, DEL, and C1 also as UTF-8), escape sequences, what turns the direction of
/// text about, separators of lines and paragraphs, halves of characters. Only colours may stay
/// (SGR: CSI, numbers, `m`). What is no UTF-8 is replaced by U+FFFD. Pure; any thread.
public final class Printable {
  /// The longest message that is kept, in characters.
  public static final int LONGEST = 8 << 10;

  private static final int ESC = 0x1b;
  private static final int CSI = 0x9b;
  private static final byte[] RESET = "\033[0m".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_CHARACTER = "\ufffd".getBytes(StandardCharsets.UTF_8);

  private Printable() {}

  // ---- what is left out ----

  /// A line that a unit wrote, for a terminal it shares with others. Of a line redrawn with CR the
  /// last state is shown. Where there are colours, they end with the line.
  ///
  /// @param bytes from `offset`, `length` of them; not changed
  /// @param colours whether its colours stay
  public static byte[] output(byte[] bytes, int offset, int length, boolean colours) {
    int end = offset + length;
    if (end > offset && bytes[end - 1] == '\r') {
      end--;
    }
    int start = offset;
    boolean acts = false;
    int i = offset;
    while (i < end) {
      byte b = bytes[i];
      if (b >= ' ' && b != 0x7f || b == '\t') {
        i++;
      } else if (b == '\r') {
        start = ++i;
      } else {
        int harmless = b < 0 ? harmless(bytes, i, end) : 0;
        acts |= harmless == 0;
        i += Math.max(1, harmless);
      }
    }
    return acts
        ? new Cleaning(bytes, start, end, colours, false).all()
        : Arrays.copyOfRange(bytes, start, end);
  }

  /// The same of text.
  public static String output(String line, boolean colours) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return new String(output(bytes, 0, bytes.length, colours), StandardCharsets.UTF_8);
  }

  /// In as many lines as it has, without colours.
  public static String text(String text) {
    return painted(text, false);
  }

  /// In as many lines as it has, for the last step before a terminal.
  ///
  /// @param colours whether colours stay: ours
  public static String painted(String text, boolean colours) {
    if (!acts(text, true)) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new String(
        new Cleaning(bytes, 0, bytes.length, colours, true).all(), StandardCharsets.UTF_8);
  }

  /// The beginning of a long text, and how long it was. It is to be masked already: half a secret
  /// would not be found.
  public static String bounded(String masked) {
    return bounded(masked, LONGEST);
  }

  /// @param longest in characters
  public static String bounded(String masked, int longest) {
    if (masked.length() <= longest) {
      return masked;
    }
    int end = Character.isHighSurrogate(masked.charAt(longest - 1)) ? longest - 1 : longest;
    return masked.substring(0, end)
        + String.format(Locale.ROOT, "… (%,d characters)", masked.length());
  }

  // ---- what is written out ----

  /// In one line: `\n`, `\t`, `\u001b`. For names, and for what else has to be told exactly; JSON
  /// stays the same JSON.
  public static String line(String text) {
    return replaced(
        text,
        false,
        c ->
            switch (c) {
              case '\n' -> "\\n";
              case '\r' -> "\\r";
              case '\t' -> "\\t";
              default -> "\\u" + Integer.toHexString(0x10000 + c).substring(1);
            });
  }

  /// In as many lines as it has, each as wide as it was, so that a caret below it stands right.
  public static String lines(String text) {
    return replaced(text, true, _ -> "\ufffd");
  }

  /// In one line, as wide as it was, for a cell of a table: what acts is a blank.
  public static String cell(String text) {
    return replaced(text, false, _ -> " ");
  }

  private static String replaced(String text, boolean lines, IntFunction<String> instead) {
    if (!acts(text, lines)) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!actsAt(text, i) || lines && (c == '\n' || c == '\t')) {
        shown.append(c);
      } else {
        shown.append(instead.apply(c));
      }
    }
    return shown.toString();
  }

  private static boolean acts(String text, boolean lines) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (acts(c) && !(lines && (c == '\n' || c == '\t'))) {
        return true;
      }
    }
    return false;
  }

  /// Whether the character there would act on a terminal, or is half of one.
  static boolean actsAt(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
    }
    return acts(c);
  }

  /// Surrogates, too: whether they are a character is seen at their neighbours.
  private static boolean acts(char c) {
    return Character.isISOControl(c)
        || c >= '\u2028' && c <= '\u202e'
        || c >= '\u2066' && c <= '\u2069'
        || Character.isSurrogate(c);
  }

  // ---- bytes ----

  /// How many bytes the character at `at` has; 0 where it acts, or is none.
  private static int harmless(byte[] bytes, int at, int end) {
    int size = size(bytes, at, end);
    boolean acts =
        switch (size) {
          case 0 -> true;
          case 1 -> bytes[at] < ' ' && bytes[at] != '\t' || bytes[at] == 0x7f;
          case 2 -> c1(bytes, at, end) != 0;
          case 3 ->
              acts(
                  (char) ((bytes[at] & 15) << 12 | (bytes[at + 1] & 63) << 6 | bytes[at + 2] & 63));
          default -> false;
        };
    return acts ? 0 : size;
  }

  /// How many bytes the UTF-8 character at `at` has; 0 where there is none (RFC 3629).
  private static int size(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (size == 0 || at + size > end) {
      return 0;
    }
    for (int i = at + 1; i < at + size; i++) {
      if (bytes[i] >= (byte) 0xc0) {
        return 0;
      }
    }
    int second = bytes[at + 1] & 0xff;
    boolean tooLong = first == 0xe0 && second < 0xa0 || first == 0xf0 && second < 0x90;
    boolean none = first == 0xed && second >= 0xa0 || first == 0xf4 && second >= 0x90;
    return tooLong || none ? 0 : size;
  }

  /// The C1 control that stands there as UTF-8; 0 for none.
  private static int c1(byte[] bytes, int at, int end) {
    return at + 1 < end && bytes[at] == (byte) 0xc2 && bytes[at + 1] < (byte) 0xa0
        ? bytes[at + 1] & 0xff
        : 0;
  }

  /// One text on its way out.
  private static final class Cleaning {
    private final byte[] bytes;
    private final int end;
    private final boolean colours;
    private final boolean lines;
    private final Bytes out;
    private boolean painted;

    /// @param lines whether there may be several
    Cleaning(byte[] bytes, int start, int end, boolean colours, boolean lines) {
      this.bytes = bytes;
      this.end = end;
      this.colours = colours;
      this.lines = lines;
      this.out = new Bytes(end - start + 8);
      int i = start;
      while (i < end) {
        i = next(i);
      }
      if (painted && !lines) {
        out.put(RESET);
      }
    }

    byte[] all() {
      return out.all();
    }

    /// @return where the next one begins
    private int next(int at) {
      int b = bytes[at];
      int size = harmless(bytes, at, end);
      if (size > 0 || lines && b == '\n') {
        int next = at + Math.max(1, size);
        out.put(bytes, at, next);
        return next;
      }
      if (b == ESC) {
        return escape(at);
      }
      int c1 = c1(bytes, at, end);
      if (c1 != 0) {
        return control(at, at + 2, c1);
      }
      int whole = size(bytes, at, end);
      if (whole == 0) {
        out.put(NO_CHARACTER);
        return at + broken(at);
      }
      return at + whole;
    }

    /// How many bytes have begun a character that does not go on.
    private int broken(int at) {
      int i = at + 1;
      boolean first = bytes[at] >= (byte) 0xc2 && bytes[at] < (byte) 0xf5;
      while (first && i < Math.min(end, at + 4) && bytes[i] < (byte) 0xc0) {
        i++;
      }
      return i - at;
    }

    /// ECMA-48: ESC and `@` to `_` is a C1 control; others have bytes in between and a last one.
    private int escape(int at) {
      int i = at + 1;
      if (i < end && bytes[i] >= '@' && bytes[i] <= '_') {
        return control(at, i + 1, bytes[i] + 0x40);
      }
      while (i < end && bytes[i] >= ' ' && bytes[i] <= '/') {
        i++;
      }
      return i < end && bytes[i] >= '0' && bytes[i] < 0x7f ? i + 1 : i;
    }

    /// @param begun where it begins
    /// @param at behind the control
    private int control(int begun, int at, int c1) {
      return switch (c1) {
        case CSI -> sequence(begun, at);
        case 0x90, 0x98, 0x9d, 0x9e, 0x9f -> string(at);
        default -> at;
      };
    }

    /// A CSI sequence. A control within it would be carried out, so that it is no mere colour.
    private int sequence(int begun, int from) {
      int i = from;
      boolean numbers = true;
      while (i < end && bytes[i] >= 0 && bytes[i] < '@' && bytes[i] != ESC) {
        numbers &= bytes[i] >= '0' && bytes[i] <= ';';
        if (lines && bytes[i] == '\n') {
          return i;
        }
        i++;
      }
      if (i == end || bytes[i] < '@' || bytes[i] == 0x7f) {
        return i;
      }
      if (colours && numbers && bytes[i] == 'm' && bytes[begun] == ESC) {
        out.put(bytes, begun, i + 1);
        painted = true;
      }
      return i + 1;
    }

    /// OSC, DCS and their kin: up to BEL or ST, at most to the end of the line.
    private int string(int from) {
      int i = from;
      while (i < end && !(lines && bytes[i] == '\n')) {
        if (bytes[i] == 7) {
          return i + 1;
        }
        if (bytes[i] == ESC && i + 1 < end && bytes[i + 1] == '\\' || c1(bytes, i, end) == 0x9c) {
          return i + 2;
        }
        i++;
      }
      return i;
    }
  }
}
