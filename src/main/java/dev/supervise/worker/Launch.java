package dev.supervise.worker;

import java.util.OptionalInt;

/// What is particular to one run.
///
/// @param run its number, never used twice in an engine
/// @param path the unit's full name, `backend/api-1`
/// @param resumeId constant over the unit's runs (`LIFECYCLE_RESUME_ID`)
/// @param prevExit how the previous run ended (`LIFECYCLE_PREV_EXIT`); empty on the first and after
///   an end nobody saw
/// @param attempt 1 for the unit's first run
/// @param instance `SUPERVISE_INSTANCE`; 0 for none
/// @param memory where `save` keeps values between the runs of a unit
/// @param tail is told what the run writes, and what its hooks and closures say
public record Launch(
    long run,
    String path,
    String resumeId,
    OptionalInt prevExit,
    int attempt,
    int instance,
    SavedState memory,
    OutputTail tail) {
  /// One whose last lines nobody asks for.
  public Launch(
      long run,
      String path,
      String resumeId,
      OptionalInt prevExit,
      int attempt,
      int instance,
      SavedState memory) {
    this(run, path, resumeId, prevExit, attempt, instance, memory, OutputTail.NONE);
  }
}
