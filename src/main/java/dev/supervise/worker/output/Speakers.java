package dev.supervise.worker.output;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Whose closure runs on which thread, so that what it prints is known for its own. Of the whole
/// JVM, as its threads and its standard streams are. Any thread.
public final class Speakers {
  private static final Map<Thread, Consumer<String>> SPEAKERS = new ConcurrentHashMap<>();
  private static final List<FunctionStdout> STREAMS = new CopyOnWriteArrayList<>();

  private Speakers() {}

  /// From now on what this thread prints are lines for `lines`.
  public static void begin(Consumer<String> lines) {
    SPEAKERS.put(Thread.currentThread(), lines);
  }

  /// No longer; a line that was begun is said as it is.
  public static void end() {
    Thread thread = Thread.currentThread();
    STREAMS.forEach(stream -> stream.end(thread));
    SPEAKERS.remove(thread);
  }

  static @Nullable Consumer<String> of(Thread thread) {
    return SPEAKERS.get(thread);
  }

  /// Says a line, not hearing what is printed meanwhile: it may be whoever hears this one.
  static void say(Thread thread, Consumer<String> lines, String line) {
    SPEAKERS.remove(thread, lines);
    try {
      lines.accept(line);
    } finally {
      SPEAKERS.put(thread, lines);
    }
  }

  public static void join(FunctionStdout stream) {
    STREAMS.add(stream);
  }

  public static void leave(FunctionStdout stream) {
    STREAMS.remove(stream);
  }
}
