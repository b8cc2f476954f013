package dev.supervise.worker.process;

import dev.supervise.posix.ProcessStat;
import java.util.List;
import java.util.Map;

/// What was left behind by a keeper that did not end by itself. Asked again and again with all
/// processes there are, until there is nothing more of it.
interface Remnants {
  /// @param run the keeper's number for the run it is of; 0: not known
  record Remnant(ProcessStat process, long run) {}

  /// What came of a sweep.
  ///
  /// @param left ours, and could not be ended in time
  /// @param awaited keepers that were still at work to end what is theirs
  /// @param untold perhaps ours: nothing says whose it is, so it was left alone
  /// @param unseen why nothing could be looked for; empty: it could
  record Swept(
      List<Remnant> left, List<ProcessStat> awaited, List<ProcessStat> untold, String unseen) {
    /// Whether nothing is left, and everything could be looked at.
    boolean clean() {
      return left.isEmpty() && awaited.isEmpty() && untold.isEmpty() && unseen.isEmpty();
    }

    List<ProcessStat> processes() {
      return left.stream().map(Remnant::process).toList();
    }
  }

  /// What is to be killed, or reaped where it has ended and is our child.
  ///
  /// @param all the processes there are
  List<Remnant> toBeEnded(Map<Integer, ProcessStat> all);

  /// What is at work to end it, and is waited for.
  default List<ProcessStat> waitedFor() {
    return List.of();
  }

  /// What may be of it and cannot be told.
  List<ProcessStat> untold(Map<Integer, ProcessStat> all);
}
