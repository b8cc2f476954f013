package dev.supervise.repl;

import dev.supervise.text.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jline.keymap.KeyMap;
import org.jline.reader.Binding;
import org.jline.reader.Reference;
import org.jline.reader.impl.LineReaderImpl;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/// The line being edited, with a pale hint behind the cursor and the status line below it. The
/// status line is drawn as a part of what is edited, not in a scroll region: nothing stays behind
/// on a terminal that is lost.
final class Prompt extends LineReaderImpl {
  private static final String HINT = "supervise-hint";

  private final Function<String, Completions.Hint> hint;
  private volatile String status = "";
  private boolean lost;

  /// A command runs; what it waits for.
  private boolean busy;

  private String waiting = "";

  /// Something else covers the screen.
  private boolean covered;

  /// So many lines stand below what is printed, while a command runs.
  private int below;

  /// @param hint what could follow the text before the cursor; empty: nothing
  Prompt(Terminal terminal, Function<String, Completions.Hint> hint) throws IOException {
    super(terminal, "supervise");
    this.hint = hint;
    getWidgets()
        .put(
            "supervise-interrupt",
            () -> {
              state = State.INTERRUPT;
              return true;
            });
    getWidgets()
        .put(
            HINT,
            () -> {
              Completions.Hint more = hint.apply(buf.toString());
              if (buf.cursor() == buf.length() && more.taken()) {
                buf.write(more.text());
                return true;
              }
              return forwardChar();
            });
    getWidgets().put("supervise-nothing", () -> true);
    for (KeyMap<Binding> keys : getKeyMaps().values()) {
      keys.bind(new Reference("supervise-interrupt"), KeyMap.ctrl('C'));
      // A stopped supervisor supervises nothing.
      keys.bind(new Reference("supervise-nothing"), KeyMap.ctrl('Z'));
    }
    Objects.requireNonNull(getKeyMaps().get(EMACS))
        .bind(new Reference(HINT), "\033[C", "\033OC", KeyMap.ctrl('F'));
  }

  /// What stands below the line, painted already. Any thread.
  void status(String text) {
    if (!text.equals(status)) {
      status = text;
      lock.lock();
      try {
        if (reading) {
          redisplay();
        } else {
          drawBelow();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /// A command begins, or is over: meanwhile the status stands below what is printed, as it does
  /// below the line.
  void busy(boolean runs) {
    lock.lock();
    try {
      busy = runs;
      waiting = "";
      drawBelow();
    } finally {
      lock.unlock();
    }
  }

  /// What the command waits for; empty: nothing. Any thread.
  void waiting(String text) {
    lock.lock();
    try {
      if (!text.equals(waiting)) {
        waiting = text;
        drawBelow();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Nothing is drawn while something else covers the screen.
  void covered(boolean now) {
    lock.lock();
    try {
      if (now) {
        erase();
        terminal.flush();
      }
      covered = now;
      drawBelow();
    } finally {
      lock.unlock();
    }
  }

  /// There is no further line: the one that is being read is taken off the screen when its reading
  /// ends. Any thread.
  void last() {
    lock.lock();
    try {
      setOpt(Option.ERASE_LINE_ON_FINISH);
    } finally {
      lock.unlock();
    }
  }

  /// Prints above the line, or above the status. Any thread.
  void above(String text) {
    lock.lock();
    try {
      if (reading) {
        printAbove(text);
        return;
      }
      erase();
      terminal.writer().print(text);
      if (!text.endsWith("\n")) {
        terminal.writer().println();
      }
      drawBelow();
      terminal.flush();
    } finally {
      lock.unlock();
    }
  }

  private void drawBelow() {
    if (reading || covered) {
      return;
    }
    boolean had = below > 0;
    erase();
    if (busy) {
      List<String> lines = new ArrayList<>(2);
      if (!waiting.isEmpty()) {
        lines.add(" waiting: " + Printable.cell(waiting));
      }
      if (!status.isEmpty()) {
        lines.add(status);
      }
      int columns = Math.max(1, terminal.getSize().getColumns() - 1);
      for (int i = 0; i < lines.size(); i++) {
        AttributedString line = AttributedString.fromAnsi(lines.get(i));
        terminal
            .writer()
            .print((i == 0 ? "" : "\r\n") + line.columnSubSequence(0, columns).toAnsi(terminal));
      }
      below = lines.size();
    }
    if (had || below > 0) {
      terminal.flush();
    }
  }

  private void erase() {
    if (below > 0) {
      terminal.writer().print("\r" + (below > 1 ? "\033[" + (below - 1) + "A" : "") + "\033[J");
      below = 0;
    }
  }

  /// Whether the last line ended because the terminal did.
  boolean lost() {
    return lost;
  }

  @Override
  public Binding readBinding(KeyMap<Binding> keys, KeyMap<Binding> local) {
    Binding read = super.readBinding(keys, local);
    lost = read == null;
    return read;
  }

  @Override
  public AttributedString getDisplayedBufferWithPrompts(List<AttributedString> secondaryPrompts) {
    // Neither in the last drawing of a line that is done, nor where a list of candidates stands.
    boolean plain = !reading || post != null;
    AttributedString line = super.getDisplayedBufferWithPrompts(secondaryPrompts);
    if (plain) {
      return line;
    }
    AttributedStringBuilder all = new AttributedStringBuilder().tabs(getTabWidth());
    all.append(line);
    if (buf.cursor() == buf.length() && buf.length() > 0) {
      all.styled(AttributedStyle.DEFAULT.faint(), hint.apply(buf.toString()).text());
    }
    if (!status.isEmpty()) {
      AttributedString below = AttributedString.fromAnsi(status);
      int columns = Math.max(1, size.getColumns() - 1);
      all.append("\n");
      all.append(below.columnLength() > columns ? below.columnSubSequence(0, columns) : below);
    }
    return all.toAttributedString();
  }
}
