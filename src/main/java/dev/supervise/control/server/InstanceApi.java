package dev.supervise.control.server;

import dev.supervise.Engine;
import dev.supervise.control.protocol.Instance;
import dev.supervise.text.Secrets;
import java.util.Map;
import java.util.function.Supplier;

/// Everything of a running instance that answers its clients. Any thread.
///
/// @param environment what programs beside the tree need besides its ports and exports
/// @param evaluator runs typed lines
/// @param script what the tree was declared by
public record InstanceApi(
    Engine engine,
    Broadcast hub,
    Instance instance,
    Supplier<Map<String, String>> environment,
    Evaluator evaluator,
    Script script) {
  /// Nothing can be typed.
  public InstanceApi(
      Engine engine, Broadcast hub, Instance instance, Supplier<Map<String, String>> environment) {
    this(engine, hub, instance, environment, Evaluator.NONE, Script.NONE);
  }

  /// Cannot be reloaded.
  public InstanceApi(
      Engine engine,
      Broadcast hub,
      Instance instance,
      Supplier<Map<String, String>> environment,
      Evaluator evaluator) {
    this(engine, hub, instance, environment, evaluator, Script.NONE);
  }

  /// What no answer shows.
  Secrets secrets() {
    return engine.secrets();
  }
}
