package dev.supervise.run;

import java.util.List;

/// How the tree ended.
///
/// @param exitCode FINE or FAILED of [ExitCodes], or a significant unit's own code
/// @param cause why, where the code is not 0; may be empty
/// @param leftovers what was to end and did not: `web: pid 123`, `ticker: stuck function`
/// @param detached what lives on as it was told to: `web (detached, pid 123)`
public record Outcome(int exitCode, String cause, List<String> leftovers, List<String> detached) {
  public Outcome {
    leftovers = List.copyOf(leftovers);
    detached = List.copyOf(detached);
  }

  public Outcome(int exitCode, String cause, List<String> leftovers) {
    this(exitCode, cause, leftovers, List.of());
  }
}
