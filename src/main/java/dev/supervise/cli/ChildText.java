package dev.supervise.cli;

import dev.supervise.repl.Ink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// What a child wrote, made fit for a terminal it shares with others: colours stay (where colours
/// are wanted) and end with the line; whatever would move the cursor, clear the screen or ring is
/// left out; of a line redrawn with CR the last state is shown. Bytes beyond ASCII pass as they
/// are.
final class ChildText {
  private static final int ESC = 0x1b;

  private ChildText() {}

  static byte[] shown(byte[] bytes, int offset, int length, boolean colour) {
    int end = offset + length;
    if (end > offset && bytes[end - 1] == '\r') {
      end--;
    }
    int start = offset;
    boolean plain = true;
    for (int i = offset; i < end; i++) {
      if (bytes[i] == '\r') {
        start = i + 1;
      }
      plain &= bytes[i] < 0 || bytes[i] >= ' ' && bytes[i] != 0x7f || bytes[i] == '\t';
    }
    if (plain) {
      return java.util.Arrays.copyOfRange(bytes, start, end);
    }
    return filtered(bytes, start, end, colour);
  }

  private static byte[] filtered(byte[] bytes, int start, int end, boolean colour) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(end - start + 8);
    boolean painted = false;
    int i = start;
    while (i < end) {
      int b = bytes[i];
      if (b == ESC) {
        int after = sequenceEnd(bytes, i, end);
        if (colour && bytes[after - 1] == 'm' && i + 1 < end && bytes[i + 1] == '[') {
          out.write(bytes, i, after - i);
          painted = true;
        }
        i = after;
      } else {
        if (b < 0 || b >= ' ' && b != 0x7f || b == '\t') {
          out.write(b);
        }
        i++;
      }
    }
    if (painted) {
      out.writeBytes(Ink.RESET.getBytes(StandardCharsets.US_ASCII));
    }
    return out.toByteArray();
  }

  /// Where the escape sequence that begins at `at` is over (ECMA-48: CSI ends with @ to ~, OSC and
  /// its kin with BEL or ST, others after intermediate bytes with one final byte).
  private static int sequenceEnd(byte[] bytes, int at, int end) {
    if (at + 1 >= end) {
      return end;
    }
    int i = at + 2;
    switch (bytes[at + 1]) {
      case '[' -> {
        while (i < end && (bytes[i] < '@' || bytes[i] > '~')) {
          i++;
        }
        return Math.min(i + 1, end);
      }
      case ']', 'P', 'X', '^', '_' -> {
        while (i < end && bytes[i] != 7 && !(bytes[i] == '\\' && bytes[i - 1] == ESC)) {
          i++;
        }
        return Math.min(i + 1, end);
      }
      default -> {
        i = at + 1;
        while (i < end && bytes[i] >= ' ' && bytes[i] <= '/') {
          i++;
        }
        return Math.min(i + 1, end);
      }
    }
  }
}
