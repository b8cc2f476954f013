package dev.supervise.worker;

import dev.supervise.spec.Exit;
import dev.supervise.spec.StartFailure;
import java.time.Duration;

/// What a worker tells the loop. May be called from any thread; never blocks; posts and returns.
/// Every call names its run, so that a late word about an older run can be told from one about the
/// present.
public interface Reports {
  /// The run is alive.
  ///
  /// @param pid 0 for a function
  /// @param startTicks field 22 of `/proc/PID/stat`; 0 for a function
  void up(long run, int pid, long startTicks);

  /// As [#up], of a process that was found and not seen starting.
  ///
  /// @param age for how long it has lived already
  /// @param source what found it: `pidfile:run/x.pid`, `cmd:pgrep x`, `pid:123`; behind `adopted, `
  ///   where it is of an earlier supervisor, then also `exec:pid`, what was started and recorded
  default void found(long run, int pid, long startTicks, Duration age, String source) {
    up(run, pid, startTicks);
  }

  /// The program never ran and nothing is left of the run.
  void notUp(long run, StartFailure failure);

  /// The leader has ended, and everything it had written by then has been taken over.
  void ended(long run, Exit exit, Survivors remains);

  /// After an [#ended] with remains: nothing of the run lives any more.
  void gone(long run);

  /// The probe that [Action.AwaitReady] began has been answered with yes.
  default void ready(long run) {}

  /// A try of the readiness probe has failed; for display, and for the sentence when the time is
  /// up. At most once a second, and whenever the reason has changed.
  default void notReady(long run, String why) {}

  /// The probe that [Action.Watch] began has failed as often as it may.
  default void unhealthy(long run, String why) {}

  /// The run has said what it is doing (`STATUS=` to its notify socket): a line for people.
  default void says(long run, String status) {}

  /// A step of a stop could not be carried out.
  void stepFailed(long run, int step, String message);
}
