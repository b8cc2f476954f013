package dev.supervise.worker.output;

import dev.supervise.worker.Output;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Cuts one stream of output into lines. A line longer than 64 KB comes in pieces, never cut inside
/// a UTF-8 character. One thread at a time.
public final class Lines {
  static final int LIMIT = 64 << 10;

  private static final byte[] GOES_ON = " [the line goes on]".getBytes(StandardCharsets.US_ASCII);

  /// What stood after the bytes of a line.
  enum End {
    NEWLINE,
    /// Nothing yet: it was too long, and the next line is its next piece.
    PIECE,
    /// The end of the output, or a gap in it.
    NOTHING
  }

  /// Takes lines without their newlines; the bytes are its own for the time of the call only.
  @FunctionalInterface
  interface Taker {
    void line(byte[] bytes, int offset, int length, End end);
  }

  private final Taker taker;
  private byte[] begun = new byte[0];
  private int length;

  Lines(Taker taker) {
    this.taker = taker;
  }

  /// For display: all pieces of a long line but the last end in a mark.
  public Lines(String path, Output output) {
    this((bytes, offset, length, end) -> {
      if (end == End.PIECE) {
        byte[] marked = Arrays.copyOfRange(bytes, offset, offset + length + GOES_ON.length);
        System.arraycopy(GOES_ON, 0, marked, length, GOES_ON.length);
        output.line(path, marked, 0, marked.length);
      } else {
        output.line(path, bytes, offset, length);
      }
    });
  }

  /// What stands behind a piece of a line that goes on.
  static byte[] goesOn() {
    return GOES_ON.clone();
  }

  /// Whether a line has begun and not ended.
  boolean within() {
    return length > 0;
  }

  public void next(byte[] bytes, int from, int to) {
    int start = from;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        if (length == 0 && i - start <= LIMIT) {
          taker.line(bytes, start, i - start, End.NEWLINE);
        } else {
          append(bytes, start, i);
          end(End.NEWLINE);
        }
        start = i + 1;
      }
    }
    append(bytes, start, to);
  }

  /// The last bytes, if they did not end in a newline.
  void end() {
    if (length > 0) {
      end(End.NOTHING);
    }
  }

  private void end(End how) {
    taker.line(begun, 0, length, how);
    length = 0;
    if (begun.length > 4096) {
      begun = new byte[0];
    }
  }

  private void append(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (length == LIMIT) {
        int piece = wholeCharacters(begun, length);
        taker.line(begun, 0, piece, End.PIECE);
        System.arraycopy(begun, piece, begun, 0, length - piece);
        length -= piece;
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

  /// How many of the bytes end with a character that is whole, or with something that is no UTF-8.
  private static int wholeCharacters(byte[] bytes, int length) {
    for (int back = 1; back <= 3; back++) {
      int first = bytes[length - back] & 0xff;
      if (first >= 0xc0) {
        int size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        return size > back ? length - back : length;
      }
      if (first < 0x80) {
        return length;
      }
    }
    return length;
  }
}
