package dev.supervise.worker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Looks for lines in the output of one run. The bytes are handed over by whoever reads them, and
/// matched on a thread of the probes': a user's pattern may take any time.
///
/// At most 1 MB waits to be looked at; what comes beyond that is counted and not looked at.
final class LogWatch {
  /// One of the streams a run writes, whose lines are its own.
  interface Stream {
    /// Whether anybody still looks.
    boolean wanted();

    /// @param bytes the callee's from now on
    void take(byte[] bytes);
  }

  private static final int LIMIT = 1 << 20;

  private record Piece(Lines lines, byte[] bytes) {}

  private final ProbeThreads threads;
  private final Map<Pattern, Latch> sought = new LinkedHashMap<>();
  private final ArrayDeque<Piece> queue = new ArrayDeque<>();
  private int waiting;
  private long missed;
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
        + (unseen > 0 ? " (" + unseen + " bytes came too fast to be looked at)" : "");
  }

  Stream stream() {
    Lines lines = new Lines("", (_, bytes, from, length) -> line(bytes, from, length));
    return new Stream() {
      @Override
      public boolean wanted() {
        return !over;
      }

      @Override
      public void take(byte[] bytes) {
        LogWatch.this.take(new Piece(lines, bytes));
      }
    };
  }

  private void take(Piece piece) {
    synchronized (this) {
      if (over) {
        return;
      }
      if (waiting + piece.bytes.length > LIMIT) {
        missed += piece.bytes.length;
        return;
      }
      waiting += piece.bytes.length;
      queue.add(piece);
      if (looking) {
        return;
      }
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
      // The line that was found is being told on the looking thread itself, which goes on.
      if (interrupt != null && !Thread.currentThread().equals(looker)) {
        interrupt.run();
      }
      interrupt = null;
    }
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
