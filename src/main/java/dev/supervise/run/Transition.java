package dev.supervise.run;

import dev.supervise.spec.Exit;
import dev.supervise.worker.OutputTail;
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
/// @param tail the last lines of the run that failed, as they were then; none of what did not fail
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
    Optional<Exit> exit,
    OutputTail tail) {
  /// One without an exit and last lines.
  public Transition(
      Duration at,
      String path,
      String kind,
      Status from,
      Status status,
      boolean ready,
      String what,
      String next,
      Cause cause) {
    this(at, path, kind, from, status, ready, what, next, cause, Optional.empty(), OutputTail.NONE);
  }

  /// One without a cause, ready where it runs.
  public Transition(
      Duration at,
      String path,
      String kind,
      Status from,
      Status status,
      String what,
      String next,
      OutputTail tail) {
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
        Optional.empty(),
        tail);
  }

  /// One with neither a cause nor last lines, ready where it runs.
  public Transition(
      Duration at, String path, String kind, Status from, Status status, String what, String next) {
    this(at, path, kind, from, status, what, next, OutputTail.NONE);
  }
}
