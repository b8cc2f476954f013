package dev.supervise.worker;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Cuts one unit's output into lines for display. A line longer than 64 KB is shown in pieces, all
/// but the last ending in a mark. One thread at a time.
final class Lines {
  static final int LIMIT = 64 << 10;

  private static final byte[] GOES_ON = " [the line goes on]".getBytes(StandardCharsets.US_ASCII);

  private final String path;
  private final Output output;
  private byte[] begun = new byte[0];
  private int length;

  Lines(String path, Output output) {
    this.path = path;
    this.output = output;
  }

  void next(byte[] bytes, int from, int to) {
    int start = from;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        if (length == 0) {
          whole(bytes, start, i);
        } else {
          append(bytes, start, i);
          end();
        }
        start = i + 1;
      }
    }
    append(bytes, start, to);
  }

  /// The last bytes, if they did not end in a newline.
  void end() {
    if (length > 0) {
      output.line(path, begun, 0, length);
      length = 0;
      if (begun.length > 4096) {
        begun = new byte[0];
      }
    }
  }

  private void whole(byte[] bytes, int from, int to) {
    if (to - from <= LIMIT) {
      output.line(path, bytes, from, to - from);
    } else {
      append(bytes, from, to);
      end();
    }
  }

  private void append(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (length == LIMIT) {
        byte[] marked = Arrays.copyOf(begun, LIMIT + GOES_ON.length);
        System.arraycopy(GOES_ON, 0, marked, LIMIT, GOES_ON.length);
        output.line(path, marked, 0, marked.length);
        length = 0;
      }
      int n = Math.min(to - at, LIMIT - length);
      if (begun.length < length + n) {
        begun = Arrays.copyOf(begun, Math.min(LIMIT, Math.max(256, 2 * (length + n))));
      }
      System.arraycopy(bytes, at, begun, length, n);
      length += n;
      at += n;
    }
  }
}
