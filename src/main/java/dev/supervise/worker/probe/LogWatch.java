package dev.supervise.worker.probe;

import dev.supervise.text.DurationText;
import dev.supervise.worker.output.Lines;
import dev.supervise.worker.output.LogFile;
import dev.supervise.worker.output.OutputTap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Looks for lines in the output of one run. The bytes are handed over by whoever reads them, and
/// matched on a thread of the probes': a user's pattern may take any time.
///
/// At most 1 MB waits to be looked at; with half of it, whoever writes is held up. What comes while
/// a single line is looked at for 2 s is counted and not looked at.
public final class LogWatch {
  private static final int LIMIT = 1 << 20;
  private static final int FULL = LIMIT / 2;
  private static final int ROOM = LIMIT / 4;
  private static final Duration PATIENCE = LogFile.PATIENCE;

  private enum Pace {
    LOOKING,
    /// Somebody is held up for it.
    FULL,
    /// A line takes too long: what comes is passed over until that has been caught up with.
    PASSING
  }

  private record Piece(Lines lines, byte[] bytes) {}

  private final ProbeThreads threads;
  private final Map<Pattern, Latch> sought = new LinkedHashMap<>();
  private final ArrayDeque<Piece> queue = new ArrayDeque<>();
  private final List<Runnable> held = new ArrayList<>(1);
  private Pace pace = Pace.LOOKING;
  private int waiting;
  private long missed;
  private final AtomicLong looked = new AtomicLong();
  private boolean looking;
  private volatile boolean over;
  private @Nullable Runnable interrupt;
  private @Nullable Thread looker;

  LogWatch(ProbeThreads threads) {
    this.threads = threads;
  }

  /// Before the first stream is opened.
  ///
  /// @param found called when a line was found
  Latch seek(Pattern pattern, Runnable found) {
    return sought.computeIfAbsent(pattern, each -> new Latch(() -> missing(each), found));
  }

  /// Every line sought counts as found.
  void assume() {
    sought.values().forEach(Latch::set);
    close();
  }

  boolean seeks() {
    return !sought.isEmpty();
  }

  private String missing(Pattern pattern) {
    long unseen;
    synchronized (this) {
      unseen = missed;
    }
    return "no line of its output matches /"
        + pattern
        + "/ yet"
        + (unseen > 0
            ? " ("
                + unseen
                + " bytes were passed over: a line took longer than "
                + DurationText.exact(PATIENCE)
                + ")"
            : "");
  }

  OutputTap stream() {
    Lines lines = new Lines("", (_, bytes, from, length) -> line(bytes, from, length));
    return new OutputTap() {
      @Override
      public boolean wanted() {
        return !over;
      }

      @Override
      public boolean full() {
        return LogWatch.this.full();
      }

      @Override
      public void onRoom(Runnable goOn) {
        synchronized (LogWatch.this) {
          held.add(goOn);
        }
      }

      @Override
      public void take(byte[] bytes) {
        LogWatch.this.take(new Piece(lines, bytes));
      }

      @Override
      public void awaitRoom() {
        LogWatch.this.awaitRoom();
      }
    };
  }

  private synchronized boolean full() {
    return switch (pace) {
      case LOOKING -> {
        if (!over && waiting >= FULL) {
          pace = Pace.FULL;
          threads.later(PATIENCE, patience(looked.get()));
        }
        yield pace == Pace.FULL;
      }
      case FULL -> true;
      case PASSING -> false;
    };
  }

  private synchronized void awaitRoom() {
    try {
      while (full()) {
        wait();
      }
    } catch (InterruptedException cancelled) {
      Thread.currentThread().interrupt();
    }
  }

  /// @param before how many lines had been looked at when the waiting began
  private Runnable patience(long before) {
    return () -> {
      synchronized (this) {
        if (pace != Pace.FULL) {
          return;
        }
        if (looked.get() != before) {
          threads.later(PATIENCE, patience(looked.get()));
          return;
        }
        pace = Pace.PASSING;
        begin();
        notifyAll();
      }
      held.forEach(Runnable::run);
    };
  }

  /// There is room again.
  private void goOn() {
    synchronized (this) {
      if (pace == Pace.LOOKING || !over && waiting > (pace == Pace.FULL ? ROOM : 0)) {
        return;
      }
      pace = Pace.LOOKING;
      notifyAll();
    }
    held.forEach(Runnable::run);
  }

  private void take(Piece piece) {
    synchronized (this) {
      if (over) {
        return;
      }
      if (pace == Pace.PASSING || waiting + piece.bytes.length > LIMIT) {
        missed += piece.bytes.length;
      } else {
        waiting += piece.bytes.length;
        queue.add(piece);
      }
      begin();
    }
  }

  /// Under the lock.
  private void begin() {
    if (!looking) {
      looking = true;
      interrupt = threads.run(this::look);
      looking = interrupt != null;
    }
  }

  private void look() {
    try {
      while (true) {
        Piece piece;
        synchronized (this) {
          looker = Thread.currentThread();
          piece = over ? null : queue.poll();
          if (piece == null) {
            looking = false;
            interrupt = null;
            looker = null;
            return;
          }
          waiting -= piece.bytes.length;
        }
        goOn();
        piece.lines.next(piece.bytes, 0, piece.bytes.length);
      }
    } catch (Given given) {
      synchronized (this) {
        looking = false;
        looker = null;
      }
    }
  }

  private void line(byte[] bytes, int from, int length) {
    looked.incrementAndGet();
    int shown = length > 0 && bytes[from + length - 1] == '\r' ? length - 1 : length;
    CharSequence text = new Interruptible(new String(bytes, from, shown, StandardCharsets.UTF_8));
    boolean open = false;
    for (Map.Entry<Pattern, Latch> each : sought.entrySet()) {
      if (!each.getValue().isSet()) {
        if (found(each.getKey(), text)) {
          each.getValue().set();
        } else {
          open = true;
        }
      }
    }
    if (!open) {
      close();
    }
  }

  private static boolean found(Pattern pattern, CharSequence line) {
    try {
      return pattern.matcher(line).find();
    } catch (StackOverflowError deep) {
      // Some patterns take a frame of the stack for every character: such a line does not match.
      return false;
    }
  }

  /// Nobody looks any more.
  void close() {
    synchronized (this) {
      over = true;
      queue.clear();
      waiting = 0;
      notifyAll();
      // The line that was found is being told on the looking thread itself, which goes on.
      if (interrupt != null && !Thread.currentThread().equals(looker)) {
        interrupt.run();
      }
      interrupt = null;
    }
    goOn();
  }

  /// The search was given up in the middle of a line.
  private static final class Given extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Given() {
      super(null, null, false, false);
    }
  }

  /// A text that a pattern cannot be lost in: each look at a character ends with an interrupt.
  private record Interruptible(String text) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (Thread.currentThread().isInterrupted()) {
        throw new Given();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Interruptible(text.substring(start, end));
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
