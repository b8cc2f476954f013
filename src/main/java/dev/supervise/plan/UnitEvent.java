package dev.supervise.plan;

import dev.supervise.spec.Exit;
import dev.supervise.spec.StartFailure;
import java.util.List;

/// What can happen to a unit: decisions of its supervisor, reports of its worker, and time.
public sealed interface UnitEvent {
  /// Wanted, but not yet: its start conditions do not hold.
  record Await(List<String> on, List<String> blocked) implements UnitEvent {}

  /// Start now, as run `run`.
  record Begin(long run) implements UnitEvent {}

  /// Ask it to end. With dependents still up it is only marked; [Proceed] follows when they are
  /// down.
  record Stop() implements UnitEvent {}

  /// Everything that depends on it is down: carry out the stop that was asked for.
  record Proceed() implements UnitEvent {}

  /// End it at once.
  record Kill() implements UnitEvent {}

  /// Dead, but to be started again at `until`.
  record Pause(long until) implements UnitEvent {}

  /// Dead, and not to be started again by itself.
  record GiveUp(int restarts) implements UnitEvent {}

  /// The state's deadline has come.
  record Due() implements UnitEvent {}

  /// The run is alive.
  ///
  /// @param age for how long it has lived already, where it was found and not started; else 0
  /// @param source what found it, for display; empty where it was started
  record Up(long run, int pid, long startTicks, long age, String source) implements UnitEvent {
    public Up(long run, int pid, long startTicks) {
      this(run, pid, startTicks, 0, "");
    }
  }

  record NotUp(long run, StartFailure failure) implements UnitEvent {}

  /// @param left how many processes of the run outlived its leader
  record Ended(long run, Exit exit, int left) implements UnitEvent {}

  record Gone(long run) implements UnitEvent {}

  /// @param tries which try of the hook it was, from 0
  record HookDone(long run, int hook, int tries) implements UnitEvent {}

  record HookFailed(long run, int hook, int tries, String why) implements UnitEvent {}

  /// The readiness probe was answered with yes.
  record Ready(long run) implements UnitEvent {}

  /// A try of the readiness probe failed.
  record NotReady(long run, String why) implements UnitEvent {}

  /// The probe that watches the run has failed as often as it may.
  record Unhealthy(long run, String why) implements UnitEvent {}

  record StepFailed(long run, int step) implements UnitEvent {}
}
