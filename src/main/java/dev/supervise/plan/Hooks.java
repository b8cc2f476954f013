package dev.supervise.plan;

import dev.supervise.plan.UnitState.Phase;
import dev.supervise.plan.UnitState.Starting;
import dev.supervise.plan.UnitState.Stopping;
import dev.supervise.spec.Exit;
import dev.supervise.spec.Hook;
import dev.supervise.spec.HookFailure;
import dev.supervise.spec.HookPhase;
import dev.supervise.spec.UnitSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The part of the unit machine that takes a run through its hooks: one after the other, each as
/// often as it may fail, those nobody waits for on the way.
final class Hooks {
  private Hooks() {}

  /// Asks for the next hook of a phase from place `from` on.
  ///
  /// @return where the unit is then; empty when the phase is through
  static Optional<HookCursor> next(
      UnitSpec spec,
      HookPhase phase,
      int from,
      long run,
      Optional<Exit> exit,
      List<Effect> effects) {
    List<Hook> hooks = spec.policy().lifecycle().hooks();
    for (int i = from; i < hooks.size(); i++) {
      Hook hook = hooks.get(i);
      if (hook.phase() == phase && hook.async()) {
        effects.add(new Effect.RunBeside(run, i, exit));
      } else if (hook.phase() == phase) {
        effects.add(new Effect.RunHook(run, i, 0, exit));
        return Optional.of(HookCursor.running(i, 0));
      }
    }
    return Optional.empty();
  }

  static Step done(UnitSpec spec, Counters tally, UnitState state, int hook, int tries, long now) {
    return waits(state, hook, tries)
        ? goOn(spec, tally, state, hook + 1, new ArrayList<>(), now)
        : withdrawn(spec, tally, state, now);
  }

  static Step failed(
      UnitSpec spec, Counters tally, UnitState state, int hook, int tries, String why, long now) {
    if (!waits(state, hook, tries)) {
      return withdrawn(spec, tally, state, now);
    }
    return switch (spec.policy().lifecycle().hooks().get(hook).onFailure()) {
      case HookFailure.Retry(int times, var delay) when tries < times ->
          new Step(
              with(state, new HookCursor(hook, tries + 1, now + delay.toNanos())),
              tally,
              List.of());
      case HookFailure.Retry _, HookFailure.Fail _ -> lost(spec, tally, state, hook, why, now);
      case HookFailure.Ignore() -> {
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.HookFailed(hook, why));
        yield goOn(spec, tally, state, hook + 1, effects, now);
      }
    };
  }

  /// The pause before another try is over.
  static Step again(Counters tally, UnitState state, HookCursor at) {
    Optional<Exit> exit =
        state instanceof Stopping s && s.phase() instanceof Phase.PostStop(var down, var _)
            ? Optional.of(down.exit())
            : Optional.empty();
    return new Step(
        with(state, HookCursor.running(at.hook(), at.tries())),
        tally,
        List.<Effect>of(new Effect.RunHook(state.run(), at.hook(), at.tries(), exit)));
  }

  /// A hook that had been cancelled with its start is over.
  private static Step withdrawn(UnitSpec spec, Counters tally, UnitState state, long now) {
    return state instanceof Stopping s && s.phase() instanceof Phase.Withdrawn
        ? UnitStop.withdrawn(spec, tally, s, now)
        : new Step(state, tally, List.of());
  }

  /// Failed for good: the remaining hooks of the phase are left out.
  private static Step lost(
      UnitSpec spec, Counters tally, UnitState state, int hook, String why, long now) {
    if (state instanceof Starting s && s.phase() instanceof StartPhase.PreStart) {
      return UnitStart.refused(spec, tally, hook, why);
    }
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.HookFailed(hook, why));
    return goOn(spec, tally, state, spec.policy().lifecycle().hooks().size(), effects, now);
  }

  private static Step goOn(
      UnitSpec spec, Counters tally, UnitState state, int from, List<Effect> effects, long now) {
    if (state instanceof Starting s) {
      return s.phase() instanceof StartPhase.PostStart(var _, long ready)
          ? UnitStart.postStart(spec, tally, s, from, ready, effects)
          : UnitStart.preStart(spec, tally, s, from, effects);
    }
    if (state instanceof Stopping s) {
      return s.phase() instanceof Phase.PostStop(var down, var _)
          ? UnitStop.postStop(spec, tally, s, down, from, effects, now)
          : UnitStop.preStop(spec, tally, s, from, effects, now);
    }
    return new Step(state, tally, effects);
  }

  /// Whether the state is one that waits for this try of this hook.
  private static boolean waits(UnitState state, int hook, int tries) {
    return at(state)
        .filter(at -> at.runs() && at.hook() == hook && at.tries() == tries)
        .isPresent();
  }

  /// Adds the cancel of the hook that runs, if one does.
  static List<Effect> cancelled(UnitState state) {
    return at(state).filter(HookCursor::runs).isPresent()
        ? List.<Effect>of(new Effect.CancelHook())
        : List.of();
  }

  /// The hook a unit is at.
  static Optional<HookCursor> at(UnitState state) {
    return switch (state) {
      case Starting s ->
          switch (s.phase()) {
            case StartPhase.PreStart(HookCursor at) -> Optional.of(at);
            case StartPhase.PostStart(HookCursor at, long _) -> Optional.of(at);
            case StartPhase.Spawning _, StartPhase.AwaitingUp _ -> Optional.empty();
            case StartPhase.AwaitingReady _, StartPhase.Retrying _ -> Optional.empty();
          };
      case Stopping s ->
          switch (s.phase()) {
            case Phase.PreStop(HookCursor at) -> Optional.of(at);
            case Phase.PostStop(var _, HookCursor at) -> Optional.of(at);
            case Phase.Held _, Phase.Withdrawn _, Phase.Program _ -> Optional.empty();
            case Phase.Sweeping _, Phase.Killed _ -> Optional.empty();
          };
      case UnitState.Idle _, UnitState.Waiting _, UnitState.Running _ -> Optional.empty();
      case UnitState.BackingOff _, UnitState.Finished _ -> Optional.empty();
      case UnitState.GaveUp _, UnitState.Stuck _ -> Optional.empty();
    };
  }

  private static UnitState with(UnitState state, HookCursor at) {
    if (state instanceof Starting s) {
      return s.phase() instanceof StartPhase.PostStart(var _, long ready)
          ? s.in(new StartPhase.PostStart(at, ready))
          : s.in(new StartPhase.PreStart(at));
    }
    if (state instanceof Stopping s) {
      return s.phase() instanceof Phase.PostStop(var down, var _)
          ? s.in(new Phase.PostStop(down, at))
          : s.in(new Phase.PreStop(at));
    }
    return state;
  }
}
