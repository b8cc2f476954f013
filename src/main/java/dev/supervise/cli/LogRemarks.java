package dev.supervise.cli;

import dev.supervise.spec.Logs;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Value;
import dev.supervise.worker.output.LogPath;
import java.nio.file.Path;
import java.util.List;

/// What `check` says of the paths that units name for their logs: which of them are no files that
/// could be set aside when they are full. Looks at the file system, and changes nothing there.
final class LogRemarks {
  private LogRemarks() {}

  /// Sentences; none where all is well, or where the directory is known at a start only.
  static List<String> of(UnitSpec unit) {
    if (!(unit instanceof ProcessSpec process)
        || !(process.logs() instanceof Logs.Captured logs)
        || logs.file().isEmpty()
        || !(process.dir() instanceof Value.Fixed(String dir))) {
      return List.of();
    }
    Path file = Path.of(process.base()).resolve(dir).resolve(logs.file()).normalize();
    return LogPath.fixed(file).map(words -> "log file " + file + " " + words).stream().toList();
  }
}
