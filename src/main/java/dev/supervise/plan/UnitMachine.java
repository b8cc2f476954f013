package dev.supervise.plan;

import dev.supervise.plan.UnitState.BackingOff;
import dev.supervise.plan.UnitState.Finished;
import dev.supervise.plan.UnitState.GaveUp;
import dev.supervise.plan.UnitState.Idle;
import dev.supervise.plan.UnitState.Phase;
import dev.supervise.plan.UnitState.Running;
import dev.supervise.plan.UnitState.Starting;
import dev.supervise.plan.UnitState.Stopping;
import dev.supervise.plan.UnitState.Stuck;
import dev.supervise.plan.UnitState.Waiting;
import dev.supervise.spec.Exit;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.UnitSpec;
import java.util.List;

/// The life of one unit as a pure function: what its state becomes after an event, and what is to
/// be done then. Total: an event that means nothing in a state changes nothing, and a report about
/// an older run than the present one is ignored. Whether a dead unit is started again is not
/// decided here but by [Strategies]; this machine only guarantees that there are never two runs of
/// a unit at once, and that each run has its hooks. Its way up is in [UnitStart], its way down in
/// [UnitStop].
public final class UnitMachine {
  private UnitMachine() {}

  /// @param now nanoseconds of the engine's clock
  public static Step step(
      UnitSpec spec, Counters tally, UnitState state, UnitEvent event, long now) {
    return switch (event) {
      case UnitEvent.Await(var on, var blocked) ->
          state.run() == 0
              ? new Step(new Waiting(on, blocked), tally, List.of())
              : same(tally, state);
      case UnitEvent.Begin(long run) -> UnitStart.begin(spec, tally, state, run, now);
      case UnitEvent.Stop() -> stop(spec, tally, state, now);
      case UnitEvent.Proceed() ->
          state instanceof Stopping s && s.phase() instanceof Phase.Held()
              ? UnitStop.proceed(spec, tally, s, now)
              : same(tally, state);
      case UnitEvent.Kill() -> kill(spec, tally, state, now);
      case UnitEvent.Pause(long until) ->
          state instanceof Finished(Exit exit, EndKind _)
              ? new Step(new BackingOff(exit, until), tally, List.of())
              : same(tally, state);
      case UnitEvent.GiveUp(int restarts) ->
          state instanceof Finished(Exit exit, EndKind _)
              ? new Step(new GaveUp(exit, restarts), tally, List.of())
              : same(tally, state);
      case UnitEvent.Due() -> due(spec, tally, state, now);
      case UnitEvent.Up up -> UnitStart.up(spec, tally, state, up, now);
      case UnitEvent.NotUp(long run, var failure) ->
          run == state.run() ? notUp(spec, tally, state, failure, now) : same(tally, state);
      case UnitEvent.Ended(long run, Exit exit, int left) ->
          run == state.run() ? ended(spec, tally, state, exit, left, now) : same(tally, state);
      case UnitEvent.Gone(long run) ->
          state instanceof Stopping s && run == s.run()
              ? UnitStop.gone(spec, tally, s, now)
              : same(tally, state);
      case UnitEvent.Ready(long run) -> UnitStart.ready(spec, tally, state, run, now);
      case UnitEvent.NotReady(long run, String why) -> UnitStart.notReady(tally, state, run, why);
      case UnitEvent.Unhealthy(long run, String why) ->
          UnitStop.unhealthy(spec, tally, state, run, why, now);
      case UnitEvent.HookDone(long run, int hook, int tries) ->
          run == state.run()
              ? Hooks.done(spec, tally, state, hook, tries, now)
              : same(tally, state);
      case UnitEvent.HookFailed(long run, int hook, int tries, String why) ->
          run == state.run()
              ? Hooks.failed(spec, tally, state, hook, tries, why, now)
              : same(tally, state);
      case UnitEvent.StepFailed(long run, int step) ->
          UnitStop.stepFailed(spec, tally, state, run, step, now);
    };
  }

  private static Step same(Counters tally, UnitState state) {
    return new Step(state, tally, List.of());
  }

  private static Step stop(UnitSpec spec, Counters tally, UnitState state, long now) {
    return switch (state) {
      case Idle _, Finished _, GaveUp _, Stuck _ -> same(tally, state);
      case Waiting _ -> new Step(idleOrFinished(tally), tally, List.of());
      case BackingOff(Exit last, long _) ->
          new Step(new Finished(last, EndKind.STOPPED), tally, List.of());
      case Starting s -> UnitStop.stop(spec, tally, s, StopReason.ASKED, now);
      case Running r -> UnitStop.stop(spec, tally, r);
      case Stopping s -> UnitStop.stop(tally, s);
    };
  }

  private static UnitState idleOrFinished(Counters tally) {
    return tally.last().isPresent()
        ? new Finished(tally.last().get(), EndKind.STOPPED)
        : new Idle();
  }

  private static Step kill(UnitSpec spec, Counters tally, UnitState state, long now) {
    return switch (state) {
      case Idle _, Waiting _, BackingOff _, Finished _, GaveUp _, Stuck _ ->
          stop(spec, tally, state, now);
      case Starting s -> UnitStop.kill(spec, tally, s, now);
      case Running r -> UnitStop.kill(spec, tally, r, now);
      case Stopping s -> UnitStop.kill(spec, tally, s, now);
    };
  }

  private static Step due(UnitSpec spec, Counters tally, UnitState state, long now) {
    if (state.deadline() > now) {
      return same(tally, state);
    }
    return switch (state) {
      case BackingOff _ -> new Step(state, tally, List.<Effect>of(new Effect.PauseOver()));
      case Starting s -> UnitStart.due(spec, tally, s, now);
      case Stopping s -> UnitStop.due(spec, tally, s, now);
      case Idle _, Waiting _, Running _, Finished _, GaveUp _, Stuck _ -> same(tally, state);
    };
  }

  private static Step notUp(
      UnitSpec spec, Counters tally, UnitState state, StartFailure failure, long now) {
    return switch (state) {
      case Starting s when s.phase() instanceof StartPhase.Spawning ->
          UnitStart.notUp(spec, tally, s, failure, now);
      case Stopping s when s.since() == Instants.NEVER && !(s.phase() instanceof Phase.Withdrawn) ->
          UnitStop.dead(spec, tally, s, new Exit.NotStarted(failure), List.of(), now);
      case Idle _, Waiting _, Starting _, Running _, BackingOff _ -> same(tally, state);
      case Stopping _, Finished _, GaveUp _, Stuck _ -> same(tally, state);
    };
  }

  private static Step ended(
      UnitSpec spec, Counters tally, UnitState state, Exit exit, int left, long now) {
    return switch (state) {
      case Idle _, Waiting _, BackingOff _, Finished _, GaveUp _ -> same(tally, state);
      case Starting s -> UnitStop.ended(spec, tally, s, exit, left, now);
      case Running r -> UnitStop.ended(spec, tally, r, exit, left, now);
      case Stopping s -> UnitStop.ended(spec, tally, s, exit, left, now);
      case Stuck _ ->
          new Step(
              new Finished(exit, EndKind.KILLED),
              tally.ended(exit),
              List.<Effect>of(new Effect.Freed()));
    };
  }
}
