package dev.supervise.cli.run;

import java.io.IOException;

/// The shell this process was started from, if any.
final class Shell {
  private Shell() {}

  /// Makes the shell take its terminal back while this process runs on, as `Ctrl-Z` and `bg` would:
  /// a job that is stopped gives the terminal up, and going on it is in the background. It takes
  /// another process to wake a stopped one.
  static void takeTerminal() {
    String self = Long.toString(ProcessHandle.current().pid());
    try {
      Process _ =
          new ProcessBuilder("sh", "-c", "kill -STOP " + self + "; sleep 0.2; kill -CONT " + self)
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      // Without a shell there is none that waits for the terminal.
      System.err.println("supervise: runs on; the shell cannot be told: " + e.getMessage());
    }
  }
}
