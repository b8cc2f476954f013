package dev.supervise.worker.function;

import dev.supervise.vital.FencedContext;
import dev.supervise.worker.Launch;
import java.util.Map;
import java.util.OptionalInt;

/// What code that belongs to a unit's run sees: its function, a closure of its stop, of a hook.
abstract class LaunchContext extends FencedContext {
  final Launch launch;

  LaunchContext(Launch launch) {
    this.launch = launch;
  }

  /// It has said a line, or printed one.
  abstract void said(String line);

  @Override
  public String name() {
    fence();
    return launch.path();
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
    said(line);
  }

  @Override
  public void save(Map<String, ?> values) {
    fence();
    launch.memory().save(values);
  }

  @Override
  public Map<String, ?> saved() {
    fence();
    return launch.memory().saved();
  }
}
