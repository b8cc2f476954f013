package dev.supervise.plan;

import dev.supervise.spec.Exit;
import dev.supervise.spec.Liveness;
import dev.supervise.spec.Readiness;
import dev.supervise.spec.StopStep;
import java.util.Optional;

/// What is to be done after a step of the unit machine, in order.
public sealed interface Effect {
  /// Ask the worker for run `run`.
  record Launch(long run) implements Effect {}

  /// Another try of the same start attempt is due: begin it as a new run.
  record TryAgain() implements Effect {}

  /// Run a hook and report [UnitEvent.HookDone] or [UnitEvent.HookFailed].
  ///
  /// @param hook its place among the unit's hooks
  /// @param tries tries of it before this one
  /// @param exit how the run ended, for `postStop`
  record RunHook(long run, int hook, int tries, Optional<Exit> exit) implements Effect {}

  /// Run a hook that nobody waits for.
  record RunBeside(long run, int hook, Optional<Exit> exit) implements Effect {}

  /// Cancel the hook that runs.
  record CancelHook() implements Effect {}

  /// A hook has failed for the last time; what follows from it is in the state.
  record HookFailed(int hook, String why) implements Effect {}

  /// Ask the run until it is ready.
  record AwaitReady(Readiness readiness) implements Effect {}

  /// Watch the run from now on.
  record Watch(Liveness liveness) implements Effect {}

  /// Neither any more.
  record EndProbes() implements Effect {}

  /// Carry out one step of the stop program.
  record Perform(int index, StopStep step) implements Effect {}

  /// TERM, then CONT, to everything of the run: its leader is gone.
  record Sweep() implements Effect {}

  /// KILL everything of the run.
  record KillAll() implements Effect {}

  /// The run is given up; nothing of it may act any more.
  record Abandon() implements Effect {}

  /// A run that had been given up as stuck has ended after all: the unit may run again.
  record Freed() implements Effect {}

  /// KILL was sent and something lives on: name it.
  record Name() implements Effect {}

  /// The pause is over: the supervisor may start the unit again.
  record PauseOver() implements Effect {}

  /// Tell the supervisor that the unit is down.
  ///
  /// @param healthyFor how long the run had been up as declared; -1 when it never was
  /// @param lived how long the run had lived; -1 when it never did
  record Down(Exit exit, EndKind end, long healthyFor, long lived) implements Effect {}
}
