package dev.supervise.worker.output;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What closures of a script print (`println`, `System.out` of a library) as lines of their unit.
/// Functions, hooks and the like are known to [Speakers], a task by the name of its thread; what
/// any other thread prints goes where it went before.
public final class FunctionStdout extends OutputStream {
  private static final String NAME = "\\.*[A-Za-z0-9_-][A-Za-z0-9._-]*";
  private static final Pattern UNIT = Pattern.compile(NAME + "(/" + NAME + ")*");

  /// A longer line is cut: nobody may fill the memory by never ending one.
  private static final int LONGEST = 64 << 10;

  private final BiConsumer<String, String> lines;
  private final PrintStream others;

  /// Lines that are not ended yet; few threads have one.
  private final ConcurrentHashMap<Thread, byte[]> begun = new ConcurrentHashMap<>();

  /// @param lines takes a unit's name and a line, from any thread
  public FunctionStdout(BiConsumer<String, String> lines, PrintStream others) {
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
    Consumer<String> speaker = speaker(thread);
    if (speaker == null) {
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
        say(thread, speaker, text, from, i);
        from = i + 1;
      }
    }
    if (text.length - from > LONGEST) {
      say(thread, speaker, text, from, text.length);
    } else if (from < text.length) {
      begun.put(thread, Arrays.copyOfRange(text, from, text.length));
    }
  }

  @Override
  public void flush() throws IOException {
    if (speaker(Thread.currentThread()) == null) {
      others.flush();
    }
  }

  /// The thread prints no more: what it had begun is a line.
  public void end(Thread thread) {
    byte[] rest = begun.isEmpty() ? null : begun.remove(thread);
    Consumer<String> speaker = rest == null ? null : speaker(thread);
    if (rest != null && speaker != null) {
      say(thread, speaker, rest, 0, rest.length);
    }
  }

  public PrintStream stream() {
    return new PrintStream(this, true, StandardCharsets.UTF_8);
  }

  private @Nullable Consumer<String> speaker(Thread thread) {
    Consumer<String> known = Speakers.of(thread);
    if (known != null) {
      return known;
    }
    String name = thread.getName();
    return thread.isVirtual() && UNIT.matcher(name).matches()
        ? line -> lines.accept(name, line)
        : null;
  }

  private static void say(Thread thread, Consumer<String> speaker, byte[] text, int from, int to) {
    String line = new String(text, from, to - from, StandardCharsets.UTF_8);
    if (Speakers.of(thread) == null) {
      speaker.accept(line);
    } else {
      Speakers.say(thread, speaker, line);
    }
  }
}
