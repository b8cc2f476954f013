package dev.supervise.repl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Size;
import org.jline.terminal.impl.AbstractPosixTerminal;
import org.jline.terminal.impl.PosixSysTerminal;
import org.jline.utils.NonBlockingReader;
import org.jline.utils.Signals;

/// The terminal this process was started on. Unlike JLine's own it leaves INT, TERM and their kin
/// alone, whose meaning is the supervisor's: only the window's size and being continued are
/// listened to. As long as it is [taken][#take], keys are read as they are typed (see [Keys]), also
/// between two lines. A size of nothing, as pipes and some pseudo terminals have, is taken for
/// 80×24.
final class QuietTerminal extends PosixSysTerminal {
  private static final Size USUAL = new Size(80, 24);

  private final Keys keys = new Keys();
  private Attributes before;

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

  Keys keys() {
    return keys;
  }

  @Override
  public NonBlockingReader reader() {
    return keys;
  }

  /// Line by line nothing has to be done: it is raw anyway.
  @Override
  public Attributes enterRawMode() {
    return getAttributes();
  }

  /// From now on keys are keys, none of them is shown or waits for the end of a line, and none
  /// makes a signal.
  void take() {
    before = getAttributes();
    makeRaw();
  }

  /// Once more, as other programs may have changed it.
  void makeRaw() {
    Attributes raw = new Attributes(before);
    raw.setLocalFlags(
        EnumSet.of(LocalFlag.ICANON, LocalFlag.ECHO, LocalFlag.IEXTEN, LocalFlag.ISIG), false);
    raw.setInputFlags(EnumSet.of(InputFlag.IXON, InputFlag.ICRNL, InputFlag.INLCR), false);
    raw.setControlChar(ControlChar.VMIN, 1);
    raw.setControlChar(ControlChar.VTIME, 0);
    setAttributes(raw);
  }

  /// As it was found. Without a lock, for the moment before the process ends at once.
  void restore() {
    setAttributes(before);
  }
}
