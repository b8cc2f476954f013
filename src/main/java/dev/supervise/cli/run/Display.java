package dev.supervise.cli.run;

import dev.supervise.render.Style;
import dev.supervise.repl.Muted;
import dev.supervise.run.CriticalPathStep;
import dev.supervise.run.Transition;
import dev.supervise.text.DurationText;
import dev.supervise.text.Printable;
import dev.supervise.text.Secrets;
import dev.supervise.worker.Output;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// The foreground stream: what units write and what happens to them, merged, prefixed, in batches.
///
/// Lines arrive on any thread and wait in a [Backlog]; the one thread that calls [#show] writes.
/// Nobody waits for a reader, be it slow, stopped or gone: neither children nor their logs. Losing
/// it never touches the tree.
public final class Display implements Output, Consumer<Transition> {
  /// From one batch to the next. The first line after a silence is shown at once.
  static final long BATCH_MILLIS = 50;

  private static final int CHUNK = 1 << 16;

  private final OutputStream first;
  private final Muted muted = new Muted();
  private volatile OutputStream out;
  private final Backlog backlog;
  private volatile DisplayNames labels;
  private volatile TransitionText transitions;
  private final Secrets secrets;
  private final boolean quiet;
  private final boolean colour;
  private final long batchMillis;
  private final Consumer<String> complain;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition ended = lock.newCondition();
  private boolean over;
  private boolean lost;
  private final AtomicLong written = new AtomicLong();

  /// @param quiet leave out what units write
  /// @param where all of their output can be read
  /// @param complain told once when `out` cannot be written any more
  public Display(
      OutputStream out,
      Screen screen,
      DisplayNames labels,
      Secrets secrets,
      boolean quiet,
      String where,
      Consumer<String> complain) {
    this.first = out;
    this.out = out;
    this.backlog =
        screen.terminal() ? new TerminalBacklog(screen.colour(), where) : new PipeBacklog();
    // A pipe has nobody to spare the flicker; the pause only makes small writes into large ones.
    this.batchMillis = screen.terminal() ? BATCH_MILLIS : BATCH_MILLIS / 10;
    this.labels = labels;
    this.secrets = secrets;
    this.transitions = new TransitionText(labels, secrets, screen.colour());
    this.quiet = quiet;
    this.colour = screen.colour();
    this.complain = complain;
  }

  /// Whose output is not shown.
  public Muted muted() {
    return muted;
  }

  /// From now on everything is written there. Any thread.
  public void through(OutputStream other) {
    out = other;
  }

  /// From now on everything is written where it was at first.
  void throughAgain() {
    out = first;
  }

  /// Another tree is shown from now on.
  void become(DisplayNames now) {
    labels = now;
    transitions = new TransitionText(now, secrets, colour);
  }

  /// Everything is up: which units made it last as long as it did. Said only where units waited for
  /// each other; from any thread.
  void reached(List<CriticalPathStep> path) {
    if (path.size() > 1) {
      Duration all =
          path.stream().map(CriticalPathStep::took).reduce(Duration.ZERO, Duration::plus);
      say(
          "up in "
              + DurationText.text(all)
              + ": "
              + path.stream()
                  .map(unit -> labels.of(unit.path()).text() + " " + DurationText.text(unit.took()))
                  .collect(Collectors.joining(", then ")));
    }
  }

  @Override
  public void line(String path, byte[] bytes, int offset, int length) {
    if (quiet || muted.hides(path)) {
      return;
    }
    byte[] prefix = prefix(labels.of(path));
    lock.lock();
    try {
      if (lost) {
        return;
      }
      backlog.output(prefix, bytes, offset, length);
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void accept(Transition transition) {
    transitions.line(transition).ifPresent(this::say);
  }

  /// Shows that something went wrong that changes no status.
  public void warn(String text) {
    say(transitions.warning(text));
  }

  /// Shows a line of our own; of what acts on a terminal, our colours only.
  public void say(String line) {
    lock.lock();
    try {
      if (!lost) {
        backlog.change(Printable.painted(line, colour).getBytes(StandardCharsets.UTF_8));
        arrived.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Nothing comes any more: [#show] writes what is left and returns.
  void end() {
    lock.lock();
    try {
      over = true;
      arrived.signal();
      ended.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Writes until [#end]. Called once, by the thread that becomes the display's.
  public void show() {
    boolean more = true;
    while (more) {
      lock.lock();
      byte[] batch;
      try {
        while (backlog.isEmpty() && !over) {
          arrived.awaitUninterruptibly();
        }
        more = !over;
        batch = backlog.take();
      } finally {
        lock.unlock();
      }
      write(batch);
      if (more) {
        rest();
      }
    }
  }

  /// Grows with everything that is written: while it does not, nobody reads.
  long progress() {
    return written.get();
  }

  private void write(byte[] batch) {
    if (batch.length == 0) {
      return;
    }
    OutputStream now = out;
    try {
      for (int at = 0; at < batch.length; at += CHUNK) {
        now.write(batch, at, Math.min(CHUNK, batch.length - at));
        written.incrementAndGet();
      }
      now.flush();
    } catch (IOException e) {
      lock.lock();
      try {
        lost = true;
        backlog.take();
      } finally {
        lock.unlock();
      }
      complain.accept(
          "standard output cannot be written any more (" + e.getMessage() + "); the tree goes on");
    }
  }

  private void rest() {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(batchMillis);
      while (!over && left > 0) {
        left = ended.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private byte[] prefix(DisplayNames.Label label) {
    String name = DisplayNames.pad(label.text(), labels.width() + 1) + " | ";
    return (colour ? Style.name(label.index()) + name + Style.RESET : name)
        .getBytes(StandardCharsets.UTF_8);
  }
}
