package dev.supervise.plan;

import dev.supervise.plan.UnitState.Finished;
import dev.supervise.plan.UnitState.Phase;
import dev.supervise.plan.UnitState.Running;
import dev.supervise.plan.UnitState.Starting;
import dev.supervise.plan.UnitState.Stopping;
import dev.supervise.plan.UnitState.Stuck;
import dev.supervise.spec.Block;
import dev.supervise.spec.Exit;
import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.Grace;
import dev.supervise.spec.HookPhase;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.StopStep;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The part of the unit machine that takes a run down: `preStop`, the stop program, the sweep of
/// what is left, KILL, `postStop`.
final class UnitStop {
  /// No deadline, yet waited for: a supervisor that is being killed ends when its children have.
  private static final long CHILDREN = Instants.NEVER - 1;

  /// What lives this long after KILL is named (law 16).
  static final long NAMED_AFTER = 1_000_000_000L;

  private UnitStop() {}

  private static Step same(Counters tally, UnitState state) {
    return new Step(state, tally, List.of());
  }

  /// The way down of a run that is not up as declared.
  static Stopping from(Starting s, StopReason why) {
    boolean spawned =
        switch (s.phase()) {
          case StartPhase.PreStart _, StartPhase.Spawning _, StartPhase.Retrying _ -> false;
          case StartPhase.AwaitingUp _, StartPhase.AwaitingReady _, StartPhase.PostStart _ -> true;
        };
    long ready = s.phase() instanceof StartPhase.PostStart(var _, long at) ? at : Instants.NEVER;
    return new Stopping(
        s.run(), s.pid(), spawned ? s.since() : Instants.NEVER, ready, new Phase.Held(), why);
  }

  static Stopping from(Running r, StopReason why) {
    return new Stopping(r.run(), r.pid(), r.since(), r.ready(), new Phase.Held(), why);
  }

  /// What is to be called off when a run leaves its way up, or its health.
  private static List<Effect> calledOff(UnitSpec spec, UnitState state) {
    if (state instanceof Running) {
      return spec.policy().lifecycle().alive().isPresent()
          ? List.<Effect>of(new Effect.EndProbes())
          : List.of();
    }
    return state instanceof Starting s && s.phase() instanceof StartPhase.AwaitingReady
        ? List.<Effect>of(new Effect.EndProbes())
        : Hooks.cancelled(state);
  }

  // ---- asked to stop ----

  static Step stop(UnitSpec spec, Counters tally, Starting s, StopReason why, long now) {
    return switch (s.phase()) {
      case StartPhase.PreStart(HookCursor at) when at.runs() ->
          new Step(
              from(s, why).in(new Phase.Withdrawn(now + NAMED_AFTER)),
              tally,
              List.<Effect>of(new Effect.CancelHook()));
      case StartPhase.PreStart _ -> withdrawn(spec, tally, from(s, why), now);
      case StartPhase.Retrying _ -> {
        Exit last = tally.last().orElse(new Exit.Unknown("stopped between two attempts"));
        yield settled(
            spec,
            tally,
            from(s, why),
            new Effect.Down(last, EndKind.STOPPED, -1, -1),
            List.of(),
            now);
      }
      case StartPhase.Spawning _, StartPhase.AwaitingUp _ ->
          new Step(from(s, why), tally, List.of());
      case StartPhase.AwaitingReady _, StartPhase.PostStart _ ->
          new Step(from(s, why), tally, calledOff(spec, s));
    };
  }

  static Step stop(UnitSpec spec, Counters tally, Running r) {
    return new Step(from(r, StopReason.ASKED), tally, calledOff(spec, r));
  }

  /// Already on its way down; from now on because it was asked.
  static Step stop(Counters tally, Stopping s) {
    return switch (s.why()) {
      case StopReason.OwnEnd _, StopReason.Asked _, StopReason.AtOnce _ -> same(tally, s);
      case StopReason.StartFailed _, StopReason.Unhealthy _ ->
          new Step(
              s.phase() instanceof Phase.PostStop(Effect.Down down, HookCursor at)
                  ? s.because(StopReason.ASKED)
                      .in(
                          new Phase.PostStop(
                              new Effect.Down(
                                  down.exit(), EndKind.STOPPED, down.healthyFor(), down.lived()),
                              at))
                  : s.because(StopReason.ASKED),
              tally,
              List.of());
    };
  }

  /// A start that had come no further than its `preStart` hooks, or that was between two tries, is
  /// over.
  static Step withdrawn(UnitSpec spec, Counters tally, Stopping s, long now) {
    Exit exit =
        new Exit.NotStarted(
            new StartFailure(
                StartFailure.Step.PRE_START, 0, "stopped before its program was started"));
    return settled(spec, tally, s, new Effect.Down(exit, EndKind.STOPPED, -1, -1), List.of(), now);
  }

  static Step proceed(UnitSpec spec, Counters tally, Stopping s, long now) {
    boolean hooks = s.ready() != Instants.NEVER && !spec.policy().lifecycle().hooks().isEmpty();
    return hooks
        ? preStop(spec, tally, s, 0, new ArrayList<>(), now)
        : advance(spec, tally, s, 0, List.of(), now);
  }

  static Step preStop(
      UnitSpec spec, Counters tally, Stopping s, int from, List<Effect> effects, long now) {
    Optional<HookCursor> at =
        Hooks.next(spec, HookPhase.PRE_STOP, from, s.run(), Optional.empty(), effects);
    return at.isPresent()
        ? new Step(s.in(new Phase.PreStop(at.get())), tally, effects)
        : advance(spec, tally, s, 0, effects, now);
  }

  /// Ends a run that nobody asked to end: at once, without `preStop`.
  static Step end(UnitSpec spec, Counters tally, Stopping s, List<Effect> before, long now) {
    return advance(spec, tally, s, 0, before, now);
  }

  static Step unhealthy(
      UnitSpec spec, Counters tally, UnitState state, long run, String why, long now) {
    return state instanceof Running r && r.run() == run
        ? end(
            spec,
            tally,
            from(r, new StopReason.Unhealthy(Block.behind("not alive: ", why))),
            List.<Effect>of(new Effect.EndProbes()),
            now)
        : same(tally, state);
  }

  static Step stepFailed(
      UnitSpec spec, Counters tally, UnitState state, long run, int step, long now) {
    return state instanceof Stopping s
            && s.run() == run
            && s.phase() instanceof Phase.Program(int at, long _)
            && at == step
        ? advance(spec, tally, s, step + 1, List.of(), now)
        : same(tally, state);
  }

  /// Carries out step `index` of the stop program, or what follows its last one.
  private static Step advance(
      UnitSpec spec, Counters tally, Stopping s, int index, List<Effect> before, long now) {
    List<StopStep> steps = spec.policy().stop().steps();
    if (index >= steps.size()) {
      return killAll(spec, tally, s, before, now);
    }
    return switch (steps.get(index)) {
      case StopStep.Kill() -> killAll(spec, tally, s, before, now);
      case StopStep.Signal step -> performed(spec, tally, s, index, step, before, now);
      case StopStep.Exec step -> performed(spec, tally, s, index, step, before, now);
      case StopStep.Call step -> performed(spec, tally, s, index, step, before, now);
    };
  }

  private static Step performed(
      UnitSpec spec,
      Counters tally,
      Stopping s,
      int index,
      StopStep step,
      List<Effect> before,
      long now) {
    long until =
        switch (spec) {
          // A supervisor's time is its own stopWithin; its children have theirs.
          case SupervisorSpec _ -> Instants.NEVER;
          case ProcessSpec _, FunctionSpec _ -> after(now, step.within());
        };
    return new Step(
        s.in(new Phase.Program(index, until)), tally, and(before, new Effect.Perform(index, step)));
  }

  private static List<Effect> and(List<Effect> before, Effect last) {
    if (before.isEmpty()) {
      return List.of(last);
    }
    List<Effect> all = new ArrayList<>(before);
    all.add(last);
    return all;
  }

  private static long after(long now, Grace grace) {
    return switch (grace) {
      case Grace.Limited(var limit) -> now + limit.toNanos();
      case Grace.Unlimited() -> Instants.NEVER;
    };
  }

  // ---- killed ----

  static Step kill(UnitSpec spec, Counters tally, Starting s, long now) {
    return switch (s.phase()) {
      case StartPhase.PreStart _, StartPhase.Retrying _ ->
          stop(spec, tally, s, StopReason.AT_ONCE, now);
      case StartPhase.Spawning _, StartPhase.AwaitingUp _ ->
          killAll(spec, tally, from(s, StopReason.AT_ONCE), List.of(), now);
      case StartPhase.AwaitingReady _, StartPhase.PostStart _ ->
          killAll(spec, tally, from(s, StopReason.AT_ONCE), calledOff(spec, s), now);
    };
  }

  static Step kill(UnitSpec spec, Counters tally, Running r, long now) {
    return killAll(spec, tally, from(r, StopReason.AT_ONCE), calledOff(spec, r), now);
  }

  static Step kill(UnitSpec spec, Counters tally, Stopping s, long now) {
    return switch (s.phase()) {
      case Phase.Withdrawn _ -> same(tally, s);
      case Phase.Killed _ when s.why() instanceof StopReason.AtOnce -> same(tally, s);
      case Phase.Killed _ -> new Step(s.because(StopReason.AT_ONCE), tally, List.of());
      case Phase.PostStop(Effect.Down down, HookCursor _) ->
          settled(spec, tally, s.because(StopReason.AT_ONCE), down, Hooks.cancelled(s), now);
      case Phase.Held _, Phase.PreStop _, Phase.Program _, Phase.Sweeping _ ->
          killAll(spec, tally, s.because(StopReason.AT_ONCE), Hooks.cancelled(s), now);
    };
  }

  private static Step killAll(
      UnitSpec spec, Counters tally, Stopping s, List<Effect> before, long now) {
    Optional<Exit> exit =
        s.phase() instanceof Phase.Sweeping(Exit e, long _) ? Optional.of(e) : Optional.empty();
    long until =
        switch (spec) {
          case SupervisorSpec _ -> CHILDREN;
          case ProcessSpec _, FunctionSpec _ -> now + NAMED_AFTER;
        };
    return new Step(s.in(new Phase.Killed(exit, until)), tally, and(before, new Effect.KillAll()));
  }

  // ---- time ----

  static Step due(UnitSpec spec, Counters tally, Stopping s, long now) {
    return switch (s.phase()) {
      case Phase.Held() -> same(tally, s);
      case Phase.Withdrawn _ -> withdrawn(spec, tally, s, now);
      case Phase.PreStop(HookCursor at) -> Hooks.again(tally, s, at);
      case Phase.PostStop(var _, HookCursor at) -> Hooks.again(tally, s, at);
      case Phase.Program(int step, long _) -> advance(spec, tally, s, step + 1, List.of(), now);
      case Phase.Sweeping _ -> killAll(spec, tally, s, List.of(), now);
      case Phase.Killed(var exit, long _) -> lingering(spec, tally, s, exit, now);
    };
  }

  /// KILL was sent a second ago and the run still lives.
  private static Step lingering(
      UnitSpec spec, Counters tally, Stopping s, Optional<Exit> exit, long now) {
    return switch (spec) {
      // No KILL reaches a thread: it is given up, fenced, and counts as down.
      case FunctionSpec _ ->
          new Step(
              new Stuck(s.run(), now),
              tally,
              List.<Effect>of(
                  new Effect.Abandon(),
                  new Effect.Down(
                      new Exit.Unknown("stuck"),
                      EndKind.KILLED,
                      since(s.ready(), now),
                      since(s.since(), now))));
      case ProcessSpec _, SupervisorSpec _ ->
          new Step(
              s.in(new Phase.Killed(exit, Instants.NEVER)),
              tally,
              List.<Effect>of(new Effect.Name()));
    };
  }

  // ---- ended ----

  static Step ended(UnitSpec spec, Counters tally, Running r, Exit exit, int left, long now) {
    if (left > 0) {
      return sweep(spec, tally, from(r, StopReason.OWN_END), exit, List.of(), now);
    }
    if (!spec.policy().lifecycle().hooks().isEmpty()) {
      return dead(spec, tally, from(r, StopReason.OWN_END), exit, List.of(), now);
    }
    EndKind end = succeeds(spec, exit) ? EndKind.SUCCESS : EndKind.FAILURE;
    return new Step(
        new Finished(exit, end),
        tally.ended(exit),
        List.<Effect>of(new Effect.Down(exit, end, now - r.ready(), now - r.since())));
  }

  static Step ended(UnitSpec spec, Counters tally, Starting s, Exit exit, int left, long now) {
    if (s.phase() instanceof StartPhase.PreStart || s.phase() instanceof StartPhase.Retrying) {
      return same(tally, s);
    }
    Stopping down = UnitStart.ended(spec, s, exit, now);
    List<Effect> off = s.phase() instanceof StartPhase.PostStart ? Hooks.cancelled(s) : List.of();
    return left == 0
        ? dead(spec, tally, down, exit, off, now)
        : sweep(spec, tally, down, exit, off, now);
  }

  static Step ended(UnitSpec spec, Counters tally, Stopping s, Exit exit, int left, long now) {
    return switch (s.phase()) {
      case Phase.Withdrawn _, Phase.PostStop _ -> same(tally, s);
      case Phase.Killed(var _, long until) when left > 0 ->
          new Step(s.in(new Phase.Killed(Optional.of(exit), until)), tally, List.of());
      case Phase.Held _, Phase.PreStop _, Phase.Program _, Phase.Sweeping _, Phase.Killed _ ->
          left == 0
              ? dead(spec, tally, s, exit, Hooks.cancelled(s), now)
              : sweep(spec, tally, s, exit, Hooks.cancelled(s), now);
    };
  }

  /// The leader is gone, others of its run are not: they get what is left of the grace, then KILL.
  private static Step sweep(
      UnitSpec spec, Counters tally, Stopping s, Exit exit, List<Effect> before, long now) {
    long until =
        s.phase() instanceof Phase.Program(int _, long due) ? due : after(now, firstGrace(spec));
    return new Step(s.in(new Phase.Sweeping(exit, until)), tally, and(before, new Effect.Sweep()));
  }

  private static Grace firstGrace(UnitSpec spec) {
    StopStep first = spec.policy().stop().steps().getFirst();
    return first instanceof StopStep.Kill ? new Grace.Limited(Duration.ZERO) : first.within();
  }

  static Step gone(UnitSpec spec, Counters tally, Stopping s, long now) {
    return switch (s.phase()) {
      case Phase.Sweeping(Exit exit, long _) -> dead(spec, tally, s, exit, List.of(), now);
      case Phase.Killed(var exit, long _) when exit.isPresent() ->
          dead(spec, tally, s, exit.get(), List.of(), now);
      case Phase.Held _, Phase.Withdrawn _, Phase.PreStop _, Phase.Program _ -> same(tally, s);
      case Phase.Killed _, Phase.PostStop _ -> same(tally, s);
    };
  }

  /// Nothing of the run lives any more.
  static Step dead(
      UnitSpec spec, Counters tally, Stopping s, Exit exit, List<Effect> before, long now) {
    Effect.Down down =
        new Effect.Down(
            read(s, exit), end(spec, s, exit), since(s.ready(), now), since(s.since(), now));
    boolean hooks =
        s.since() != Instants.NEVER
            && !(s.why() instanceof StopReason.AtOnce)
            && !spec.policy().lifecycle().hooks().isEmpty();
    return hooks
        ? postStop(spec, tally, s, down, 0, new ArrayList<>(before), now)
        : settled(spec, tally, s, down, before, now);
  }

  private static long since(long moment, long now) {
    return moment == Instants.NEVER ? -1 : now - moment;
  }

  static Step postStop(
      UnitSpec spec,
      Counters tally,
      Stopping s,
      Effect.Down down,
      int from,
      List<Effect> effects,
      long now) {
    Optional<HookCursor> at =
        Hooks.next(spec, HookPhase.POST_STOP, from, s.run(), Optional.of(down.exit()), effects);
    return at.isPresent()
        ? new Step(s.in(new Phase.PostStop(down, at.get())), tally, effects)
        : settled(spec, tally, s, down, effects, now);
  }

  /// The run and all that belonged to it is over: down, or on to the next try of the same start.
  private static Step settled(
      UnitSpec spec, Counters tally, Stopping s, Effect.Down down, List<Effect> before, long now) {
    if (s.why() instanceof StopReason.StartFailed(String _, int attempt, boolean again)
        && again
        && attempt <= spec.policy().lifecycle().startRetries()) {
      Step retry = retry(spec, tally.ended(down.exit()), s.run(), attempt, now);
      return before.isEmpty() ? retry : new Step(retry.state(), retry.tally(), before);
    }
    return new Step(
        new Finished(down.exit(), down.end()), tally.ended(down.exit()), and(before, down));
  }

  static Step retry(UnitSpec spec, Counters tally, long run, int attempt, long now) {
    long until = now + spec.policy().lifecycle().retryDelay().toNanos();
    return new Step(
        new Starting(run, attempt, 0, 0, now, new StartPhase.Retrying(until)), tally, List.of());
  }

  /// What is said of an end that the supervisor brought about, or did not accept.
  private static Exit read(Stopping s, Exit exit) {
    return switch (s.why()) {
      case StopReason.OwnEnd _, StopReason.Asked _, StopReason.AtOnce _ -> exit;
      case StopReason.StartFailed(String message, int attempt, boolean _) ->
          new Exit.Failed(message + UnitStart.attempts(attempt), exit);
      case StopReason.Unhealthy(String message) -> new Exit.Failed(message, exit);
    };
  }

  /// Law 4: what was asked for is *stopped*, also when it took a signal.
  private static EndKind end(UnitSpec spec, Stopping s, Exit exit) {
    return switch (s.why()) {
      case StopReason.Asked _, StopReason.AtOnce _ ->
          s.phase() instanceof Phase.Killed ? EndKind.KILLED : EndKind.STOPPED;
      case StopReason.StartFailed _, StopReason.Unhealthy _ -> EndKind.FAILURE;
      case StopReason.OwnEnd _ -> succeeds(spec, exit) ? EndKind.SUCCESS : EndKind.FAILURE;
    };
  }

  static boolean succeeds(UnitSpec spec, Exit exit) {
    return switch (exit) {
      case Exit.Code(int code) -> spec.policy().successExits().contains(code);
      case Exit.Returned(), Exit.AutoShutdown _ -> true;
      case Exit.Signalled _, Exit.Threw _, Exit.Escalated _, Exit.NotStarted _ -> false;
      case Exit.Failed _, Exit.Unknown _ -> false;
    };
  }
}
