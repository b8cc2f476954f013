package dev.supervise.spec;

import java.util.List;

/// How a unit is stopped: its steps in order. When the last step has a limit and is not KILL, KILL
/// of everything of the run follows it.
public record StopProgram(List<StopStep> steps) {
  private static final int SIGTERM = 15;

  /// TERM to the group, 10 s, KILL.
  public static final StopProgram DEFAULT =
      new StopProgram(List.of(new StopStep.Signal(SIGTERM, Grace.DEFAULT, StopStep.Target.GROUP)));

  public StopProgram {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new InvalidSpec("a stop without steps; allowed are signal, exec, run and kill()");
    }
    for (StopStep step : steps.subList(0, steps.size() - 1)) {
      if (step instanceof StopStep.Kill) {
        throw new InvalidSpec("kill() must be the last step of a stop");
      }
      if (step.within() instanceof Grace.Unlimited) {
        throw new InvalidSpec("only the last step of a stop may be within: unlimited");
      }
    }
  }
}
