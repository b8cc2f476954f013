package dev.supervise.verb;

import dev.supervise.control.protocol.Outstanding;
import dev.supervise.render.TextWidth;
import dev.supervise.run.Clock;
import dev.supervise.run.SystemClock;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// What a verb waits for, on standard error: one line that changes on a terminal. Elsewhere a line
/// when it has changed: the first time that something has failed in one way after at most two
/// seconds, all else ever less often the longer it lasts.
public final class WaitingLine {
  private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final PrintStream err;
  private final boolean terminal;
  private final int columns;
  private final Clock clock;
  private final Set<Outstanding.Failure> failures = new HashSet<>();
  private String shown = "";
  private long since;
  private long pause;

  /// @param columns of the terminal; 0: unknown
  WaitingLine(PrintStream err, boolean terminal, int columns, Clock clock) {
    this.err = err;
    this.terminal = terminal;
    this.columns = columns;
    this.clock = clock;
  }

  /// On this process' standard error, if that is what `err` is.
  public static WaitingLine on(PrintStream err, Map<String, String> environment, int columns) {
    boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
    return new WaitingLine(
        err, err.equals(System.err) && !dumb && terminal(), columns, new SystemClock());
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

  public void show(Awaited awaited) {
    String text = awaited.text();
    if (text.equals(shown)) {
      return;
    }
    if (terminal) {
      String line = text.isEmpty() ? "" : "supervise: waiting: " + text;
      err.print("\r" + (columns > 1 ? TextWidth.fit(line, columns - 1, true) : line) + "\033[K");
      err.flush();
      shown = text;
    } else if (text.isEmpty()) {
      shown = "";
    } else {
      told(awaited);
    }
  }

  private void told(Awaited awaited) {
    long now = clock.now();
    boolean first = shown.isEmpty();
    boolean news = !failures.containsAll(awaited.failures());
    if (!first && now - since < (news ? LEAST_NANOS : pause)) {
      return;
    }
    if (first) {
      pause = LEAST_NANOS;
    } else if (!news) {
      pause = Math.min(pause * 2, MOST_NANOS);
    }
    failures.addAll(awaited.failures());
    since = now;
    shown = awaited.text();
    err.println("supervise: waiting: " + shown);
  }

  /// Before anything else is printed.
  public void clear() {
    show(Awaited.NOTHING);
  }
}
