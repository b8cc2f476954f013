package dev.supervise.run;

/// What somebody may wait for a unit to become; see [Request.Await].
public enum Until {
  /// Up and ready, or finished successfully; one that declares neither `ready` nor `upFor` has to
  /// have lived for half a second. In vain once it has given up, or waits for what will not come.
  READY,
  /// Finished successfully. In vain once it has failed for good, or was stopped.
  DONE,
  /// Down, in whatever way: of one that runs, its end is waited for.
  DOWN,
  /// At its goal: a `oneShot` has finished successfully, any other is as in [#READY]. All of those
  /// that are asked about are so at the same moment.
  REACHED
}
