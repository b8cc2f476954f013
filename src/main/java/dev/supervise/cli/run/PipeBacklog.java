package dev.supervise.cli.run;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// For a pipe or a file: everything, byte for byte. Only when the reader has taken nothing for so
/// long that [#LIMIT] bytes wait are further lines left out, and the gap is named.
final class PipeBacklog implements Backlog {
  static final int LIMIT = 16 << 20;

  /// Our own lines still fit when the children's do not.
  private static final int RESERVE = 1 << 20;

  private ByteArrayOutputStream waiting = new ByteArrayOutputStream(8192);
  private long left;

  @Override
  public void output(byte[] prefix, byte[] bytes, int offset, int length) {
    if (waiting.size() >= LIMIT) {
      left++;
      return;
    }
    nameGap();
    waiting.write(prefix, 0, prefix.length);
    waiting.write(bytes, offset, length);
    waiting.write('\n');
  }

  @Override
  public void change(byte[] line) {
    if (waiting.size() > LIMIT + RESERVE) {
      left++;
      return;
    }
    nameGap();
    waiting.write(line, 0, line.length);
    waiting.write('\n');
  }

  @Override
  public boolean isEmpty() {
    return waiting.size() == 0 && left == 0;
  }

  @Override
  public byte[] take() {
    nameGap();
    byte[] all = waiting.toByteArray();
    // A flood must not keep its memory for the rest of a quiet life.
    if (all.length > 1 << 20) {
      waiting = new ByteArrayOutputStream(8192);
    } else {
      waiting.reset();
    }
    return all;
  }

  private void nameGap() {
    if (left > 0) {
      byte[] line =
          ("... " + left + " lines left out: nobody read them in time")
              .getBytes(StandardCharsets.UTF_8);
      waiting.write(line, 0, line.length);
      waiting.write('\n');
      left = 0;
    }
  }
}
