package dev.supervise.run;

import dev.supervise.spec.Exit;
import java.time.Duration;
import java.util.Optional;

/// One change of a unit's status, or of its being ready, for display and for the journal. A unit
/// that has more to do after it has started (a readiness probe, a `postStart` hook) is told twice:
/// running, then running and ready.
///
/// @param at since the engine was opened
/// @param ready whether it is up as declared; only running units are
/// @param what what happened: `exit 1 after 0.8 s`; may be empty
/// @param next what happens next and when: `restart 3 in 1.6 s`; may be empty
/// @param cause what brought it about
/// @param exit how the run ended, where this is the end of one or of an attempt to start
public record Transition(
    Duration at,
    String path,
    String kind,
    Status from,
    Status status,
    boolean ready,
    String what,
    String next,
    Cause cause,
    Optional<Exit> exit) {
  /// One without a cause, ready where it runs.
  public Transition(
      Duration at, String path, String kind, Status from, Status status, String what, String next) {
    this(
        at,
        path,
        kind,
        from,
        status,
        status == Status.RUNNING,
        what,
        next,
        Cause.NONE,
        Optional.empty());
  }
}
