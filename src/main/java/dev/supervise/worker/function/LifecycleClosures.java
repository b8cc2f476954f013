package dev.supervise.worker.function;

import dev.supervise.spec.Block;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.FunctionContext;
import dev.supervise.spec.Stack;
import dev.supervise.spec.Tasks;
import dev.supervise.vital.Carriers;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.UserCode;
import dev.supervise.worker.output.Speakers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Calls an app's `onStart` and `onStop` bodies, one after the other, on a virtual thread. An
/// object is one such call; any thread may cancel it.
public final class LifecycleClosures {
  private final String word;
  private final BiConsumer<String, String> log;
  private final Tasks tasks;
  private volatile boolean cancelled;
  private @Nullable UserCode code;
  private Consumer<String> then = _ -> {};

  private LifecycleClosures(String word, BiConsumer<String, String> log, Tasks tasks) {
    this.word = word;
    this.log = log;
    this.tasks = tasks;
  }

  /// @param word which bodies these are; the name their log lines come under
  /// @param log takes those lines
  /// @param tasks what they are given as the durable tasks
  /// @param then told an empty text when all returned or the call was cancelled, or which one threw
  ///   what; the rest is not called then
  public static LifecycleClosures call(
      String word,
      List<FunctionBody> bodies,
      BiConsumer<String, String> log,
      Tasks tasks,
      Consumer<String> then) {
    LifecycleClosures call = new LifecycleClosures(word, log, tasks);
    if (bodies.isEmpty()) {
      then.accept("");
    } else {
      call.start(bodies, then);
    }
    return call;
  }

  private synchronized void start(List<FunctionBody> bodies, Consumer<String> then) {
    this.then = then;
    UserCode called =
        new UserCode(
            word + " body",
            () -> {
              String failure = "";
              Speakers.begin(line -> log.accept(word, line));
              try {
                for (FunctionBody body : bodies) {
                  if (!cancelled) {
                    body.run(new Context());
                  }
                }
              } catch (Throwable thrown) {
                failure = cancelled ? "" : Block.behind(word + " failed: ", Stack.sentence(thrown));
              } finally {
                Speakers.end();
              }
              then.accept(failure);
            });
    code = called;
    try {
      called.start();
    } catch (NoThread e) {
      code = null;
      then.accept(word + " failed: " + e.getMessage());
    }
  }

  /// Which bodies these are: `onStart`.
  public String word() {
    return word;
  }

  /// Asks the body that runs to end, as a function is asked: by `ctx.cancelled` and an interrupt.
  /// The ones after it are not called.
  public synchronized void cancel() {
    cancelled = true;
    UserCode called = code;
    if (called != null && called.withdraw()) {
      then.accept("");
    } else if (called != null) {
      called.interrupt();
    }
  }

  /// These bodies are no unit: they have one run, and no tree around them.
  private final class Context implements FunctionContext {
    @Override
    public String name() {
      return word;
    }

    @Override
    public boolean cancelled() {
      return cancelled;
    }

    @Override
    public void sleep(Duration duration) {
      Carriers.stir();
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
      log.accept(word, line);
    }

    @Override
    public void save(Map<String, ?> values) {
      throw new IllegalStateException(word + " runs once; there is nobody to save for");
    }

    @Override
    public Tasks tasks() {
      return tasks;
    }

    @Override
    public Map<String, ?> saved() {
      return Map.of();
    }
  }
}
