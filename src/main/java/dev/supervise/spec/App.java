package dev.supervise.spec;

import java.util.List;
import java.util.Map;

/// A whole script as data.
///
/// @param script the script's path as the user gave it
/// @param base its directory, absolute
/// @param ports the free ports it asked for, by name, in order of declaration
/// @param exports what programs beside the tree find in their environment, besides the ports; in
///   order of declaration
/// @param onStart bodies to call, in order, before the first unit is started
/// @param onReady bodies to call, in order, once everything wanted is up and ready
/// @param onStop bodies to call, in order, after the last unit is down
/// @param tasks the types of durable tasks, in order of declaration; names are unique
/// @param schedules what submits them by the clock, in order of declaration; names are unique
/// @param inputs the files this was compiled from: the script and its includes, absolute
public record App(
    String script,
    String base,
    SupervisorSpec root,
    Map<String, Integer> ports,
    Map<String, Value> exports,
    List<FunctionBody> onStart,
    List<FunctionBody> onReady,
    List<FunctionBody> onStop,
    List<TaskSpec> tasks,
    List<ScheduleSpec> schedules,
    List<String> inputs) {
  public App {
    ports = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(ports));
    exports = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(exports));
    onStart = List.copyOf(onStart);
    onReady = List.copyOf(onReady);
    onStop = List.copyOf(onStop);
    tasks = List.copyOf(tasks);
    schedules = List.copyOf(schedules);
    inputs = List.copyOf(inputs);
  }

  /// Without tasks and exports, and with nothing to call when it is ready.
  public App(
      String script,
      String base,
      SupervisorSpec root,
      Map<String, Integer> ports,
      List<FunctionBody> onStart,
      List<FunctionBody> onStop,
      List<String> inputs) {
    this(
        script, base, root, ports, Map.of(), onStart, List.of(), onStop, List.of(), List.of(),
        inputs);
  }

  /// The same script with other tasks.
  public App withTasks(List<TaskSpec> others) {
    return new App(
        script, base, root, ports, exports, onStart, onReady, onStop, others, schedules, inputs);
  }

  /// The same script with another tree.
  public App withRoot(SupervisorSpec other) {
    return new App(
        script, base, other, ports, exports, onStart, onReady, onStop, tasks, schedules, inputs);
  }

  /// A tree declared from Java, without a script.
  public static App of(SupervisorSpec root) {
    return new App("", "", root, Map.of(), List.of(), List.of(), List.of());
  }
}
