package dev.supervise.store;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// Where tasks are on record. Any thread; reads see what has been committed. Everything throws
/// [StoreFailure] when the record cannot be read: never is "not found" said instead.
public interface TaskStore extends AutoCloseable {
  /// Makes a change as a whole or not at all. Changes are made one after the other in the order
  /// they came; those that wait share one commit. Never blocks.
  ///
  /// @param change looks and writes; may be called again after its first call was taken back, so it
  ///   does nothing else; what it throws takes back its own writes and nobody else's
  /// @return completed once the change would survive a power cut, with what `change` returned; or
  ///   with what it threw; or with a [StoreFailure], and then nothing was changed. Completed on the
  ///   writer's thread: who waits must not do his work there
  default <T> CompletableFuture<T> write(Function<TaskTable, T> change) {
    return write(change, false);
  }

  /// The same.
  ///
  /// @param patient nobody waits for it: it may be held back for some milliseconds, to share the
  ///   commit of what comes next
  <T> CompletableFuture<T> write(Function<TaskTable, T> change, boolean patient);

  Optional<TaskRow> find(UUID id);

  /// The newest first, by submission.
  ///
  /// @param before only rows with a lower `seq`
  List<TaskRow> newest(Filter filter, OptionalLong before, int limit);

  /// All that are queued or running, the oldest first.
  List<TaskRow> open();

  /// The attempts that were kept, the first one first.
  List<AttemptRow> attempts(UUID id);

  /// The `seq` of the newest row that is over after so many of that type; 0 where there are fewer.
  long seqAfterNewest(String type, int count);

  /// The types there are rows of.
  List<String> types();

  /// Rows of a type that are over, the oldest first, to be pruned.
  ///
  /// @param after only higher `seq`s
  /// @param upTo the highest one
  /// @param endedBefore only what ended before that time of day
  List<Long> prunable(String type, long after, long upTo, long endedBefore, int limit);

  List<ScheduleRow> schedules();

  String fact(String name);

  /// Ends after all that was asked to be written is committed or has failed.
  @Override
  void close();

  /// Which rows a listing wants; what is empty does not matter.
  record Filter(Optional<String> type, Optional<TaskState> state) {
    public static final Filter ALL = new Filter(Optional.empty(), Optional.empty());

    boolean takes(TaskRow row) {
      return type.map(row.type()::equals).orElse(true)
          && state.map(row.state()::equals).orElse(true);
    }
  }
}
