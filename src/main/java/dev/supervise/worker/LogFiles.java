package dev.supervise.worker;

import dev.supervise.spec.Logs;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The log files in use, one object a path: two runs that write to one file share its rotation.
/// Thread-safe.
final class LogFiles {
  private final Path folder;
  private final Consumer<String> warnings;
  private final LongSupplier nanoClock;
  private final Map<Path, LogFile> open = new HashMap<>();

  /// @param folder where units log that name no file; made when the first one does
  LogFiles(Path folder, Consumer<String> warnings, LongSupplier nanoClock) {
    this.folder = folder;
    this.warnings = warnings;
    this.nanoClock = nanoClock;
  }

  /// The file of one unit; an instance of several has its own, `web-2.log` for `web.log`.
  Path path(Logs.Captured logs, String unit, int instance, String dir) {
    if (!logs.file().isEmpty()) {
      Path file = Path.of(dir).resolve(logs.file()).normalize();
      return instance > 0 ? file.resolveSibling(numbered(file, instance)) : file;
    }
    Path file = folder;
    for (String name : unit.split("/")) {
      // A unit may be called '..', and is not to log above the folder.
      file = file.resolve(name.chars().allMatch(c -> c == '.') ? "dots-" + name : name);
    }
    return file.resolveSibling(file.getFileName() + ".log");
  }

  synchronized LogFile acquire(Path path, Logs.Captured logs) {
    LogFile file = open.computeIfAbsent(path, p -> new LogFile(p, warnings, nanoClock));
    file.acquire(logs.rotateBytes(), logs.keep());
    return file;
  }

  synchronized void release(Path path) {
    LogFile file = open.get(path);
    if (file != null && file.release()) {
      open.remove(path);
    }
  }

  private static String numbered(Path file, int instance) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot <= 0
        ? name + "-" + instance
        : name.substring(0, dot) + "-" + instance + name.substring(dot);
  }
}
