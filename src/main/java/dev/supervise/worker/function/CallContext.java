package dev.supervise.worker.function;

import dev.supervise.spec.FunctionContext;
import dev.supervise.spec.Tasks;
import dev.supervise.vital.Carriers;
import dev.supervise.worker.Launch;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// What a closure that is no function sees of its unit: one of a stop, or of a hook.
abstract class CallContext implements FunctionContext {
  private final Launch launch;
  private final Consumer<String> log;
  private final Tasks tasks;

  CallContext(Launch launch, Consumer<String> log, Tasks tasks) {
    this.launch = launch;
    this.log = log;
    this.tasks = tasks;
  }

  /// Throws where this call may not act any more.
  void fence() {}

  @Override
  public String name() {
    fence();
    return launch.path();
  }

  @Override
  public void sleep(Duration duration) {
    if (cancelled()) {
      return;
    }
    Carriers.stir();
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    fence();
  }

  @Override
  public String resumeId() {
    fence();
    return launch.resumeId();
  }

  @Override
  public OptionalInt prevExit() {
    fence();
    return launch.prevExit();
  }

  @Override
  public int attempt() {
    fence();
    return launch.attempt();
  }

  @Override
  public void log(String line) {
    fence();
    log.accept(line);
  }

  /// It has printed a line.
  void said(String line) {
    log.accept(line);
  }

  @Override
  public void save(Map<String, ?> values) {
    fence();
    launch.memory().save(values);
  }

  @Override
  public Tasks tasks() {
    fence();
    return tasks;
  }

  @Override
  public Map<String, ?> saved() {
    fence();
    return launch.memory().saved();
  }
}
