package dev.supervise.cli.run;

/// What is known of the place our lines go to.
///
/// @param terminal a person is looking: lines may be left out when they come too fast
/// @param colour paint names and marks
public record Screen(boolean terminal, boolean colour) {}
