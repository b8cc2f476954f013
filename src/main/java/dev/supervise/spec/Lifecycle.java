package dev.supervise.spec;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a unit declares about the beginning and the end of each of its runs.
///
/// @param hooks in order of declaration, all phases
/// @param startRetries tries more within one start attempt, after a spawn that failed or an end
///   before the unit was up and ready
/// @param retryDelay between those tries
/// @param upFor so long it must stay up to count as started
public record Lifecycle(
    Optional<Readiness> ready,
    Optional<Liveness> alive,
    List<Hook> hooks,
    int startRetries,
    Duration retryDelay,
    Duration upFor) {
  public static final Duration RETRY_DELAY = Duration.ofMillis(100);

  /// The most hooks one phase of a unit may have.
  public static final int HOOKS_A_PHASE = 50;

  /// Nothing of it all.
  public static final Lifecycle NONE =
      new Lifecycle(Optional.empty(), Optional.empty(), List.of(), 0, RETRY_DELAY, Duration.ZERO);

  public Lifecycle {
    hooks = List.copyOf(hooks);
    if (startRetries < 0) {
      throw new InvalidSpec("startRetries " + startRetries + " is negative");
    }
    Durations.notNegative("startRetries delay", retryDelay);
    Durations.notNegative("upFor", upFor);
    Set<String> names = new HashSet<>();
    int[] counts = new int[HookPhase.values().length];
    for (Hook hook : hooks) {
      if (!names.add(hook.name())) {
        throw new InvalidSpec("hook name '" + hook.name() + "' is used twice");
      }
      if (++counts[hook.phase().ordinal()] > HOOKS_A_PHASE) {
        throw new InvalidSpec("more than " + HOOKS_A_PHASE + " hooks in " + hook.phase().word());
      }
    }
  }

  /// Whether a run is nothing but a spawn and an end.
  public boolean plain() {
    return ready.isEmpty()
        && alive.isEmpty()
        && hooks.isEmpty()
        && startRetries == 0
        && upFor.isZero();
  }

  /// Whether it has a hook of that phase.
  public boolean has(HookPhase phase) {
    return next(phase, 0) >= 0;
  }

  /// The place of the first hook of that phase from place `from` on; -1 when there is none.
  public int next(HookPhase phase, int from) {
    for (int i = from; i < hooks.size(); i++) {
      if (hooks.get(i).phase() == phase) {
        return i;
      }
    }
    return -1;
  }
}
