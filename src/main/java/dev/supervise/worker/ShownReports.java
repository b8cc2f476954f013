package dev.supervise.worker;

import dev.supervise.spec.Exit;
import dev.supervise.spec.StartFailure;
import dev.supervise.text.Secrets;
import java.time.Duration;

/// The door through which text of units comes to the loop: what functions, hooks, probes and
/// services say is masked, printable and bounded behind it ([Secrets#shown(String)]).
public final class ShownReports implements Reports {
  private final Reports to;
  private final Secrets secrets;

  public ShownReports(Reports to, Secrets secrets) {
    this.to = to;
    this.secrets = secrets;
  }

  /// The same for one try of a hook.
  public static HookReports of(HookReports to, Secrets secrets) {
    return new HookReports() {
      @Override
      public void done() {
        to.done();
      }

      @Override
      public void failed(String why) {
        to.failed(secrets.shown(why));
      }
    };
  }

  @Override
  public void up(long run, int pid, long startTicks) {
    to.up(run, pid, startTicks);
  }

  @Override
  public void found(long run, int pid, long startTicks, Duration age, String source) {
    to.found(run, pid, startTicks, age, secrets.shown(source));
  }

  @Override
  public void notUp(long run, StartFailure failure) {
    to.notUp(run, shown(failure));
  }

  @Override
  public void ended(long run, Exit exit, Survivors remains) {
    to.ended(run, shown(exit), remains);
  }

  @Override
  public void gone(long run) {
    to.gone(run);
  }

  @Override
  public void ready(long run) {
    to.ready(run);
  }

  @Override
  public void notReady(long run, String why) {
    to.notReady(run, secrets.shown(why));
  }

  @Override
  public void unhealthy(long run, String why) {
    to.unhealthy(run, secrets.shown(why));
  }

  @Override
  public void says(long run, String status) {
    to.says(run, secrets.shown(status));
  }

  @Override
  public void stepFailed(long run, int step, String message) {
    to.stepFailed(run, step, secrets.shown(message));
  }

  private StartFailure shown(StartFailure failure) {
    return new StartFailure(failure.step(), failure.errno(), secrets.shown(failure.message()));
  }

  private Exit shown(Exit exit) {
    return switch (exit) {
      case Exit.Code _, Exit.Signalled _, Exit.Returned _, Exit.AutoShutdown _ -> exit;
      case Exit.Threw(String message, Throwable thrown) ->
          new Exit.Threw(secrets.shown(message), thrown);
      case Exit.Escalated(String cause) -> new Exit.Escalated(secrets.shown(cause));
      case Exit.NotStarted(StartFailure failure) -> new Exit.NotStarted(shown(failure));
      case Exit.Failed(String why, Exit inner) -> new Exit.Failed(secrets.shown(why), shown(inner));
      case Exit.Unknown(String why) -> new Exit.Unknown(secrets.shown(why));
    };
  }
}
