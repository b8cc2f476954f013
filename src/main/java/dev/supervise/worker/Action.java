package dev.supervise.worker;

import dev.supervise.spec.Liveness;
import dev.supervise.spec.Readiness;
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

  /// Ask until the answer is yes, a pause of `every` between tries of at most 2 s; then
  /// [Reports#ready]. Never gives up by itself: how long it may take is the loop's to know.
  record AwaitReady(Readiness readiness) implements Action {}

  /// Ask every `every`; when `failures` tries in a row have failed, [Reports#unhealthy], once.
  record Watch(Liveness liveness) implements Action {}

  /// No more probes of this run: what is under way is cancelled, and nothing of it is reported.
  record EndProbes() implements Action {}
}
