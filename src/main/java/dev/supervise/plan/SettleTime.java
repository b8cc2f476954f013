package dev.supervise.plan;

import dev.supervise.spec.UnitPolicy;
import java.time.Duration;

/// From when on a unit that runs counts as up for those who wait for that. A unit that says itself
/// how it comes up (`ready`, `upFor`) is believed; any other has to live for a while first, as most
/// programs that cannot run say so by ending at once. Nothing in the tree waits for this: a start
/// is as quick as ever.
public final class SettleTime {
  /// What half a second does not show, a longer look rarely does; supervisord waits for one second.
  public static final Duration LIFE = Duration.ofMillis(500);

  private SettleTime() {}

  /// The moment, by the engine's clock; [Instants#NEVER] for a unit that is not up.
  public static long of(UnitPolicy policy, UnitState state) {
    if (!(state instanceof UnitState.Running running)) {
      return Instants.NEVER;
    }
    boolean declared =
        policy.lifecycle().ready().isPresent() || !policy.lifecycle().upFor().isZero();
    return declared ? running.ready() : Math.max(running.ready(), running.since() + LIFE.toNanos());
  }
}
