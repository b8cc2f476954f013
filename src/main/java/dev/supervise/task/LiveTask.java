package dev.supervise.task;

import dev.supervise.store.TaskRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A task that is queued or running, or whose last attempt has not come back yet. Guarded by the
/// board it is on, but for `type` and `again`, which never change.
final class LiveTask {
  /// Where it is.
  enum Phase {
    /// Being put on record.
    SUBMITTED,
    /// In its type's queue.
    QUEUED,
    /// Out of it until its pause is over, or until an earlier attempt or another task has come
    /// back.
    WAITING,
    /// The script of today cannot run it: nothing declares its type, or its parameters do not fit.
    HELD,
    /// Has a place; being put on record as running.
    BEGINNING,
    RUNNING,
    /// Its attempt has come back; that is being put on record.
    ENDING,
    /// Over for the record; the attempt may still run.
    GONE
  }

  final String type;

  /// It was there before this supervisor was.
  final boolean again;

  final List<CompletableFuture<TaskRow>> waiting = new ArrayList<>();
  Phase phase = Phase.SUBMITTED;
  @Nullable TaskRow known;
  @Nullable Attempt attempt;

  /// The moment its attempt began, on the monotonic clock.
  long since;

  /// When progress was put on record last, on the monotonic clock.
  long progressed;

  /// It has a place among those that run.
  boolean placed;

  /// It waits for others and has given up its place in its type's number meanwhile.
  boolean away;

  /// What it waits for at present; one entry for each thread of its body that does.
  final List<UUID> awaits = new ArrayList<>();

  /// What has to be over before it begins.
  Optional<UUID> follows = Optional.empty();

  /// Why it is held.
  String held = "";

  LiveTask(String type, boolean again) {
    this.type = type;
    this.again = again;
  }

  static LiveTask recovered(TaskRow row) {
    LiveTask open = new LiveTask(row.type(), true);
    open.known = row;
    open.follows = row.follows();
    return open;
  }

  TaskRow row() {
    return java.util.Objects.requireNonNull(known);
  }

  boolean suspect() {
    return known != null && Rules.suspect(known);
  }

  /// How its attempt says it stands, where that is newer than what is on record.
  TaskRow shown() {
    Attempt running = attempt;
    return running == null || phase == Phase.WAITING || phase == Phase.QUEUED || phase == Phase.HELD
        ? row()
        : running.shown(row());
  }
}
