package dev.supervise.run;

import dev.supervise.plan.EndKind;
import dev.supervise.plan.HookCursor;
import dev.supervise.plan.StartPhase;
import dev.supervise.plan.StopReason;
import dev.supervise.plan.UnitState;
import dev.supervise.spec.Block;
import dev.supervise.spec.Exit;
import dev.supervise.spec.Hook;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.text.DurationText;
import dev.supervise.worker.Survivors;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Puts a unit's state into words: what happened, what happens next and when.
final class StateText {
  private StateText() {}

  static Transition of(Unit unit, Status from, Status status, long now) {
    return new Transition(
        Duration.ofNanos(now),
        unit.path(),
        unit.spec.kind(),
        from,
        status,
        unit.ready(),
        // Every unit of a group is held first, most of them for no time: nothing to announce.
        unit.held() ? "" : what(unit),
        next(unit, now),
        unit.because,
        exit(unit),
        unit.lastOf(status));
  }

  private static Optional<Exit> exit(Unit unit) {
    return switch (unit.state()) {
      case UnitState.BackingOff(Exit last, long _) -> Optional.of(last);
      case UnitState.GaveUp(Exit last, int _) -> Optional.of(last);
      case UnitState.Finished(Exit exit, EndKind _) -> Optional.of(exit);
      case UnitState.Starting s ->
          s.phase() instanceof StartPhase.Retrying
              ? unit.condition.tally().last()
              : Optional.empty();
      case UnitState.Idle _, UnitState.Waiting _, UnitState.Running _ -> Optional.empty();
      case UnitState.Stopping _, UnitState.Stuck _ -> Optional.empty();
    };
  }

  static String what(Unit unit) {
    return switch (unit.state()) {
      case UnitState.Idle() -> "";
      case UnitState.Starting s -> coming(unit, s);
      case UnitState.Waiting(var on, var blocked) ->
          blocked.isEmpty()
              ? "for " + String.join(", ", on)
              : "by " + String.join(", ", blocked) + ", which " + fate(unit, blocked);
      case UnitState.Running r ->
          (r.pid() == 0 ? "" : "pid " + r.pid())
              + (unit.source.isEmpty() ? "" : " (" + unit.source + ")")
              + (r.pid() == 0 || unit.flaw.isEmpty() ? "" : "; ")
              + unit.flaw;
      case UnitState.BackingOff(Exit last, long _) -> ended(unit, last);
      case UnitState.Stopping s ->
          switch (s.phase()) {
            case UnitState.Phase.Held() -> "after what depends on it";
            case UnitState.Phase.Program _ -> because(s);
            case UnitState.Phase.Withdrawn _ -> "its preStart hook is cancelled";
            case UnitState.Phase.PreStop(HookCursor at) -> hook(unit, at);
            case UnitState.Phase.PostStop(var down, HookCursor at) ->
                Block.and(down.exit().phrase(), "; " + hook(unit, at));
            case UnitState.Phase.Sweeping(Exit exit, long _) ->
                Block.and(exit.phrase(), ", but it left " + remains(unit));
            case UnitState.Phase.Killed _ -> "killing";
          };
      case UnitState.Finished(Exit exit, EndKind end) ->
          end == EndKind.KILLED
              ? Block.and(ended(unit, exit), ", killed after its grace")
              : ended(unit, exit);
      case UnitState.GaveUp(Exit last, int _) -> ended(unit, last);
      case UnitState.Stuck _ -> "did not end when cancelled; abandoned";
    };
  }

  /// What keeps it from starting has failed, or waits in vain itself.
  private static String fate(Unit unit, List<String> blocked) {
    for (Unit.StartCondition link : RestForOneOrder.links(unit)) {
      Unit target = link.target();
      if (blocked.contains(target.path()) && !(target.state() instanceof UnitState.Waiting)) {
        return "has failed";
      }
    }
    return "is blocked";
  }

  private static String coming(Unit unit, UnitState.Starting s) {
    return switch (s.phase()) {
      case StartPhase.PreStart(HookCursor at) -> hook(unit, at);
      case StartPhase.Spawning() -> s.attempt() == 1 ? "" : "attempt " + s.attempt();
      case StartPhase.AwaitingUp _ ->
          "has to stay up for " + DurationText.exact(unit.spec.policy().lifecycle().upFor());
      case StartPhase.AwaitingReady(String why, long _) ->
          why.isEmpty() ? "not ready yet" : Block.behind("not ready yet: ", why);
      case StartPhase.PostStart(HookCursor at, long _) -> hook(unit, at);
      case StartPhase.Retrying _ ->
          "attempt "
              + s.attempt()
              + " failed"
              + unit.condition
                  .tally()
                  .last()
                  .map(last -> ": " + Block.first(last.phrase()))
                  .orElse("");
    };
  }

  private static String hook(Unit unit, HookCursor at) {
    Hook hook = unit.spec.policy().lifecycle().hooks().get(at.hook());
    return hook.phase().word()
        + " '"
        + hook.name()
        + "'"
        + (at.tries() == 0 ? "" : ", try " + (at.tries() + 1));
  }

  private static String because(UnitState.Stopping s) {
    return switch (s.why()) {
      case StopReason.OwnEnd _, StopReason.Asked _, StopReason.AtOnce _ -> "";
      case StopReason.StartFailed(String message, int _, boolean _) -> message;
      case StopReason.Unhealthy(String message) -> message;
    };
  }

  private static String next(Unit unit, long now) {
    return switch (unit.state()) {
      case UnitState.BackingOff(Exit _, long until) ->
          "restart "
              + unit.condition.tally().restarts()
              + (until <= now ? " at once" : " in " + DurationText.text(until - now));
      case UnitState.GaveUp(Exit _, int restarts) ->
          "gave up after " + restarts + (restarts == 1 ? " restart" : " restarts");
      case UnitState.Finished(Exit _, EndKind end) ->
          end == EndKind.FAILURE && unit.goal().wantsStart() ? "stays down" : "";
      case UnitState.Stuck _ -> "not started again before it ends";
      case UnitState.Idle _, UnitState.Waiting _, UnitState.Starting _, UnitState.Running _ -> "";
      case UnitState.Stopping _ -> "";
    };
  }

  private static String ended(Unit unit, Exit exit) {
    return switch (exit) {
      case Exit.NotStarted(var failure) -> Block.behind("not started: ", failure.message());
      case Exit.Code _, Exit.Signalled _, Exit.Returned _, Exit.AutoShutdown _, Exit.Threw _ ->
          after(unit, exit);
      case Exit.Escalated _, Exit.Unknown _ -> after(unit, exit);
      case Exit.Failed(String why, Exit _) -> why;
    };
  }

  private static String after(Unit unit, Exit exit) {
    if (unit.spec instanceof SupervisorSpec && exit instanceof Exit.Returned) {
      return "";
    }
    return unit.lived < 0
        ? exit.phrase()
        : Block.and(exit.phrase(), " after " + DurationText.text(unit.lived));
  }

  /// A start that takes its time: what it waits for, and until when.
  static String slow(Unit unit, Duration since) {
    String text = unit.path() + ": after " + DurationText.text(since) + " ";
    if (unit.state() instanceof UnitState.Starting s
        && s.phase() instanceof StartPhase.AwaitingReady(String why, long _)) {
      Duration within = unit.spec.policy().lifecycle().ready().orElseThrow().within();
      return text
          + "not ready yet"
          + (why.isEmpty() ? "" : ": " + why)
          + "; the start fails after "
          + DurationText.exact(within);
    }
    return text + "still in " + what(unit);
  }

  /// How a unit stands, in a sentence about goals.
  static String standing(Unit unit) {
    String what = what(unit);
    String word = unit.status().word();
    return what.isEmpty() ? "is " + word : "is " + word + ": " + what;
  }

  static String leftover(Unit unit) {
    return switch (unit.state()) {
      case UnitState.Stuck _ -> unit.path() + ": stuck function";
      case UnitState.Stopping s when unit.remains.count() > 0 -> unit.path() + ": " + remains(unit);
      case UnitState.Stopping s -> unit.path() + ": pid " + s.pid();
      case UnitState.Idle _, UnitState.Waiting _, UnitState.Starting _, UnitState.Running _ ->
          unit.path();
      case UnitState.BackingOff _, UnitState.Finished _, UnitState.GaveUp _ -> unit.path();
    };
  }

  private static String remains(Unit unit) {
    Survivors left = unit.remains;
    StringBuilder text = new StringBuilder();
    text.append(left.count()).append(left.count() == 1 ? " process" : " processes");
    String separator = ": ";
    for (Survivors.Process process : left.named()) {
      text.append(separator)
          .append(process.command())
          .append(" (")
          .append(process.pid())
          .append(')');
      separator = ", ";
    }
    return text.toString();
  }

  /// What a listing says beside the status.
  static String detail(Unit unit) {
    String text = what(unit);
    return unit.spec.policy().maxRestarts() == UnitPolicy.UNLIMITED
            || !(unit.state() instanceof UnitState.GaveUp(var _, int restarts))
        ? text
        : Block.and(text, "; gave up after " + restarts);
  }
}
