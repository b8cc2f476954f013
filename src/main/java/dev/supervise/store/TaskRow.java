package dev.supervise.store;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/// One task as it is on record. Instants are milliseconds since 1970, 0 where there is none yet;
/// texts are empty where there is none.
///
/// @param seq the place among all submissions: a later one has a higher number
/// @param params a JSON object, its keys sorted
/// @param attempt attempts begun, over all submissions of this id
/// @param tally what counts against it since it was submitted last
/// @param due not to be tried again before this time of day
/// @param error why the last attempt failed
/// @param result what it left, as JSON
/// @param fraction how far the last attempt said it was, from 0 to 1
/// @param said the words it used for that
/// @param saved what its attempts hand to the next one, as JSON
/// @param follows the task that has to be over before it begins
public record TaskRow(
    long seq,
    UUID id,
    String type,
    String params,
    TaskState state,
    int attempt,
    Tally tally,
    long submittedAt,
    long startedAt,
    long completedAt,
    long due,
    String error,
    String result,
    double fraction,
    String said,
    String saved,
    Optional<UUID> follows) {
  /// One that waits for no other.
  public TaskRow(
      long seq,
      UUID id,
      String type,
      String params,
      TaskState state,
      int attempt,
      Tally tally,
      long submittedAt,
      long startedAt,
      long completedAt,
      long due,
      String error,
      String result,
      double fraction,
      String said,
      String saved) {
    this(
        seq,
        id,
        type,
        params,
        state,
        attempt,
        tally,
        submittedAt,
        startedAt,
        completedAt,
        due,
        error,
        result,
        fraction,
        said,
        saved,
        Optional.empty());
  }

  /// What counts against a task since it was submitted last.
  ///
  /// @param failures attempts that failed
  /// @param crashes attempts during which the supervisor died
  /// @param alone of these, the ones beside which no other task ran
  /// @param mark what would follow if the attempt on record as running was found so at a start
  public record Tally(int failures, int crashes, int alone, Mark mark) {
    /// Nothing yet.
    public static final Tally NONE = new Tally(0, 0, 0, Mark.CRASH);

    public Tally marked(Mark mark) {
      return new Tally(failures, crashes, alone, mark);
    }
  }

  /// Why a supervisor may have left an attempt unfinished.
  public enum Mark {
    /// It died.
    CRASH,
    /// It died while nothing else ran.
    CRASH_ALONE,
    /// It was shut down in order.
    SHUTDOWN
  }

  /// A task nobody has seen before.
  public static TaskRow submitted(
      long seq, UUID id, String type, String params, TaskState state, long now) {
    return submitted(seq, id, type, params, state, Optional.empty(), now);
  }

  /// The same, of one that waits for another.
  public static TaskRow submitted(
      long seq,
      UUID id,
      String type,
      String params,
      TaskState state,
      Optional<UUID> follows,
      long now) {
    return new TaskRow(
        seq, id, type, params, state, 0, Tally.NONE, now, 0, 0, 0, "", "", 0, "", "", follows);
  }

  /// An attempt begins.
  public TaskRow begun(Mark mark, long now) {
    return with(next -> {
      next.state = TaskState.RUNNING;
      next.attempt++;
      next.tally = tally.marked(mark);
      next.startedAt = now;
      next.completedAt = 0;
      next.due = 0;
      next.result = "";
      next.fraction = 0;
      next.said = "";
    });
  }

  /// It is over.
  public TaskRow ended(TaskState state, long now, String error, String result) {
    return with(next -> {
      next.state = state;
      next.completedAt = now;
      next.due = 0;
      next.error = error;
      next.result = result;
    });
  }

  /// It waits, to be tried at `due` or later.
  public TaskRow queued(Tally tally, long due, String error) {
    return with(next -> {
      next.state = TaskState.QUEUED;
      next.tally = tally;
      next.completedAt = 0;
      next.due = due;
      next.error = error;
      next.result = "";
    });
  }

  /// The attempt that has begun was none after all.
  public TaskRow unbegun() {
    return with(next -> {
      next.state = TaskState.QUEUED;
      next.attempt--;
      next.startedAt = 0;
      next.completedAt = 0;
      next.result = "";
      next.fraction = 0;
      next.said = "";
    });
  }

  public TaskRow tallied(Tally tally) {
    return with(next -> next.tally = tally);
  }

  public TaskRow reached(double fraction, String said) {
    return with(next -> {
      next.fraction = fraction;
      next.said = said;
    });
  }

  public TaskRow saving(String saved) {
    return with(next -> next.saved = saved);
  }

  private TaskRow with(Consumer<Draft> change) {
    Draft next = new Draft(this);
    change.accept(next);
    return next.row();
  }

  /// The next row, while it is put together: all that a task's life changes in it.
  private static final class Draft {
    private final TaskRow before;
    private TaskState state;
    private int attempt;
    private Tally tally;
    private long startedAt;
    private long completedAt;
    private long due;
    private String error;
    private String result;
    private double fraction;
    private String said;
    private String saved;

    Draft(TaskRow row) {
      before = row;
      state = row.state;
      attempt = row.attempt;
      tally = row.tally;
      startedAt = row.startedAt;
      completedAt = row.completedAt;
      due = row.due;
      error = row.error;
      result = row.result;
      fraction = row.fraction;
      said = row.said;
      saved = row.saved;
    }

    TaskRow row() {
      return new TaskRow(
          before.seq,
          before.id,
          before.type,
          before.params,
          state,
          attempt,
          tally,
          before.submittedAt,
          startedAt,
          completedAt,
          due,
          error,
          result,
          fraction,
          said,
          saved,
          before.follows);
    }
  }
}
