package dev.supervise.task;

import dev.supervise.plan.Backoff;
import dev.supervise.spec.TaskSpec.Retry;
import dev.supervise.store.TaskRow;
import dev.supervise.store.TaskRow.Mark;
import dev.supervise.store.TaskRow.Tally;
import dev.supervise.store.TaskState;
import java.util.Optional;

/// What follows from what happened to a task (laws 29 and 32). Pure: rows in, rows out.
final class Rules {
  /// A task during which the supervisor died so often is from then on run alone.
  static final int SUSPECT = 2;

  /// A task that runs alone and takes the supervisor down so often is not tried again.
  static final int QUARANTINED = 5;

  private Rules() {}

  /// What a submission comes to.
  sealed interface Submission {
    /// It is on record for the first time.
    record Fresh() implements Submission {}

    /// It had failed or was cancelled: it is tried again.
    record Again() implements Submission {}

    /// It is under way, or completed: nothing new happens.
    record Same() implements Submission {}

    /// Its id means another task.
    record Conflict(String why) implements Submission {}
  }

  static Submission submitted(Optional<TaskRow> there, String type, String params) {
    if (there.isEmpty()) {
      return new Submission.Fresh();
    }
    TaskRow row = there.get();
    if (!row.type().equals(type)) {
      return new Submission.Conflict(
          "task " + row.id() + " is of type '" + row.type() + "', not '" + type + "'");
    }
    if (!row.params().equals(params)) {
      return new Submission.Conflict(
          "task " + row.id() + " was submitted with other parameters: " + row.params());
    }
    return switch (row.state()) {
      case QUEUED, RUNNING, COMPLETED -> new Submission.Same();
      case FAILED, CANCELLED -> new Submission.Again();
    };
  }

  /// A task that was over is submitted again: a clean sheet, but for its number of attempts.
  static TaskRow again(TaskRow row) {
    return row.queued(Tally.NONE, 0, row.error());
  }

  /// A row that the start of a supervisor finds as running.
  static TaskRow found(TaskRow row, long now) {
    Tally tally = row.tally();
    return switch (tally.mark()) {
      case SHUTDOWN -> row.queued(tally.marked(Mark.CRASH), 0, row.error());
      case CRASH ->
          row.queued(
              new Tally(tally.failures(), tally.crashes() + 1, tally.alone(), Mark.CRASH),
              0,
              "the supervisor died during attempt " + row.attempt());
      case CRASH_ALONE -> {
        Tally counted =
            new Tally(tally.failures(), tally.crashes() + 1, tally.alone() + 1, Mark.CRASH);
        yield counted.alone() < QUARANTINED
            ? row.queued(
                counted,
                0,
                "the supervisor died during attempt " + row.attempt() + ", while nothing else ran")
            : row.tallied(counted)
                .ended(
                    TaskState.FAILED,
                    now,
                    "quarantined: the supervisor died "
                        + counted.alone()
                        + " times while nothing but this task ran",
                    "");
      }
    };
  }

  /// The word for how the attempt that [#found] met had ended.
  static String cut(TaskRow row) {
    return row.tally().mark() == Mark.SHUTDOWN ? "shutdown" : "crashed";
  }

  static boolean suspect(TaskRow row) {
    return row.tally().crashes() >= SUSPECT;
  }

  /// An attempt has failed.
  ///
  /// @param result what it had left until then
  /// @param roll places the pause within its jitter
  static TaskRow failed(
      TaskRow row, Retry retry, String error, String result, long now, double roll) {
    Tally tally = row.tally();
    int failures = tally.failures() + 1;
    Tally counted = new Tally(failures, tally.crashes(), tally.alone(), Mark.CRASH);
    if (failures > retry.times()) {
      return row.tallied(counted).ended(TaskState.FAILED, now, error, result);
    }
    long pause = Backoff.pause(retry.pause(), failures - 1, true, roll) / 1_000_000;
    return row.queued(counted, now + pause, error);
  }
}
