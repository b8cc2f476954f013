package dev.supervise.worker;

import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.FunctionContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Calls an app's `onStart` and `onStop` bodies, one after the other, on a virtual thread.
public final class Bodies {
  private Bodies() {}

  /// @param word which bodies these are; the name their log lines come under
  /// @param log takes those lines
  /// @param then told an empty text when all returned, or which one threw what; the rest is not
  ///   called then
  public static void call(
      String word,
      List<FunctionBody> bodies,
      BiConsumer<String, String> log,
      Consumer<String> then) {
    if (bodies.isEmpty()) {
      then.accept("");
      return;
    }
    Thread.startVirtualThread(() -> {
      String failure = "";
      try {
        for (FunctionBody body : bodies) {
          body.run(new Context(word, log));
        }
      } catch (Throwable thrown) {
        failure = word + " failed: " + thrown;
      }
      then.accept(failure);
    });
  }

  /// These bodies are no unit: they have one run, and nobody cancels them.
  private record Context(String name, BiConsumer<String, String> log) implements FunctionContext {
    @Override
    public boolean cancelled() {
      return false;
    }

    @Override
    public void sleep(Duration duration) {
      try {
        Thread.sleep(duration);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public String resumeId() {
      return "";
    }

    @Override
    public OptionalInt prevExit() {
      return OptionalInt.empty();
    }

    @Override
    public int attempt() {
      return 1;
    }

    @Override
    public void log(String line) {
      log.accept(name, line);
    }

    @Override
    public void save(Map<String, ?> values) {
      throw new IllegalStateException(name + " runs once; there is nobody to save for");
    }

    @Override
    public Map<String, ?> saved() {
      return Map.of();
    }
  }
}
