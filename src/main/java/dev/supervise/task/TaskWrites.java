package dev.supervise.task;

import dev.supervise.store.AttemptRow;
import dev.supervise.store.StoreFailure;
import dev.supervise.store.TaskRow;
import dev.supervise.store.TaskState;
import dev.supervise.store.TaskStore;
import dev.supervise.store.TaskTable;
import dev.supervise.text.DurationText;
import dev.supervise.vital.SuddenEnd;
import dev.supervise.vital.Timer;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What becomes of tasks, put on record: every change before anything follows from it, and the end
/// of an attempt however long that takes.
final class TaskWrites {

  private static final Duration LEAST_RETRY = Duration.ofMillis(250);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

  private static final SuddenEnd END = new SuddenEnd("what follows from a change of the record");

  private final TaskEnvironment around;
  private final RunQueue board;
  private final Timer timer;
  private volatile @Nullable TaskStore store;
  private volatile MarkReady readiness = MarkReady.INITIALIZING;

  TaskWrites(TaskEnvironment around, RunQueue board, Timer timer) {
    this.around = around;
    this.board = board;
    this.timer = timer;
  }

  /// The record is there.
  void opened(TaskStore store) {
    if (!store.fact(MarkReady.TYPE).isEmpty()) {
      readiness = MarkReady.READY;
    }
    this.store = store;
  }

  boolean open() {
    return store != null;
  }

  MarkReady readiness() {
    return readiness;
  }

  private TaskStore store() {
    return java.util.Objects.requireNonNull(store);
  }

  /// An attempt begins.
  ///
  /// @param then told whether the row was still there and as it was before, or why that cannot be
  ///   put on record
  void begin(TaskRow before, TaskRow begun, BiConsumer<Boolean, @Nullable Throwable> then) {
    store().write(table -> table.update(begun, before.attempt())).whenComplete(noting(then));
  }

  /// What is on record under that name; empty for nothing.
  String fact(String name) {
    return store().fact(name);
  }

  /// A fact becomes another one. Where that cannot be written, the next one may be.
  void fact(String name, UnaryOperator<String> change) {
    store()
        .write(table -> {
          String there = table.fact(name);
          String next = change.apply(there);
          if (!next.equals(there)) {
            table.note(name, next);
          }
          return true;
        });
  }

  interface Edit {
    TaskRow of(TaskRow row);
  }

  /// A change beside the course of things. Where it cannot be made the next one may be.
  CompletableFuture<Boolean> change(LiveTask task, Edit edit) {
    TaskRow row;
    synchronized (board) {
      row = task.row();
      task.known = edit.of(row);
    }
    return store()
        .write(table ->
            table
                .find(row.id())
                .map(there -> table.update(edit.of(there), row.attempt()))
                .orElse(false));
  }

  /// Puts the end of an attempt on record, however long that takes.
  ///
  /// @param patient nobody waits for it
  /// @param then told once it is there, if the task still was
  void settle(TaskRow next, boolean patient, Runnable then) {
    settle(next, patient, LEAST_RETRY, then);
  }

  private void settle(TaskRow next, boolean patient, Duration pause, Runnable then) {
    store()
        .write(table -> settled(table, next), patient)
        .whenComplete(
            noting((there, failure) -> {
              if (failure == null) {
                settled(next, there, then);
              } else if (!closed(failure)) {
                around
                    .warnings()
                    .accept(
                        "task "
                            + next.id()
                            + " ("
                            + next.type()
                            + ") is "
                            + next.state().word()
                            + ", but that cannot be put on record: "
                            + failure.getMessage()
                            + "; it is not run again, and the record is tried again in "
                            + DurationText.exact(pause));
                Duration longer = pause.multipliedBy(2);
                timer.after(
                    pause,
                    () ->
                        settle(
                            next,
                            false,
                            longer.compareTo(LONGEST_RETRY) < 0 ? longer : LONGEST_RETRY,
                            then));
              }
            }));
  }

  /// What is called when a change is on record: a defect in it would be nobody's answer.
  static <T> BiConsumer<T, @Nullable Throwable> noting(BiConsumer<T, @Nullable Throwable> then) {
    return (result, failure) -> END.unless(() -> then.accept(result, failure));
  }

  private boolean settled(TaskTable table, TaskRow next) {
    boolean there = table.update(next, next.attempt());
    if (there && next.state() == TaskState.QUEUED) {
      table.keep(
          next.id(),
          new AttemptRow(
              next.attempt(),
              next.startedAt(),
              around.timeOfDay().getAsLong(),
              TaskState.FAILED.word(),
              next.error()));
    }
    if (there && next.state() == TaskState.COMPLETED && next.type().equals(MarkReady.TYPE)) {
      table.note(MarkReady.TYPE, next.id().toString());
    }
    return there;
  }

  private void settled(TaskRow next, boolean there, Runnable then) {
    if (!there) {
      return;
    }
    if (next.state() == TaskState.COMPLETED && next.type().equals(MarkReady.TYPE)) {
      readiness = MarkReady.READY;
    }
    then.run();
  }

  /// Whether it is only that supervise is ending.
  static boolean closed(Throwable failure) {
    return failure instanceof StoreFailure known && known.kind() == StoreFailure.Kind.CLOSED;
  }

  /// Waits for the record.
  ///
  /// @throws CancellationException the waiting thread was interrupted; the record is changed or not
  static <T> T joined(CompletableFuture<T> change) {
    try {
      return change.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("cancelled while waiting for the record");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
