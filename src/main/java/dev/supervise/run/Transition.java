package dev.supervise.run;

import java.time.Duration;

/// One change of a unit's status, for display.
///
/// @param at since the engine was opened
/// @param what what happened: `exit 1 after 0.8 s`; may be empty
/// @param next what happens next and when: `restart 3 in 1.6 s`; may be empty
public record Transition(
    Duration at, String path, String kind, Status from, Status status, String what, String next) {}
