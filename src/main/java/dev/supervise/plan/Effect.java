package dev.supervise.plan;

import dev.supervise.spec.Exit;
import dev.supervise.spec.StopStep;

/// What is to be done after a step of the unit machine, in order.
public sealed interface Effect {
  /// Ask the worker for run `run`.
  record Launch(long run) implements Effect {}

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
  /// @param healthyFor how long the run had been up; -1 when it never came up
  record Down(Exit exit, End end, long healthyFor) implements Effect {}
}
