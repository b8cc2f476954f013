package dev.supervise.repl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Size;
import org.jline.terminal.impl.AbstractPosixTerminal;
import org.jline.terminal.impl.PosixSysTerminal;
import org.jline.utils.Signals;

/// The terminal this process was started on. Unlike JLine's own it leaves INT, TERM and their kin
/// alone, whose meaning is the supervisor's: only the window's size and being continued are
/// listened to. A size of nothing, as pipes and some pseudo terminals have, is taken for 80×24.
final class QuietTerminal extends PosixSysTerminal {
  private static final Size USUAL = new Size(80, 24);

  private final Attributes before;

  /// @param of the terminal as JLine found it
  QuietTerminal(AbstractPosixTerminal of) throws IOException {
    super(
        of.getName(),
        of.getType(),
        of.getPty(),
        StandardCharsets.UTF_8,
        false,
        SignalHandler.SIG_DFL);
    before = of.getAttributes();
    Signals.register("WINCH", () -> raise(Signal.WINCH));
    Signals.register("CONT", () -> raise(Signal.CONT));
  }

  @Override
  public SignalHandler handle(Signal signal, SignalHandler handler) {
    SignalHandler previous = handlers.put(signal, handler);
    return previous == null ? SignalHandler.SIG_DFL : previous;
  }

  @Override
  public Size getSize() {
    Size size = super.getSize();
    return size.getRows() > 0 && size.getColumns() > 0 ? size : USUAL;
  }

  /// Keys of the keyboard that send signals are read as keys, or send signals again.
  void keys(boolean asKeys) {
    Attributes now = getAttributes();
    now.setLocalFlag(LocalFlag.ISIG, !asKeys);
    setAttributes(now);
  }

  /// As it was found. Without a lock, for the moment before the process ends at once.
  void restore() {
    setAttributes(before);
  }
}
