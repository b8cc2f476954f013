package dev.supervise.run;

import dev.supervise.plan.UnitEvent;
import dev.supervise.spec.Block;
import dev.supervise.spec.Exit;
import dev.supervise.spec.StartFailure;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Survivors;
import java.time.Duration;

/// What a run reports, as mail to its unit. From any thread.
interface PostedReports extends Reports, Recipient {
  Loop loop();

  private void post(UnitEvent event) {
    loop().post(new Message.Report(this, event));
  }

  @Override
  default void up(long run, int pid, long startTicks) {
    post(new UnitEvent.Up(run, pid, startTicks));
  }

  @Override
  default void found(long run, int pid, long startTicks, Duration age, String source) {
    post(new UnitEvent.Up(run, pid, startTicks, age.toNanos(), source));
  }

  @Override
  default void notUp(long run, StartFailure failure) {
    post(new UnitEvent.NotUp(run, failure));
  }

  @Override
  default void ended(long run, Exit exit, Survivors left) {
    if (left.count() > 0) {
      loop().post(new Message.Left(this, run, left));
    }
    post(new UnitEvent.Ended(run, exit, left.count()));
  }

  @Override
  default void gone(long run) {
    post(new UnitEvent.Gone(run));
  }

  @Override
  default void ready(long run) {
    post(new UnitEvent.Ready(run));
  }

  @Override
  default void notReady(long run, String why) {
    post(new UnitEvent.NotReady(run, why));
  }

  @Override
  default void says(long run, String status) {
    loop().post(new Message.Said(this, run, status));
  }

  @Override
  default void unhealthy(long run, String why) {
    post(new UnitEvent.Unhealthy(run, why));
  }

  @Override
  default void stepFailed(long run, int step, String message) {
    loop()
        .post(
            new Message.Warning(
                Block.behind(path() + ": stop step " + (step + 1) + ": ", message)));
    post(new UnitEvent.StepFailed(run, step));
  }
}
