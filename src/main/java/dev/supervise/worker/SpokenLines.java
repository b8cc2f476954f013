package dev.supervise.worker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/// What a function prints (`println` of a script, `System.out` of a library) as lines of its unit.
/// A function is known by the name of its thread, which is its unit's; what any other thread prints
/// goes where it went before.
final class SpokenLines extends OutputStream {
  private static final String NAME = "\\.*[A-Za-z0-9_-][A-Za-z0-9._-]*";
  private static final Pattern UNIT = Pattern.compile(NAME + "(/" + NAME + ")*");

  /// A longer line is cut: nobody may fill the memory by never ending one.
  private static final int LONGEST = 64 << 10;

  private final BiConsumer<String, String> lines;
  private final PrintStream others;

  /// Lines that are not ended yet; few threads have one.
  private final ConcurrentHashMap<Thread, byte[]> begun = new ConcurrentHashMap<>();

  /// @param lines takes a unit's name and a line, from any thread
  SpokenLines(BiConsumer<String, String> lines, PrintStream others) {
    this.lines = lines;
    this.others = others;
  }

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    Thread thread = Thread.currentThread();
    if (!thread.isVirtual() || !UNIT.matcher(thread.getName()).matches()) {
      others.write(bytes, offset, length);
      return;
    }
    byte[] before = begun.remove(thread);
    byte[] text = before == null ? new byte[0] : before;
    int at = text.length;
    text = Arrays.copyOf(text, at + length);
    System.arraycopy(bytes, offset, text, at, length);
    int from = 0;
    for (int i = at; i < text.length; i++) {
      if (text[i] == '\n') {
        say(thread, text, from, i);
        from = i + 1;
      }
    }
    if (text.length - from > LONGEST) {
      say(thread, text, from, text.length);
    } else if (from < text.length) {
      begun.put(thread, Arrays.copyOfRange(text, from, text.length));
    }
  }

  @Override
  public void flush() throws IOException {
    Thread thread = Thread.currentThread();
    if (!thread.isVirtual()) {
      others.flush();
    }
  }

  /// The thread prints no more: what it had begun is a line.
  void end(Thread thread) {
    byte[] rest = begun.isEmpty() ? null : begun.remove(thread);
    if (rest != null) {
      say(thread, rest, 0, rest.length);
    }
  }

  PrintStream stream() {
    return new PrintStream(this, true, StandardCharsets.UTF_8);
  }

  private void say(Thread thread, byte[] text, int from, int to) {
    lines.accept(thread.getName(), new String(text, from, to - from, StandardCharsets.UTF_8));
  }
}
