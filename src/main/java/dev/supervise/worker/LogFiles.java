package dev.supervise.worker;

import dev.supervise.spec.Logs;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The log files in use, one object a path: two runs that write to one file share its rotation.
/// Thread-safe.
final class LogFiles {
  private final LogBook book;
  private final Consumer<String> warnings;
  private final LongSupplier nanoClock;
  private final Map<Path, Used> open = new HashMap<>();

  private static final class Used {
    final LogFile file;
    int runs;

    Used(LogFile file) {
      this.file = file;
    }
  }

  /// @param folder where units log that name no file; made when the first one does
  LogFiles(Path folder, Consumer<String> warnings, LongSupplier nanoClock) {
    this(new LogBook(folder, nanoClock), warnings, nanoClock);
  }

  /// @param book knows where units log; shared with others
  LogFiles(LogBook book, Consumer<String> warnings, LongSupplier nanoClock) {
    this.book = book;
    this.warnings = warnings;
    this.nanoClock = nanoClock;
  }

  /// The file of one unit; an instance of several has its own, `web-2.log` for `web.log`.
  Path path(Logs.Captured logs, String unit, int instance, String dir) {
    return book.file(logs, unit, instance, dir);
  }

  LogBook book() {
    return book;
  }

  /// A run will write to `path`; the limits are those of the latest one. Touches no disk.
  synchronized LogFile acquire(Path path, Logs.Captured logs) {
    Used used =
        open.computeIfAbsent(
            path,
            p ->
                new Used(
                    new LogFile(
                        p, book.home(p), warnings, nanoClock, bytes -> book.wrote(p, bytes))));
    used.runs++;
    used.file.limit(logs.rotateBytes(), logs.keep());
    return used.file;
  }

  /// Their folder was taken away: the next write opens each anew, where its path leads by then.
  void renew() {
    List<LogFile> files;
    synchronized (this) {
      files = open.values().stream().map(used -> used.file).toList();
    }
    files.forEach(LogFile::close);
  }

  /// A run will write no more; the last one closes the file.
  void release(Path path) {
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
