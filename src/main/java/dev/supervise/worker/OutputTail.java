package dev.supervise.worker;

import dev.supervise.text.Printable;
import dev.supervise.text.Secrets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The last lines of one run: what it wrote, and what its hooks and closures said, whoever heard it
/// first. Whoever reads a pipe adds to it; when the run has failed it is sealed, and says from then
/// on what was last at that time. Costs nothing until something is added. Thread-safe; nobody
/// waits.
public final class OutputTail {
  private static final byte[] EMPTY = {};

  /// As many lines are kept.
  public static final int LINES = 5;

  /// The tail of a run that said nothing.
  public static final OutputTail NONE = new OutputTail();

  private static final int LONGEST_LINE = 500;
  public static final int BYTES = 4096;

  private enum State {
    WHOLE,
    /// There was more before.
    CUT,
    /// Nothing is added any more.
    SEALED,
    SEALED_CUT
  }

  static {
    NONE.seal();
  }

  private byte[] bytes = EMPTY;
  private int length;
  private State state = State.WHOLE;

  /// Who wrote the last of it: a line that one stream has begun is not gone on with by the other.
  private int source;

  /// Lines that were read off another one.
  public static OutputTail of(List<String> lines) {
    OutputTail tail = new OutputTail();
    lines.forEach(tail::line);
    tail.seal();
    return tail;
  }

  /// @param from a number for the stream
  /// @param output from its position to its limit; neither is changed
  public synchronized void add(int from, ByteBuffer output) {
    if (sealed()) {
      return;
    }
    if (from != source && length > 0 && bytes[length - 1] != '\n') {
      append(ByteBuffer.wrap(new byte[] {'\n'}));
    }
    source = from;
    append(output);
  }

  /// Adds a line without its newline, or several in one text.
  public void line(String text) {
    add(-1, StandardCharsets.UTF_8.encode(text + "\n"));
  }

  private void append(ByteBuffer output) {
    int more = Math.min(output.remaining(), BYTES);
    int kept = Math.min(length, BYTES - more);
    if (kept < length || more < output.remaining()) {
      state = State.CUT;
    }
    if (bytes.length < kept + more) {
      bytes = Arrays.copyOfRange(bytes, length - kept, length - kept + room(kept + more));
    } else if (kept < length) {
      System.arraycopy(bytes, length - kept, bytes, 0, kept);
    }
    output.get(output.limit() - more, bytes, kept, more);
    length = kept + more;
  }

  private static int room(int wanted) {
    return Math.min(BYTES, Math.max(128, 2 * wanted));
  }

  private boolean sealed() {
    return switch (state) {
      case WHOLE, CUT -> false;
      case SEALED, SEALED_CUT -> true;
    };
  }

  /// The run has failed: nothing is added any more, and no more is kept than is shown.
  public synchronized void seal() {
    switch (state) {
      case WHOLE -> state = State.SEALED;
      case CUT -> state = State.SEALED_CUT;
      case SEALED, SEALED_CUT -> {
        return;
      }
    }
    int from = begin();
    if (from > 0) {
      state = State.SEALED_CUT;
    }
    bytes = from == length ? EMPTY : Arrays.copyOfRange(bytes, from, length);
    length = bytes.length;
  }

  /// Where the last lines begin: at the newline before them, where there were more.
  private int begin() {
    int newlines = 0;
    for (int i = length - 2; i >= 0; i--) {
      if (bytes[i] == '\n' && ++newlines == LINES) {
        return i;
      }
    }
    return 0;
  }

  /// What there is, oldest line first, at most [#LINES], printable, each cut to 500 characters;
  /// secrets are masked, also one of which only the end is left.
  public List<String> lines(Secrets secrets) {
    String text;
    boolean cut;
    synchronized (this) {
      text = new String(bytes, 0, length, StandardCharsets.UTF_8);
      cut = state == State.CUT || state == State.SEALED_CUT;
    }
    if (text.isEmpty()) {
      return List.of();
    }
    List<String> lines =
        new ArrayList<>(
            Arrays.asList((cut ? secrets.maskRest(text) : secrets.mask(text)).split("\n", -1)));
    if (lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    if (cut && lines.size() > 1) {
      lines.removeFirst();
      cut = false;
    }
    List<String> last = new ArrayList<>();
    for (String line : lines.subList(Math.max(0, lines.size() - LINES), lines.size())) {
      last.add(shortened(Printable.output(line, false), cut));
    }
    return last;
  }

  private static String shortened(String line, boolean cut) {
    if (cut) {
      return "…" + line.substring(Math.max(0, line.length() - LONGEST_LINE));
    }
    return line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line;
  }
}
