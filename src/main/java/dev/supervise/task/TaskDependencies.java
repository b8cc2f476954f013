package dev.supervise.task;

import dev.supervise.spec.TaskEdge;
import dev.supervise.store.StoreFailure;
import dev.supervise.store.TaskRow;
import dev.supervise.store.TaskState;
import dev.supervise.store.TaskStore;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import dev.supervise.vital.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// The tasks that units wait for. Any thread, and nobody who asks ever waits: the record is looked
/// at beside, once for each of them, and what completes afterwards is told here.
public final class TaskDependencies implements AutoCloseable {
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Supplier<TaskEngine> engine;
  private final Runnable met;
  private final Map<Wanted, Boolean> completed = new ConcurrentHashMap<>();
  private final Timer timer = new Timer();
  private volatile boolean closed;

  private record Wanted(String type, Optional<UUID> id) {}

  /// @param engine asked beside, when there is something to look up
  /// @param met called when one has completed that somebody has asked for
  public TaskDependencies(Supplier<TaskEngine> engine, Runnable met) {
    this.engine = engine;
    this.met = met;
  }

  /// Whether it has completed, as far as is known.
  public boolean completed(TaskEdge task) {
    Wanted wanted = new Wanted(task.type(), task.id());
    Boolean known = completed.putIfAbsent(wanted, false);
    if (known == null) {
      begin(wanted);
    }
    return known != null && known;
  }

  private void begin(Wanted wanted) {
    try {
      Threads.start(Threads.vital("supervise-task-look", () -> look(wanted)));
    } catch (NoThread e) {
      timer.after(AGAIN, () -> begin(wanted));
    }
  }

  private void look(Wanted wanted) {
    while (!closed) {
      try {
        if (onRecord(wanted)) {
          found(wanted);
        }
        return;
      } catch (StoreFailure e) {
        // Said already by whoever opens the record, and it is tried again there too.
        if (!slept()) {
          return;
        }
      }
    }
  }

  private static boolean slept() {
    try {
      Thread.sleep(AGAIN);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean onRecord(Wanted wanted) {
    TaskEngine tasks = engine.get();
    if (wanted.id().isPresent()) {
      return tasks
          .find(wanted.id().get())
          .filter(row -> row.type().equals(wanted.type()) && row.state() == TaskState.COMPLETED)
          .isPresent();
    }
    TaskStore.Filter filter =
        new TaskStore.Filter(Optional.of(wanted.type()), Optional.of(TaskState.COMPLETED));
    return !tasks.list(filter, OptionalLong.empty(), 1).isEmpty();
  }

  /// A task's state has changed, on record.
  public void told(TaskRow row) {
    if (row.state() == TaskState.COMPLETED && !completed.isEmpty()) {
      found(new Wanted(row.type(), Optional.empty()));
      found(new Wanted(row.type(), Optional.of(row.id())));
    }
  }

  private void found(Wanted wanted) {
    if (completed.replace(wanted, false, true)) {
      met.run();
    }
  }

  /// Whether somebody waits for a task that has not completed. One that nobody has submitted yet
  /// may still be, from a terminal.
  public boolean open() {
    return completed.containsValue(false);
  }

  @Override
  public void close() {
    closed = true;
    timer.close();
  }
}
