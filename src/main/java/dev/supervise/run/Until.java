package dev.supervise.run;

/// What somebody may wait for a unit to become; see [Request.Await].
public enum Until {
  /// Up and ready, or finished successfully. In vain once it has given up.
  READY,
  /// Finished successfully. In vain once it has failed for good or was stopped.
  DONE,
  /// Down, in whatever way.
  DOWN
}
