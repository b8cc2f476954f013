package dev.supervise.worker.function;

import dev.supervise.spec.Tasks;
import dev.supervise.worker.Launch;
import java.util.function.Consumer;

/// What a closure that is no function sees of its unit: one of a stop, or of a hook.
abstract class CallContext extends LaunchContext {
  private final Consumer<String> log;
  private final Tasks tasks;

  CallContext(Launch launch, Consumer<String> log, Tasks tasks) {
    super(launch);
    this.log = log;
    this.tasks = tasks;
  }

  /// Nothing is left for it to wait for.
  @Override
  protected void woken() {
    Thread.currentThread().interrupt();
  }

  @Override
  void said(String line) {
    log.accept(line);
  }

  @Override
  public Tasks tasks() {
    fence();
    return tasks;
  }
}
