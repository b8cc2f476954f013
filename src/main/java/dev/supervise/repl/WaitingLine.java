package dev.supervise.repl;

import dev.supervise.run.SystemClock;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What a verb waits for, on standard error: one line that changes on a terminal; elsewhere a line
/// when it has changed, ever less often the longer it lasts.
public final class WaitingLine {
  private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final PrintStream err;
  private final boolean terminal;
  private final int columns;
  private final SystemClock clock = new SystemClock();
  private String shown = "";
  private long since;
  private long pause;

  /// @param columns of the terminal; 0: unknown
  WaitingLine(PrintStream err, boolean terminal, int columns) {
    this.err = err;
    this.terminal = terminal;
    this.columns = columns;
  }

  /// On this process' standard error, if that is what `err` is.
  public static WaitingLine on(PrintStream err, Map<String, String> environment, int columns) {
    boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
    return new WaitingLine(err, err.equals(System.err) && !dumb && terminal(), columns);
  }

  /// The name of what is open says it; asking the system takes longer.
  private static boolean terminal() {
    try {
      String name = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  /// @param text empty: nothing is waited for any more
  public void show(String text) {
    if (text.equals(shown)) {
      return;
    }
    if (terminal) {
      String line = text.isEmpty() ? "" : "supervise: waiting: " + text;
      err.print("\r" + (columns > 1 ? Glyphs.fit(line, columns - 1, true) : line) + "\033[K");
      err.flush();
      shown = text;
    } else if (text.isEmpty()) {
      shown = "";
    } else {
      told(text);
    }
  }

  private void told(String text) {
    long now = clock.now();
    if (!shown.isEmpty() && now - since < pause) {
      return;
    }
    pause = shown.isEmpty() ? LEAST_NANOS : Math.min(pause * 2, MOST_NANOS);
    since = now;
    shown = text;
    err.println("supervise: waiting: " + text);
  }

  /// Before anything else is printed.
  public void clear() {
    show("");
  }
}
