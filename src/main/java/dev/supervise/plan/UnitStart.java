package dev.supervise.plan;

import dev.supervise.plan.UnitState.Finished;
import dev.supervise.plan.UnitState.Running;
import dev.supervise.plan.UnitState.Starting;
import dev.supervise.plan.UnitState.Stopping;
import dev.supervise.spec.Block;
import dev.supervise.spec.Exit;
import dev.supervise.spec.Hook;
import dev.supervise.spec.HookPhase;
import dev.supervise.spec.Lifecycle;
import dev.supervise.spec.Liveness;
import dev.supervise.spec.Readiness;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.UnitSpec;
import dev.supervise.text.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The part of the unit machine that brings a run up: `preStart`, spawn, up for long enough, ready,
/// `postStart`. A unit that declares none of it takes two steps and nothing else.
final class UnitStart {
  private UnitStart() {}

  static Step begin(UnitSpec spec, Counters tally, UnitState state, long run, long now) {
    int attempt = 1;
    if (state instanceof Starting s && s.phase() instanceof StartPhase.Retrying) {
      attempt = s.attempt() + 1;
    } else if (state.run() != 0) {
      return new Step(state, tally, List.of());
    }
    Starting starting = new Starting(run, attempt, 0, 0, now, StartPhase.SPAWNING);
    if (spec.policy().lifecycle().hooks().isEmpty()) {
      return new Step(starting, tally.started(), List.<Effect>of(new Effect.Launch(run)));
    }
    return preStart(spec, tally.started(), starting, 0, new ArrayList<>());
  }

  static Step preStart(UnitSpec spec, Counters tally, Starting s, int from, List<Effect> effects) {
    Optional<HookCursor> at =
        Hooks.next(spec, HookPhase.PRE_START, from, s.run(), Optional.empty(), effects);
    if (at.isPresent()) {
      return new Step(s.in(new StartPhase.PreStart(at.get())), tally, effects);
    }
    effects.add(new Effect.Launch(s.run()));
    return new Step(s.in(StartPhase.SPAWNING), tally, effects);
  }

  /// A `preStart` hook failed: the unit did not start.
  static Step refused(UnitSpec spec, Counters tally, int place, String why) {
    Hook hook = spec.policy().lifecycle().hooks().get(place);
    Exit exit =
        new Exit.NotStarted(
            new StartFailure(
                StartFailure.Step.PRE_START,
                0,
                Block.behind("preStart '" + hook.name() + "': ", why)));
    return new Step(
        new Finished(exit, EndKind.FAILURE),
        tally.ended(exit),
        List.<Effect>of(new Effect.Down(exit, EndKind.FAILURE, -1, -1)));
  }

  static Step up(UnitSpec spec, Counters tally, UnitState state, UnitEvent.Up event, long now) {
    long run = event.run();
    int pid = event.pid();
    long ticks = event.startTicks();
    long since = now - event.age();
    if (state instanceof Starting s && s.run() == run && s.phase() instanceof StartPhase.Spawning) {
      Lifecycle lifecycle = spec.policy().lifecycle();
      if (lifecycle.plain()) {
        return new Step(new Running(run, pid, ticks, since, now), tally, List.of());
      }
      Starting up = new Starting(run, s.attempt(), pid, ticks, since, s.phase());
      return lifecycle.upFor().toNanos() <= event.age()
          ? stayedUp(spec, tally, up, now)
          : new Step(
              up.in(new StartPhase.AwaitingUp(since + lifecycle.upFor().toNanos())),
              tally,
              List.of());
    }
    // The stop was asked for while the start was under way; its signals follow the spawn.
    if (state instanceof Stopping s && s.run() == run && s.since() == Instants.NEVER) {
      return new Step(
          new Stopping(run, pid, since, s.ready(), s.phase(), s.why()), tally, List.of());
    }
    return new Step(state, tally, List.of());
  }

  /// It has been up for as long as it must.
  static Step stayedUp(UnitSpec spec, Counters tally, Starting s, long now) {
    Optional<Readiness> readiness = spec.policy().lifecycle().ready();
    if (readiness.isEmpty()) {
      return postStart(spec, tally, s, 0, now, new ArrayList<>());
    }
    long until = now + readiness.get().within().toNanos();
    return new Step(
        s.in(new StartPhase.AwaitingReady("", until)),
        tally,
        List.<Effect>of(new Effect.AwaitReady(readiness.get())));
  }

  static Step ready(UnitSpec spec, Counters tally, UnitState state, long run, long now) {
    return state instanceof Starting s
            && s.run() == run
            && s.phase() instanceof StartPhase.AwaitingReady
        ? postStart(spec, tally, s, 0, now, new ArrayList<>())
        : new Step(state, tally, List.of());
  }

  static Step notReady(Counters tally, UnitState state, long run, String why) {
    return state instanceof Starting s
            && s.run() == run
            && s.phase() instanceof StartPhase.AwaitingReady(String _, long until)
        ? new Step(s.in(new StartPhase.AwaitingReady(why, until)), tally, List.of())
        : new Step(state, tally, List.of());
  }

  static Step postStart(
      UnitSpec spec, Counters tally, Starting s, int from, long ready, List<Effect> effects) {
    Optional<HookCursor> at =
        Hooks.next(spec, HookPhase.POST_START, from, s.run(), Optional.empty(), effects);
    if (at.isPresent()) {
      return new Step(s.in(new StartPhase.PostStart(at.get(), ready)), tally, effects);
    }
    Optional<Liveness> liveness = spec.policy().lifecycle().alive();
    if (liveness.isPresent()) {
      effects.add(new Effect.Watch(liveness.get()));
    }
    return new Step(
        new Running(s.run(), s.pid(), s.startTicks(), s.since(), ready), tally, effects);
  }

  static Step due(UnitSpec spec, Counters tally, Starting s, long now) {
    return switch (s.phase()) {
      case StartPhase.PreStart(HookCursor at) -> Hooks.again(tally, s, at);
      case StartPhase.PostStart(HookCursor at, long _) -> Hooks.again(tally, s, at);
      case StartPhase.AwaitingUp _ -> stayedUp(spec, tally, s, now);
      case StartPhase.AwaitingReady(String why, long _) -> {
        long within = spec.policy().lifecycle().ready().orElseThrow().within().toNanos();
        String message =
            why.isEmpty()
                ? "not ready within " + DurationText.exact(Duration.ofNanos(within))
                : Block.behind(
                    "not ready within " + DurationText.exact(Duration.ofNanos(within)) + ": ", why);
        yield UnitStop.end(
            spec,
            tally,
            UnitStop.from(s, new StopReason.StartFailed(message, s.attempt(), false)),
            List.<Effect>of(new Effect.EndProbes()),
            now);
      }
      case StartPhase.Retrying _ -> new Step(s, tally, List.<Effect>of(new Effect.TryAgain()));
      case StartPhase.Spawning _ -> new Step(s, tally, List.of());
    };
  }

  /// The spawn failed, or was withdrawn.
  static Step notUp(UnitSpec spec, Counters tally, Starting s, StartFailure failure, long now) {
    Lifecycle lifecycle = spec.policy().lifecycle();
    if (s.attempt() <= lifecycle.startRetries()) {
      return UnitStop.retry(
          spec, tally.ended(new Exit.NotStarted(failure)), s.run(), s.attempt(), now);
    }
    Exit exit =
        new Exit.NotStarted(
            s.attempt() == 1
                ? failure
                : new StartFailure(
                    failure.step(),
                    failure.errno(),
                    Block.and(failure.message(), attempts(s.attempt()))));
    return new Step(
        new Finished(exit, EndKind.FAILURE),
        tally.ended(exit),
        List.<Effect>of(new Effect.Down(exit, EndKind.FAILURE, -1, -1)));
  }

  /// The leader ended by itself on its way up.
  static Stopping ended(UnitSpec spec, Starting s, Exit exit, long now) {
    boolean success = UnitStop.succeeds(spec, exit);
    return switch (s.phase()) {
      case StartPhase.PostStart(var _, long ready) ->
          new Stopping(
              s.run(), s.pid(), s.since(), ready, new UnitState.Phase.Held(), StopReason.OWN_END);
      // What is meant to finish may do so as early as it likes.
      case StartPhase.AwaitingUp _, StartPhase.AwaitingReady _
          when success && spec.policy().oneShot() ->
          new Stopping(
              s.run(),
              s.pid(),
              s.since(),
              s.since(),
              new UnitState.Phase.Held(),
              StopReason.OWN_END);
      case StartPhase.AwaitingUp _ ->
          early(
              s,
              exit,
              now,
              "it has to stay up for " + DurationText.exact(spec.policy().lifecycle().upFor()));
      case StartPhase.AwaitingReady _ -> early(s, exit, now, "before it was ready");
      case StartPhase.PreStart _, StartPhase.Spawning _, StartPhase.Retrying _ ->
          UnitStop.from(s, StopReason.OWN_END);
    };
  }

  private static Stopping early(Starting s, Exit exit, long now, String rule) {
    String message =
        Block.and(exit.phrase(), " after " + DurationText.text(now - s.since()) + ", " + rule);
    return UnitStop.from(s, new StopReason.StartFailed(message, s.attempt(), true));
  }

  static String attempts(int number) {
    return number == 1 ? "" : "; " + number + " attempts";
  }
}
