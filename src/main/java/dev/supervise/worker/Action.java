package dev.supervise.worker;

import dev.supervise.spec.StopStep;

/// What the loop can ask of a run.
public sealed interface Action {
  /// Send a signal.
  ///
  /// @param cont follow it with CONT, so that a stopped process can act on it
  record Signal(int signal, Scope scope, boolean cont) implements Action {}

  /// Whom a signal reaches.
  enum Scope {
    LEADER,
    GROUP,
    /// Everything of the run: its group, its sessions, what it orphaned.
    ALL
  }

  /// Run the command of a stop in the unit's directory, environment and identity. What goes wrong
  /// is reported by [Reports#stepFailed]; a command still alive when the run is over is killed.
  record Exec(int step, StopStep.Exec body) implements Action {}

  /// Call the closure of a stop, likewise.
  record Call(int step, StopStep.Call body) implements Action {}

  /// The run did not end in time and is given up (functions only): nothing of it may act any more.
  record Abandon() implements Action {}
}
