package dev.supervise.control.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Why a process does not answer, as far as the system shows it.
public final class ProcessState {
  private ProcessState() {}

  /// A clause about it: `pid 4711 is stopped (SIGSTOP)`.
  public static String of(long pid) {
    if (pid <= 0) {
      return "the instance does not answer";
    }
    return "pid "
        + pid
        + switch (letter(pid)) {
          case 'T' -> " is stopped (SIGSTOP); kill -CONT " + pid + " lets it go on";
          case 't' -> " is held by a debugger";
          case 'D' -> " waits in the kernel (state D) and does not answer";
          case 'Z', 'X' -> " has ended";
          default -> " does not answer";
        };
  }

  /// Whether it is known to be stopped.
  static boolean stopped(long pid) {
    char letter = letter(pid);
    return letter == 'T' || letter == 't';
  }

  /// As `/proc/PID/stat` has it; `?` where there is no /proc, `X` for a process that is not there.
  private static char letter(long pid) {
    try {
      String stat =
          Files.readString(
              Path.of("/proc", String.valueOf(pid), "stat"), StandardCharsets.ISO_8859_1);
      return stat.charAt(stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return Files.exists(Path.of("/proc/self")) ? 'X' : '?';
    }
  }
}
