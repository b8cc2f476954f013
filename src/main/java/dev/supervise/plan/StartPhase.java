package dev.supervise.plan;

/// Where on its way up a unit is.
public sealed interface StartPhase {
  StartPhase SPAWNING = new Spawning();

  /// When this phase has lasted long enough; [Instants#NEVER] when it waits for others.
  default long until() {
    return Instants.NEVER;
  }

  /// Whether it lives, and has done so for as long as it must: it has started, though it may not be
  /// ready.
  default boolean up() {
    return switch (this) {
      case AwaitingReady _, PostStart _ -> true;
      case PreStart _, Spawning _, AwaitingUp _, Retrying _ -> false;
    };
  }

  /// A `preStart` hook runs, or pauses before its next try.
  record PreStart(HookCursor at) implements StartPhase {
    @Override
    public long until() {
      return at.until();
    }
  }

  /// The worker has been asked for the run.
  record Spawning() implements StartPhase {}

  /// It lives, and has to stay up until `until` to count as started.
  record AwaitingUp(long until) implements StartPhase {}

  /// It has started and is asked whether it is ready; at `until` the start has failed.
  ///
  /// @param why how the last try failed; empty before the first
  record AwaitingReady(String why, long until) implements StartPhase {}

  /// A `postStart` hook runs, or pauses before its next try.
  ///
  /// @param ready when the unit was ready
  record PostStart(HookCursor at, long ready) implements StartPhase {
    @Override
    public long until() {
      return at.until();
    }
  }

  /// Nothing of it lives; the next try of the same start attempt begins at `until`.
  record Retrying(long until) implements StartPhase {}
}
