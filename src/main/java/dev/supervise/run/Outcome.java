package dev.supervise.run;

import java.util.List;

/// How the tree ended.
///
/// @param exitCode 0 fine; 1 gave up, a goal not reached, or leftovers; a significant unit's own
///   code
/// @param cause why, where the code is not 0; may be empty
/// @param leftovers what KILL did not end: `web: pid 123`, `ticker: stuck function`
public record Outcome(int exitCode, String cause, List<String> leftovers) {}
