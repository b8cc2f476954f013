package dev.supervise.worker;

import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.FunctionContext;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// A closure of a stop (`stop { run { ctx -> } }`), on a virtual thread of its own. Cancelled when
/// the run it stops is over.
final class StopCall implements FunctionContext {
  private final Launch launch;
  private final Consumer<String> log;
  private final Thread thread;
  private volatile boolean over;

  /// @param failed told what went wrong, unless the run was over by then
  StopCall(FunctionBody body, Launch launch, Consumer<String> log, Consumer<String> failed) {
    this.launch = launch;
    this.log = log;
    thread =
        Thread.ofVirtual()
            .name("supervise-stop-" + launch.path())
            .unstarted(() -> {
              try {
                body.run(this);
              } catch (Throwable thrown) {
                // A user's closure may throw anything; the stop has further steps.
                if (!over) {
                  failed.accept("the stop's closure threw " + thrown);
                }
              }
            });
  }

  void begin() {
    thread.start();
  }

  /// The run is over: whatever the closure still does is of no use.
  void cancel() {
    over = true;
    thread.interrupt();
  }

  @Override
  public String name() {
    return launch.path();
  }

  @Override
  public boolean cancelled() {
    return over;
  }

  @Override
  public void sleep(Duration duration) {
    if (over) {
      return;
    }
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String resumeId() {
    return launch.resumeId();
  }

  @Override
  public OptionalInt prevExit() {
    return launch.prevExit();
  }

  @Override
  public int attempt() {
    return launch.attempt();
  }

  @Override
  public void log(String line) {
    log.accept(line);
  }

  @Override
  public void save(Map<String, ?> values) {
    launch.memory().save(values);
  }

  @Override
  public Map<String, ?> saved() {
    return launch.memory().saved();
  }
}
