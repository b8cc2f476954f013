package dev.supervise.worker.process;

import dev.supervise.spec.Exit;
import dev.supervise.spec.StartFailure;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Survivors;
import java.util.function.BooleanSupplier;

/// What a command of a stop has to say: that its step failed, and nothing else of it.
///
/// @param heard whether the run that is stopped still wants to know
record StopCommandReports(int of, Reports to, BooleanSupplier heard) implements Reports {
  @Override
  public void up(long run, int pid, long startTicks) {}

  @Override
  public void notUp(long run, StartFailure failure) {
    stepFailed(run, of, failure.message());
  }

  @Override
  public void ended(long run, Exit exit, Survivors remains) {
    if (exit.code() != 0) {
      stepFailed(run, of, exit.phrase());
    }
  }

  @Override
  public void gone(long run) {}

  @Override
  public void stepFailed(long run, int step, String message) {
    if (heard.getAsBoolean()) {
      to.stepFailed(run, of, "the stop's command: " + message);
    }
  }
}
