package dev.supervise.run;

import java.time.Duration;

/// One change of a unit's status, for display and for the journal.
///
/// @param at since the engine was opened
/// @param what what happened: `exit 1 after 0.8 s`; may be empty
/// @param next what happens next and when: `restart 3 in 1.6 s`; may be empty
/// @param cause why
public record Transition(
    Duration at,
    String path,
    String kind,
    Status from,
    Status status,
    String what,
    String next,
    Cause cause) {
  /// One without a cause.
  public Transition(
      Duration at, String path, String kind, Status from, Status status, String what, String next) {
    this(at, path, kind, from, status, what, next, Cause.NONE);
  }
}
