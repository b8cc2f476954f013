package dev.supervise.control.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Lines from a channel, of any length. A listing of a thousand units is one line, and it is read
/// by programs that live for a tenth of a second: nothing is looked at twice. One thread's.
public final class FrameReader {
  private final ReadableByteChannel from;
  private byte[] bytes = new byte[1 << 16];

  /// What has been read and not been given yet is `bytes[start..end)`.
  private int start;

  private int end;

  private int limit = Integer.MAX_VALUE;

  public FrameReader(ReadableByteChannel from) {
    this.from = from;
  }

  /// No line may be longer than so many bytes from now on.
  public void limit(int bytes) {
    limit = bytes;
  }

  /// The next line without its newline.
  ///
  /// @throws EOFException there is none
  public String next() throws IOException {
    int looked = start;
    while (true) {
      for (int i = looked; i < end; i++) {
        if (bytes[i] == '\n') {
          String line = new String(bytes, start, i - start, StandardCharsets.UTF_8);
          start = i + 1;
          return line;
        }
      }
      looked = end - start;
      if (looked > limit) {
        throw new Rejected("not understood: a line is longer than " + limit + " bytes");
      }
      makeRoom();
      int n = from.read(ByteBuffer.wrap(bytes, end, bytes.length - end));
      if (n < 0) {
        throw new EOFException("the connection was closed");
      }
      end += n;
    }
  }

  private void makeRoom() {
    if (start > 0) {
      System.arraycopy(bytes, start, bytes, 0, end - start);
      end -= start;
      start = 0;
    }
    if (end == bytes.length) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
  }
}
