package dev.supervise.spec;

/// Where the output of a process goes.
public sealed interface Logs {
  Logs DEFAULT = new Captured("", 10 << 20, 5, true, false);

  /// Drained by the supervisor into a file.
  ///
  /// @param file resolved against the unit's directory; empty: `log/<path>.log` of the state
  ///   directory
  /// @param rotateBytes the size at which the file is set aside
  /// @param keep how many set-aside files are kept
  /// @param console also shown in the foreground stream
  /// @param block a child is held up for as long as the file takes nothing; else output is dropped
  ///   after 2 s
  /// @param separate standard error has a file of its own, `web.err.log` beside `web.log`
  /// @param format how a line stands in the file
  record Captured(
      String file,
      long rotateBytes,
      int keep,
      boolean console,
      boolean block,
      boolean separate,
      Format format)
      implements Logs {
    public Captured {
      if (rotateBytes < 1024) {
        throw new InvalidSpec("logs rotate " + rotateBytes + " is below 1 KB");
      }
      if (keep < 0 || keep > 1000) {
        throw new InvalidSpec("logs keep " + keep + " is not between 0 and 1000");
      }
    }

    /// Both streams in one file, as the process wrote them.
    public Captured(String file, long rotateBytes, int keep, boolean console, boolean block) {
      this(file, rotateBytes, keep, console, block, false, Format.PLAIN);
    }
  }

  /// How output stands in its file.
  enum Format {
    /// Byte for byte.
    PLAIN,
    /// A line at a time, behind the time of day in UTC at which it was begun.
    TIMESTAMPS,
    /// One JSON object a line, with its time.
    JSON
  }

  /// `/dev/null`.
  record None() implements Logs {}

  /// The supervisor's own standard output and error.
  record Inherit() implements Logs {}
}
