package dev.supervise.cli;

/// What is known of the place our lines go to.
///
/// @param terminal a person is looking: lines may be left out when they come too fast
/// @param colour paint names and marks
record Screen(boolean terminal, boolean colour) {}
