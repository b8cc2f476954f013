package dev.supervise.task;

import dev.supervise.store.AttemptRow;
import dev.supervise.store.StoreFailure;
import dev.supervise.store.TaskRow;
import dev.supervise.store.TaskState;
import dev.supervise.store.TaskStore;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Opens the record and takes up what the last supervisor left. While that fails, everybody who
/// asks is told why, and it is tried again every second.
final class Recovery {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Supplier<TaskStore> opening;
  private final Runner runner;
  private final TaskEnvironment around;
  private @Nullable TaskStore store;
  private @Nullable StoreFailure failure;
  private boolean closed;

  Recovery(Supplier<TaskStore> opening, Runner runner, TaskEnvironment around) {
    this.opening = opening;
    this.runner = runner;
    this.around = around;
  }

  /// @param then called when it is open
  void begin(Runnable then) {
    try {
      Threads.start(Threads.vital("supervise-task-opening", () -> tried(then)));
    } catch (NoThread e) {
      failed(
          new StoreFailure(StoreFailure.Kind.OTHER, "tasks cannot be opened: " + e.getMessage(), e),
          then);
    }
  }

  private void tried(Runnable then) {
    TaskStore open = null;
    List<LiveTask> left;
    try {
      open = opening.get();
      left = recover(open);
    } catch (StoreFailure e) {
      refused(open, e, then);
      return;
    } catch (RuntimeException | LinkageError e) {
      refused(
          open, new StoreFailure(StoreFailure.Kind.OTHER, "tasks cannot be opened: " + e, e), then);
      return;
    }
    took(open, left);
    then.run();
  }

  private void refused(@Nullable TaskStore open, StoreFailure why, Runnable then) {
    if (open != null) {
      open.close();
    }
    failed(why, then);
  }

  private void failed(StoreFailure e, Runnable then) {
    boolean news;
    synchronized (this) {
      news = failure == null || !String.valueOf(failure.getMessage()).equals(e.getMessage());
      failure = e;
      notifyAll();
    }
    if (news) {
      around
          .warnings()
          .accept(e.getMessage() + "; no task runs and none can be submitted until that is over");
    }
    runner.timer.after(PAUSE, () -> begin(then));
    synchronized (runner.board) {
      runner.rested();
    }
  }

  private void took(TaskStore open, List<LiveTask> left) {
    synchronized (this) {
      if (closed) {
        open.close();
        return;
      }
    }
    runner.book().opened(open);
    synchronized (runner.board) {
      for (LiveTask task : left) {
        runner.board.add(task.row().id(), task);
      }
    }
    synchronized (this) {
      store = open;
      failure = null;
      notifyAll();
    }
    synchronized (runner.board) {
      for (LiveTask task : left) {
        long due = task.row().due();
        if (due <= runner.today()) {
          runner.board.enqueue(task);
        } else {
          runner.await(task, due);
        }
      }
    }
    runner.held.review();
  }

  /// Rows that are on record as running have no attempt any more.
  private List<LiveTask> recover(TaskStore open) {
    List<LiveTask> left = new ArrayList<>();
    List<CompletableFuture<Boolean>> written = new ArrayList<>();
    long now = runner.today();
    for (TaskRow row : open.open()) {
      TaskRow next = row.state() == TaskState.RUNNING ? Rules.found(row, now) : row;
      if (!next.state().over()) {
        LiveTask again = LiveTask.recovered(next);
        again.follows = next.follows().map(before -> followed(open, before));
        left.add(again);
      }
      if (!next.equals(row)) {
        written.add(
            open.write(table -> {
              if (row.state() == TaskState.RUNNING && !next.state().over()) {
                table.keep(
                    row.id(),
                    new AttemptRow(
                        row.attempt(), row.startedAt(), now, Rules.cut(row), next.error()));
              }
              return table.update(next, row.attempt());
            }));
      }
      if (next.state().over()) {
        around
            .warnings()
            .accept("task " + row.id() + " (" + row.type() + ") has failed: " + next.error());
      }
    }
    try {
      for (CompletableFuture<Boolean> one : written) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StoreFailure known
          ? known
          : new StoreFailure(StoreFailure.Kind.OTHER, String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      throw new StoreFailure(StoreFailure.Kind.CLOSED, "supervise is ending", e);
    }
    return left;
  }

  /// The one that is followed in truth: those in between that were taken back never began.
  static UUID followed(TaskStore open, UUID before) {
    UUID followed = before;
    Optional<TaskRow> there = open.find(followed);
    while (there.isPresent()
        && there.get().state().over()
        && there.get().attempt() == 0
        && there.get().follows().isPresent()) {
      followed = there.get().follows().get();
      there = open.find(followed);
    }
    return followed;
  }

  /// Whether it is not known yet if anything is left to run.
  synchronized boolean pending() {
    return store == null && failure == null && !closed;
  }

  /// Waits for the record while it is being opened.
  ///
  /// @throws StoreFailure it cannot be opened, for now
  synchronized TaskStore store() {
    while (store == null) {
      StoreFailure why = failure;
      if (closed) {
        throw new StoreFailure(StoreFailure.Kind.CLOSED, "supervise is ending");
      }
      if (why != null) {
        throw new StoreFailure(why.kind(), String.valueOf(why.getMessage()), why);
      }
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new java.util.concurrent.CancellationException(
            "cancelled while waiting for the record");
      }
    }
    return store;
  }

  void close() {
    TaskStore open;
    synchronized (this) {
      closed = true;
      open = store;
      notifyAll();
    }
    if (open != null) {
      open.close();
    }
  }
}
