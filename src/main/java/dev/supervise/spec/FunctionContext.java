package dev.supervise.spec;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

/// What a running function sees of its supervisor. Every call throws [IllegalStateException] once
/// the run has been abandoned as stuck.
public interface FunctionContext {
  /// The unit's full name, `backend/ticker`.
  String name();

  /// True from the moment this run was asked to end.
  boolean cancelled();

  /// Sleeps; returns at once when the run is cancelled.
  void sleep(Duration duration);

  /// Constant over all runs of this unit for the engine's life.
  String resumeId();

  /// How the previous run ended (1 for a throw); empty on the first run.
  OptionalInt prevExit();

  /// How the run this is about has ended, as a number, as `SUPERVISE_EXIT` tells it: for `postStop`
  /// hooks; empty elsewhere.
  default OptionalInt exit() {
    return OptionalInt.empty();
  }

  /// 1 for the first run of this unit, one more for each further run.
  int attempt();

  /// Writes a line to the unit's log stream.
  void log(String line);

  /// Keeps values for the next runs of this unit, in memory, replacing what was kept.
  void save(Map<String, ?> values);

  /// The function does its work now; for one with `ready { called() }`.
  ///
  /// @throws IllegalStateException where nobody waits for that
  default void ready() {
    throw new IllegalStateException(
        "ctx.ready() is for a function that declares ready { called() }");
  }

  /// The running tree.
  ///
  /// @throws IllegalStateException where there is none to speak of: in `onStart`, `onStop` and stop
  ///   steps
  default LiveTree tree() {
    throw new IllegalStateException("the tree is at hand only in functions");
  }

  /// The durable tasks.
  ///
  /// @throws IllegalStateException where there are none to speak of
  default Tasks tasks() {
    throw new IllegalStateException("no task can be submitted here");
  }

  /// What the last `save` of any run of this unit kept; empty before the first.
  Map<String, ?> saved();
}
