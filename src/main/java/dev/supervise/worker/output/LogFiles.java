package dev.supervise.worker.output;

import dev.supervise.spec.Logs;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The log files in use, one object a path: two runs that write to one file share its rotation.
/// Thread-safe.
public final class LogFiles {
  private final LogBook book;
  private final Consumer<String> warnings;
  private final LongSupplier nanoClock;
  private final OpenLog.Opener opener;
  private final Map<Path, Used> open = new HashMap<>();

  /// Says a sentence once in a while: a folder that is removed is one remark, not one of each log
  /// in it.
  private record Once(Consumer<String> warnings, LongSupplier nanoClock, Map<String, Long> said)
      implements Consumer<String> {
    private static final long PAUSE_NANOS = 10_000_000_000L;
    private static final int MOST = 100;

    Once(Consumer<String> warnings, LongSupplier nanoClock) {
      this(warnings, nanoClock, new HashMap<>());
    }

    @Override
    public void accept(String sentence) {
      long now = nanoClock.getAsLong();
      synchronized (said) {
        said.values().removeIf(at -> now - at > PAUSE_NANOS);
        if (said.size() < MOST && said.putIfAbsent(sentence, now) != null) {
          return;
        }
      }
      warnings.accept(sentence);
    }
  }

  private static final class Used {
    final LogFile file;
    int runs;

    Used(LogFile file) {
      this.file = file;
    }
  }

  /// @param folder where units log that name no file; made when the first one does
  public LogFiles(Path folder, Consumer<String> warnings, LongSupplier nanoClock) {
    this(folder, warnings, nanoClock, LogFile.usual());
  }

  /// @param opener how logs are opened here
  public LogFiles(
      Path folder, Consumer<String> warnings, LongSupplier nanoClock, OpenLog.Opener opener) {
    this(new LogBook(folder, nanoClock), warnings, nanoClock, opener);
  }

  private LogFiles(
      LogBook book, Consumer<String> warnings, LongSupplier nanoClock, OpenLog.Opener opener) {
    this.book = book;
    this.warnings = warnings instanceof Once ? warnings : new Once(warnings, nanoClock);
    this.nanoClock = nanoClock;
    this.opener = opener;
  }

  /// Others in the same places, of which nobody else has one.
  public LogFiles beside() {
    return new LogFiles(book, warnings, nanoClock, opener);
  }

  /// The file of one unit; an instance of several has its own, `web-2.log` for `web.log`.
  public Path path(Logs.Captured logs, String unit, int instance, String dir) {
    return book.file(logs, unit, instance, dir);
  }

  public LogBook book() {
    return book;
  }

  /// A run will write to `path`; the limits are those of the latest one. Touches no disk.
  public synchronized LogFile acquire(Path path, Logs.Captured logs) {
    Used used =
        open.computeIfAbsent(
            path,
            p ->
                new Used(
                    new LogFile(
                        p,
                        book.home(p),
                        warnings,
                        nanoClock,
                        bytes -> book.wrote(p, bytes),
                        opener)));
    used.runs++;
    used.file.limit(logs.rotateBytes(), logs.keep());
    return used.file;
  }

  /// How many runs write, or have something to be written, to `path`.
  public synchronized int runs(Path path) {
    Used used = open.get(path);
    return used == null ? 0 : used.runs;
  }

  /// A run will write no more; the last one closes the file.
  public void release(Path path) {
    LogFile unused;
    synchronized (this) {
      Used used = open.get(path);
      if (used == null || --used.runs > 0) {
        return;
      }
      if (used.file.failing()) {
        // Kept for the next run, so that a full disk is warned of once and not once a crash.
        return;
      }
      open.remove(path);
      unused = used.file;
    }
    // Not under the lock: a disk may take its time, and acquire is called by the loop.
    unused.close();
  }
}
