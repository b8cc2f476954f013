package dev.supervise.worker.output;

import dev.supervise.spec.Logs;
import dev.supervise.text.Secrets;
import dev.supervise.worker.Output;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Where the output of one run goes: secrets blotted out, into its file, and line by line to the
/// display. One log-writer thread at a time.
public final class LogStream {
  private final LogFile file;
  private final Secrets.Stream mask;
  private final @Nullable Lines lines;
  private final @Nullable LineRecords records;
  private final LongSupplier wallClock;
  private byte[] scratch = new byte[0];

  private LogStream(
      LogFile file,
      Secrets secrets,
      @Nullable Lines lines,
      @Nullable LineRecords records,
      LongSupplier wallClock) {
    this.file = file;
    this.mask = secrets.stream();
    this.lines = lines;
    this.records = records;
    this.wallClock = wallClock;
  }

  /// @param stream `stdout`, `stderr`, or empty where the two are not told apart
  /// @param output takes it line by line, unless the unit does not want that
  public static LogStream of(
      LogFile file,
      Logs.Captured logs,
      String unit,
      String stream,
      Secrets secrets,
      Output output,
      LongSupplier wallClock) {
    Optional<LineForm> form = LineForm.of(logs.format(), unit, stream, wallClock);
    file.form(form);
    return new LogStream(
        file,
        secrets,
        logs.console() ? new Lines(unit, output) : null,
        form.map(each -> new LineRecords(file, each)).orElse(null),
        wallClock);
  }

  LogFile file() {
    return file;
  }

  /// When something is read now, as far as this stream wants to know; 0 where it does not. Any
  /// thread.
  public long time() {
    return records == null ? 0 : wallClock.getAsLong();
  }

  /// @param at what [#time] said when the bytes were read
  public void next(ByteBuffer bytes, long at) {
    boolean open = mask.idle();
    if (open && lines == null && records == null) {
      file.write(bytes);
      return;
    }
    int length = bytes.remaining();
    if (scratch.length < length) {
      scratch = new byte[length];
    }
    bytes.get(bytes.position(), scratch, 0, length);
    if (!open) {
      byte[] plain = mask.next(scratch, length);
      put(plain, plain.length, at);
    } else {
      if (records == null) {
        file.write(bytes);
      } else {
        records.next(scratch, length, at);
      }
      show(scratch, length);
    }
    if (length > 8192) {
      scratch = new byte[0];
    }
  }

  /// @param bytes how much of the output is missing here, because the file took nothing for so long
  void dropped(long bytes) {
    if (records != null) {
      records.end();
    }
    file.gap(bytes);
    if (lines != null) {
      lines.end();
    }
  }

  /// The run writes no more.
  public void end() {
    byte[] rest = mask.rest();
    put(rest, rest.length, time());
    if (records != null) {
      records.end();
    }
    if (lines != null) {
      lines.end();
    }
  }

  private void put(byte[] bytes, int length, long at) {
    if (length == 0) {
      return;
    }
    if (records == null) {
      file.write(ByteBuffer.wrap(bytes, 0, length));
    } else {
      records.next(bytes, length, at);
    }
    show(bytes, length);
  }

  private void show(byte[] bytes, int length) {
    if (lines != null) {
      lines.next(bytes, 0, length);
    }
  }
}
