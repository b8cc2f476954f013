package dev.supervise.worker.output;

import java.nio.ByteBuffer;

/// Writes one stream of a run to its file a line at a time. A line is held until its newline, its
/// 64th KB or the end of the run. One log-writer thread at a time.
final class LineRecords {
  private static final int TOGETHER = 64 << 10;

  private final LogFile file;
  private final LineForm form;
  private final Lines lines = new Lines(this::line);
  private Bytes out = new Bytes();
  private long readAt;
  private long begunAt;

  LineRecords(LogFile file, LineForm form) {
    this.file = file;
    this.form = form;
  }

  /// @param at when these bytes were read
  void next(byte[] bytes, int length, long at) {
    if (!lines.within()) {
      begunAt = at;
    }
    readAt = at;
    lines.next(bytes, 0, length);
    write();
  }

  /// A gap follows, or nothing any more.
  void end() {
    lines.end();
    write();
  }

  private void line(byte[] bytes, int offset, int length, Lines.End end) {
    form.line(out, begunAt, bytes, offset, length, end);
    begunAt = readAt;
    if (out.size() >= TOGETHER) {
      write();
    }
  }

  private void write() {
    if (out.size() > 0) {
      file.writeLines(ByteBuffer.wrap(out.copy()));
      // What a storm took is given back.
      if (out.size() > 8192) {
        out = new Bytes();
      } else {
        out.clear();
      }
    }
  }
}
