package dev.supervise.worker;

import dev.supervise.spec.Exit;
import dev.supervise.spec.Logs;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What functions log: shown at once, and kept in the same files as the output of processes,
/// `log/<path>.log`, 10 MB × 5. Secrets are blotted out of both. Any thread may log and none waits
/// for a disk; a thread of its own writes, from the first line on. When it cannot keep up, lines
/// are left out of the file, and the file says how many bytes.
public final class FunctionLog implements AutoCloseable {
  /// Bytes that may wait for the disk.
  private static final long WAITING = 16 << 20;

  /// Files kept open between lines; a million functions may log.
  private static final int OPEN = 64;

  /// Stacks written within [#WINDOW]; in a storm of failures the others go without.
  private static final int STACKS = 50;

  private static final long WINDOW = 100_000_000;

  /// What waits to be written.
  private sealed interface Entry {
    String unit();
  }

  private record Line(String unit, byte[] text) implements Entry {}

  /// Put into words when it is written: that costs more than the restart of a function.
  private record Stack(String unit, Exit.Threw exit) implements Entry {}

  private static final Line LAST = new Line("", new byte[0]);
  private static final Logs.Captured KEPT = (Logs.Captured) Logs.DEFAULT;

  private final Output output;
  private final LogFiles files;
  private final LinkedBlockingQueue<Entry> lines = new LinkedBlockingQueue<>();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final Map<Path, LogFile> open = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable Thread writer;
  private final Consumer<String> warnings;
  private volatile boolean begun;
  private boolean told;
  private final LongSupplier nanoClock;
  private final AtomicInteger stacks = new AtomicInteger();
  private volatile long window;
  private volatile Secrets secrets = Secrets.NONE;

  /// @param folder where the files are; made when the first line is written
  public FunctionLog(
      Path folder, Output output, Consumer<String> warnings, LongSupplier nanoClock) {
    this(new LogBook(folder, nanoClock), output, warnings, nanoClock);
  }

  /// @param book where the files are, for those who read them
  public FunctionLog(
      LogBook book, Output output, Consumer<String> warnings, LongSupplier nanoClock) {
    this.output = output;
    this.warnings = warnings;
    this.nanoClock = nanoClock;
    this.files = new LogFiles(book, warnings, nanoClock);
  }

  /// From now on these texts are blotted out. Any thread.
  public void share(Collection<String> texts) {
    secrets = new Secrets(texts);
  }

  /// The text without what is to be blotted out. Any thread.
  public String masked(String text) {
    return secrets.mask(text);
  }

  /// One line, or several in one text, of the unit with that full name. Any thread; never waits for
  /// a disk.
  public void line(String unit, String text) {
    byte[] bytes = (secrets.mask(text) + "\n").getBytes(StandardCharsets.UTF_8);
    Lines shown = new Lines(unit, output);
    shown.next(bytes, 0, bytes.length);
    if (waiting.addAndGet(bytes.length) > WAITING) {
      waiting.addAndGet(-bytes.length);
      dropped.addAndGet(bytes.length);
      return;
    }
    lines.add(new Line(unit, bytes));
    begin();
  }

  /// The stack of what a function threw, into its file only: where it is shown at once, the message
  /// says enough. Any thread; never waits for a disk.
  public void thrown(String unit, Exit.Threw exit) {
    long now = nanoClock.getAsLong();
    if (now - window > WINDOW) {
      window = now;
      stacks.set(0);
    }
    if (stacks.incrementAndGet() <= STACKS) {
      lines.add(new Stack(unit, exit));
      begin();
    }
  }

  /// Where no thread can be had, the lines wait, and the next one tries again.
  private void begin() {
    if (begun) {
      return;
    }
    synchronized (this) {
      if (!begun) {
        try {
          writer = Threads.start(Threads.vital("supervise-function-log", this::write));
          begun = true;
        } catch (NoThread e) {
          if (!told) {
            told = true;
            warnings.accept("lines of functions are not written to their files: " + e.getMessage());
          }
        }
      }
    }
  }

  /// Writes what waits, for at most a second.
  @Override
  public void close() {
    lines.add(LAST);
    Thread writing;
    synchronized (this) {
      writing = writer;
      begun = true;
    }
    if (writing == null) {
      write();
      return;
    }
    try {
      writing.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    try {
      for (Entry entry = lines.take(); !entry.equals(LAST); entry = lines.take()) {
        LogFile file = file(entry.unit());
        long missing = dropped.getAndSet(0);
        if (missing > 0) {
          file.mark(
              missing + " bytes of functions' lines dropped: written faster than the log takes");
        }
        switch (entry) {
          case Line(String _, byte[] text) -> {
            file.write(ByteBuffer.wrap(text));
            waiting.addAndGet(-text.length);
          }
          case Stack(String _, Exit.Threw exit) ->
              file.write(
                  ByteBuffer.wrap(
                      (secrets.mask(String.join("\n", exit.stack())) + "\n")
                          .getBytes(StandardCharsets.UTF_8)));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    open.keySet().forEach(files::release);
  }

  private LogFile file(String unit) {
    Path path = files.path(KEPT, unit, 0, "/");
    LogFile file = open.computeIfAbsent(path, p -> files.acquire(p, KEPT));
    if (open.size() > OPEN) {
      Iterator<Path> oldest = open.keySet().iterator();
      files.release(oldest.next());
      oldest.remove();
    }
    return file;
  }
}
