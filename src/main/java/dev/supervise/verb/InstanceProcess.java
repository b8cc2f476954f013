package dev.supervise.verb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The process of an instance, told from later processes of its number by when it started.
///
/// @param start field 22 of `/proc/PID/stat`; empty when it could not be read
public record InstanceProcess(long pid, String start) {
  private static final int STATE = 0;
  private static final int START = 19;
  private static final long STEP_MILLIS = 5;

  /// The process of that number as it is now.
  public static InstanceProcess of(long pid) {
    return new InstanceProcess(pid, fields(pid).map(fields -> fields[START]).orElse(""));
  }

  /// It is the one that asks.
  boolean here() {
    return pid == ProcessHandle.current().pid();
  }

  /// A zombie holds nothing any more: when its parent asks for it is not our business.
  boolean lives() {
    Optional<String[]> fields = fields(pid);
    if (fields.isEmpty()) {
      // It has ended, or there is no /proc.
      return start.isEmpty() && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
    return !fields.get()[STATE].equals("Z")
        && !fields.get()[STATE].equals("X")
        && (start.isEmpty() || fields.get()[START].equals(start));
  }

  /// Waits until it has ended.
  ///
  /// @return whether it has
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    for (long waited = 0; waited < limit.toMillis() && lives(); waited += STEP_MILLIS) {
      Thread.sleep(STEP_MILLIS);
    }
    return !lives();
  }

  /// What stands behind the name.
  private static Optional<String[]> fields(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ");
      return fields.length > START ? Optional.of(fields) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
