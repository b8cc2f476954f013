package dev.supervise.store;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The rows as one change sees them: all changes before it are there, none after it. Of use only
/// inside the change it was given to.
public interface TaskTable {
  Optional<TaskRow> find(UUID id);

  /// The place the next row to be inserted takes. None is given twice in one run of the program, so
  /// that what comes late for a row that was deleted meets no other.
  long nextSeq();

  /// @param row its `seq` came from [#nextSeq]; its id is new
  void insert(TaskRow row);

  /// Replaces a row that is queued or running and at that attempt.
  ///
  /// @return false: it is gone, over, or at another attempt, and nothing was changed
  boolean update(TaskRow row, int attempt);

  /// Replaces a row that is over.
  ///
  /// @return false: it is gone or open, and nothing was changed
  boolean reopen(TaskRow row);

  /// Keeps an attempt that is over.
  void keep(UUID id, AttemptRow attempt);

  /// Removes a task and its attempts.
  ///
  /// @return whether it was there
  boolean delete(UUID id);

  /// Removes those of the rows that are over, with their attempts.
  ///
  /// @return how many
  int prune(List<Long> seqs);

  /// A fact that outlives the rows; empty where it was never noted.
  String fact(String name);

  void note(String name, String value);

  Optional<ScheduleRow> schedule(String name);

  void put(ScheduleRow schedule);

  boolean forgetSchedule(String name);
}
