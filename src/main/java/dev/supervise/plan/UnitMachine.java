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
import dev.supervise.plan.UnitState.Why;
import dev.supervise.spec.Exit;
import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.Grace;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.StopStep;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The life of one unit as a pure function: what its state becomes after an event, and what is to
/// be done then. Total: an event that means nothing in a state changes nothing, and a report about
/// an older run than the present one is ignored. Whether a dead unit is started again is not
/// decided here but by [Strategies]; this machine only guarantees that there are never two runs of
/// a unit at once.
public final class UnitMachine {
  /// No deadline, yet waited for: a supervisor that is being killed ends when its children have.
  private static final long CHILDREN = UnitState.NEVER - 1;

  /// What lives this long after KILL is named (law 16).
  static final long NAMED_AFTER = 1_000_000_000L;

  private UnitMachine() {}

  /// @param now nanoseconds of the engine's clock
  public static Step step(UnitSpec spec, Tally tally, UnitState state, UnitEvent event, long now) {
    return switch (event) {
      case UnitEvent.Await(var on, var blocked) ->
          state.run() == 0
              ? new Step(new Waiting(on, blocked), tally, List.of())
              : same(tally, state);
      case UnitEvent.Begin(long run) -> begin(tally, state, run, now);
      case UnitEvent.Stop() -> stop(tally, state);
      case UnitEvent.Proceed() -> proceed(spec, tally, state, now);
      case UnitEvent.Kill() -> kill(spec, tally, state, now);
      case UnitEvent.Pause(long until) ->
          state instanceof Finished(Exit exit, End _)
              ? new Step(new BackingOff(exit, until), tally, List.of())
              : same(tally, state);
      case UnitEvent.GiveUp(int restarts) ->
          state instanceof Finished(Exit exit, End _)
              ? new Step(new GaveUp(exit, restarts), tally, List.of())
              : same(tally, state);
      case UnitEvent.Due() -> due(spec, tally, state, now);
      case UnitEvent.Up(long run, int pid, long ticks) -> up(tally, state, run, pid, ticks, now);
      case UnitEvent.NotUp(long run, var failure) ->
          run == state.run()
              ? down(spec, tally, state, new Exit.NotStarted(failure), now)
              : same(tally, state);
      case UnitEvent.Ended(long run, Exit exit, int left) ->
          run == state.run() ? ended(spec, tally, state, exit, left, now) : same(tally, state);
      case UnitEvent.Gone(long run) ->
          run == state.run() ? gone(spec, tally, state, now) : same(tally, state);
      case UnitEvent.Ready _, UnitEvent.NotReady _, UnitEvent.Unhealthy _ -> same(tally, state);
      case UnitEvent.StepFailed(long run, int step) ->
          state instanceof Stopping s
                  && s.run() == run
                  && s.phase() instanceof Phase.Program(int at, long _)
                  && at == step
              ? advance(spec, tally, s, step + 1, now)
              : same(tally, state);
    };
  }

  private static Step same(Tally tally, UnitState state) {
    return new Step(state, tally, List.of());
  }

  private static Step begin(Tally tally, UnitState state, long run, long now) {
    return state.run() == 0
        ? new Step(new Starting(run, now), tally.started(), List.<Effect>of(new Effect.Launch(run)))
        : same(tally, state);
  }

  private static Step up(Tally tally, UnitState state, long run, int pid, long ticks, long now) {
    return switch (state) {
      case Starting s when s.run() == run ->
          new Step(new Running(run, pid, ticks, now), tally, List.of());
      // The stop was asked for while the start was under way; its signals follow the spawn.
      case Stopping s when s.run() == run ->
          new Step(new Stopping(run, pid, s.since(), s.phase(), s.why()), tally, List.of());
      case Idle _, Waiting _, Starting _, Running _, BackingOff _, Stopping _, Finished _ ->
          same(tally, state);
      case GaveUp _, Stuck _ -> same(tally, state);
    };
  }

  private static Step stop(Tally tally, UnitState state) {
    return switch (state) {
      case Idle _, Finished _, GaveUp _, Stuck _ -> same(tally, state);
      case Waiting _ -> new Step(idleOrFinished(tally), tally, List.of());
      case BackingOff(Exit last, long _) ->
          new Step(new Finished(last, End.STOPPED), tally, List.of());
      case Starting(long run, long since) ->
          new Step(new Stopping(run, 0, since, new Phase.Held(), Why.ASKED), tally, List.of());
      case Running r ->
          new Step(
              new Stopping(r.run(), r.pid(), r.since(), new Phase.Held(), Why.ASKED),
              tally,
              List.of());
      case Stopping _ -> same(tally, state);
    };
  }

  private static UnitState idleOrFinished(Tally tally) {
    return tally.last().isPresent() ? new Finished(tally.last().get(), End.STOPPED) : new Idle();
  }

  private static Step proceed(UnitSpec spec, Tally tally, UnitState state, long now) {
    return state instanceof Stopping s && s.phase() instanceof Phase.Held()
        ? advance(spec, tally, s, 0, now)
        : same(tally, state);
  }

  /// Carries out step `index` of the stop program, or what follows its last one.
  private static Step advance(UnitSpec spec, Tally tally, Stopping s, int index, long now) {
    List<StopStep> steps = spec.policy().stop().steps();
    if (index >= steps.size()) {
      return killAll(spec, tally, s, now);
    }
    return switch (steps.get(index)) {
      case StopStep.Kill() -> killAll(spec, tally, s, now);
      case StopStep.Signal step -> performed(spec, tally, s, index, step, now);
      case StopStep.Exec step -> performed(spec, tally, s, index, step, now);
      case StopStep.Call step -> performed(spec, tally, s, index, step, now);
    };
  }

  private static Step performed(
      UnitSpec spec, Tally tally, Stopping s, int index, StopStep step, long now) {
    long until =
        switch (spec) {
          // A supervisor's time is its own stopWithin; its children have theirs.
          case SupervisorSpec _ -> UnitState.NEVER;
          case ProcessSpec _, FunctionSpec _ -> after(now, step.within());
        };
    return new Step(
        with(s, new Phase.Program(index, until)),
        tally,
        List.<Effect>of(new Effect.Perform(index, step)));
  }

  private static Stopping with(Stopping s, Phase phase) {
    return new Stopping(s.run(), s.pid(), s.since(), phase, s.why());
  }

  private static long after(long now, Grace grace) {
    return switch (grace) {
      case Grace.Limited(var limit) -> now + limit.toNanos();
      case Grace.Unlimited() -> UnitState.NEVER;
    };
  }

  private static Step kill(UnitSpec spec, Tally tally, UnitState state, long now) {
    return switch (state) {
      case Idle _, Waiting _, BackingOff _, Finished _, GaveUp _, Stuck _ -> stop(tally, state);
      case Starting(long run, long since) ->
          killAll(spec, tally, new Stopping(run, 0, since, new Phase.Held(), Why.ASKED), now);
      case Running r ->
          killAll(
              spec,
              tally,
              new Stopping(r.run(), r.pid(), r.since(), new Phase.Held(), Why.ASKED),
              now);
      case Stopping s when s.phase() instanceof Phase.Killed -> same(tally, s);
      case Stopping s -> killAll(spec, tally, s, now);
    };
  }

  private static Step killAll(UnitSpec spec, Tally tally, Stopping s, long now) {
    Optional<Exit> exit =
        s.phase() instanceof Phase.Sweeping(Exit e, long _) ? Optional.of(e) : Optional.empty();
    long until =
        switch (spec) {
          case SupervisorSpec _ -> CHILDREN;
          case ProcessSpec _, FunctionSpec _ -> now + NAMED_AFTER;
        };
    return new Step(
        with(s, new Phase.Killed(exit, until)), tally, List.<Effect>of(new Effect.KillAll()));
  }

  private static Step due(UnitSpec spec, Tally tally, UnitState state, long now) {
    if (state.deadline() > now) {
      return same(tally, state);
    }
    return switch (state) {
      case BackingOff _ -> new Step(state, tally, List.<Effect>of(new Effect.PauseOver()));
      case Stopping s ->
          switch (s.phase()) {
            case Phase.Held() -> same(tally, s);
            case Phase.Program(int step, long _) -> advance(spec, tally, s, step + 1, now);
            case Phase.Sweeping _ -> killAll(spec, tally, s, now);
            case Phase.Killed(var exit, long _) -> lingering(spec, tally, s, exit, now);
          };
      case Idle _, Waiting _, Starting _, Running _, Finished _, GaveUp _, Stuck _ ->
          same(tally, state);
    };
  }

  /// KILL was sent a second ago and the run still lives.
  private static Step lingering(
      UnitSpec spec, Tally tally, Stopping s, Optional<Exit> exit, long now) {
    return switch (spec) {
      // No KILL reaches a thread: it is given up, fenced, and counts as down.
      case FunctionSpec _ ->
          new Step(
              new Stuck(s.run(), now),
              tally,
              List.<Effect>of(
                  new Effect.Abandon(),
                  new Effect.Down(new Exit.Unknown("stuck"), End.KILLED, now - s.since())));
      case ProcessSpec _, SupervisorSpec _ ->
          new Step(
              with(s, new Phase.Killed(exit, UnitState.NEVER)),
              tally,
              List.<Effect>of(new Effect.Name()));
    };
  }

  private static Step ended(
      UnitSpec spec, Tally tally, UnitState state, Exit exit, int left, long now) {
    return switch (state) {
      case Idle _, Waiting _, BackingOff _, Finished _, GaveUp _ -> same(tally, state);
      case Starting(long run, long since) ->
          left == 0
              ? down(spec, tally, state, exit, now)
              : sweep(
                  spec,
                  tally,
                  new Stopping(run, 0, since, new Phase.Held(), Why.OWN_END),
                  exit,
                  now);
      case Running r ->
          left == 0
              ? down(spec, tally, state, exit, now)
              : sweep(
                  spec,
                  tally,
                  new Stopping(r.run(), r.pid(), r.since(), new Phase.Held(), Why.OWN_END),
                  exit,
                  now);
      case Stopping s when left == 0 -> down(spec, tally, s, exit, now);
      case Stopping s ->
          switch (s.phase()) {
            case Phase.Killed(var _, long until) ->
                new Step(with(s, new Phase.Killed(Optional.of(exit), until)), tally, List.of());
            case Phase.Held _, Phase.Program _, Phase.Sweeping _ ->
                sweep(spec, tally, s, exit, now);
          };
      case Stuck _ ->
          new Step(
              new Finished(exit, End.KILLED),
              tally.ended(exit),
              List.<Effect>of(new Effect.Freed()));
    };
  }

  /// The leader is gone, others of its run are not: they get what is left of the grace, then KILL.
  private static Step sweep(UnitSpec spec, Tally tally, Stopping s, Exit exit, long now) {
    long until =
        switch (s.phase()) {
          case Phase.Program(int _, long due) -> due;
          case Phase.Held _, Phase.Sweeping _, Phase.Killed _ -> after(now, firstGrace(spec));
        };
    return new Step(
        with(s, new Phase.Sweeping(exit, until)), tally, List.<Effect>of(new Effect.Sweep()));
  }

  private static Grace firstGrace(UnitSpec spec) {
    StopStep first = spec.policy().stop().steps().getFirst();
    return first instanceof StopStep.Kill
        ? new Grace.Limited(java.time.Duration.ZERO)
        : first.within();
  }

  private static Step gone(UnitSpec spec, Tally tally, UnitState state, long now) {
    return switch (state) {
      case Stopping s ->
          switch (s.phase()) {
            case Phase.Sweeping(Exit exit, long _) -> down(spec, tally, s, exit, now);
            case Phase.Killed(var exit, long _) when exit.isPresent() ->
                down(spec, tally, s, exit.get(), now);
            case Phase.Held _, Phase.Program _, Phase.Killed _ -> same(tally, s);
          };
      case Idle _, Waiting _, Starting _, Running _, BackingOff _, Finished _, GaveUp _, Stuck _ ->
          same(tally, state);
    };
  }

  private static Step down(UnitSpec spec, Tally tally, UnitState state, Exit exit, long now) {
    End end = end(spec, state, exit);
    long healthyFor =
        switch (state) {
          case Running r -> now - r.since();
          case Stopping s when !(exit instanceof Exit.NotStarted) -> now - s.since();
          case Idle _, Waiting _, Starting _, BackingOff _, Stopping _, Finished _ -> -1;
          case GaveUp _, Stuck _ -> -1;
        };
    List<Effect> effects = new ArrayList<>(1);
    effects.add(new Effect.Down(exit, end, healthyFor));
    return new Step(new Finished(exit, end), tally.ended(exit), effects);
  }

  /// Law 4: what was asked for is *stopped*, also when it took a signal.
  private static End end(UnitSpec spec, UnitState state, Exit exit) {
    if (state instanceof Stopping s && s.why() == Why.ASKED) {
      return s.phase() instanceof Phase.Killed ? End.KILLED : End.STOPPED;
    }
    return switch (exit) {
      case Exit.Code(int code) ->
          spec.policy().successExits().contains(code) ? End.SUCCESS : End.FAILURE;
      case Exit.Returned(), Exit.AutoShutdown _ -> End.SUCCESS;
      case Exit.Signalled _, Exit.Threw _, Exit.Escalated _, Exit.NotStarted _, Exit.Unknown _ ->
          End.FAILURE;
    };
  }
}
