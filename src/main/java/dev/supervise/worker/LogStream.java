package dev.supervise.worker;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Where the output of one run goes: secrets blotted out, into its file, and line by line to the
/// display. One log-writer thread at a time.
final class LogStream {
  private final LogFile file;
  private final Secrets.@Nullable Mask mask;
  private final @Nullable Lines lines;
  private byte[] scratch = new byte[0];

  /// @param lines absent when nothing of it is displayed
  LogStream(LogFile file, Secrets secrets, @Nullable Lines lines) {
    this.file = file;
    this.mask = secrets.none() ? null : new Secrets.Mask(secrets);
    this.lines = lines;
  }

  LogFile file() {
    return file;
  }

  void next(ByteBuffer bytes) {
    if (mask == null && lines == null) {
      file.write(bytes);
      return;
    }
    int length = bytes.remaining();
    if (scratch.length < length) {
      scratch = new byte[length];
    }
    bytes.get(bytes.position(), scratch, 0, length);
    if (mask == null) {
      file.write(bytes);
      show(scratch, length);
    } else {
      plain(mask.next(scratch, length));
    }
    if (length > 8192) {
      scratch = new byte[0];
    }
  }

  /// @param bytes how much of the output is missing here, because its buffer was full
  void dropped(long bytes) {
    String text = bytes + " bytes of output dropped: written faster than the log takes it";
    file.mark(text);
    if (lines != null) {
      lines.end();
      byte[] line =
          ("[supervise: " + text + "]\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
      lines.next(line, 0, line.length);
    }
  }

  /// The run writes no more.
  void end() {
    if (mask != null) {
      plain(mask.rest());
    }
    if (lines != null) {
      lines.end();
    }
  }

  private void plain(byte[] bytes) {
    if (bytes.length > 0) {
      file.write(ByteBuffer.wrap(bytes));
      show(bytes, bytes.length);
    }
  }

  private void show(byte[] bytes, int length) {
    if (lines != null) {
      lines.next(bytes, 0, length);
    }
  }
}
