package dev.supervise.task;

import dev.supervise.spec.ScheduleSpec;
import dev.supervise.spec.TaskSpec;
import dev.supervise.spec.Tasks;
import dev.supervise.store.AttemptRow;
import dev.supervise.store.StoreFailure;
import dev.supervise.store.TaskRow;
import dev.supervise.store.TaskState;
import dev.supervise.store.TaskStore;
import dev.supervise.store.TaskTable;
import dev.supervise.text.Json;
import dev.supervise.text.Nearest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Durable tasks. What [#submit] has returned for is on disk and is run, at least once, by this
/// supervisor or by the next one; what has been reported as completed is never run again. Any
/// thread may call anything; what reads or writes the record waits for it and throws [StoreFailure]
/// when it cannot be had.
///
/// A body is found by its type's name when its task's turn comes, so that yesterday's row is run by
/// today's script.
public final class TaskEngine implements Tasks, AutoCloseable {
  private final TaskEnvironment around;
  private final Runner runner;
  private final Recovery opening;
  private final Retention sweeper;
  private final Ids ids;
  private final AtomicInteger submitting = new AtomicInteger();

  private TaskEngine(
      Supplier<TaskStore> store, Supplier<Map<String, TaskSpec>> types, TaskEnvironment around) {
    Random dice = new Random();
    this.around = around;
    this.ids = new Ids(dice);
    this.runner = new Runner(around.telling(this::told), this, types, dice);
    this.opening = new Recovery(store, runner, around);
    this.sweeper = new Retention(runner, opening);
  }

  /// Begins to open the record, on a thread of its own, and returns at once.
  ///
  /// @param store opens it; tried again when it fails, as long as this is open
  /// @param types what is declared, by name, shipped ones included: asked whenever one is needed,
  ///   so that tasks are always run by the types of that moment; what runs goes on as it began
  public static TaskEngine open(
      Supplier<TaskStore> store, Supplier<Map<String, TaskSpec>> types, TaskEnvironment around) {
    TaskEngine engine = new TaskEngine(store, types, around);
    engine.opening.begin(engine.sweeper::begin);
    return engine;
  }

  private void told(TaskRow row) {
    around.told().accept(row);
    if (row.state().over()) {
      sweeper.over(row.type());
    }
  }

  /// The types are others than before: what they let begin begins.
  public void retyped() {
    runner.held.review();
  }

  /// What the types of a declaration to come would leave waiting, a sentence a type.
  public List<String> held(Map<String, TaskSpec> types) {
    return runner.held.under(types);
  }

  /// What a task that is queued or runs waits for, for people; empty where it does not.
  public String waits(UUID id) {
    synchronized (runner.board) {
      LiveTask task = runner.board.find(id);
      return task == null || task.known == null ? "" : runner.board.waits(task, runner.now());
    }
  }

  /// The names of the declared types, sorted.
  public List<String> types() {
    return runner.types().keySet().stream().sorted().toList();
  }

  // ---- submit

  /// What a submission wrote.
  private sealed interface Placed {
    /// @param fresh whether something is to run for it
    record Row(TaskRow row, boolean fresh) implements Placed {}

    record Refused(String why) implements Placed {}
  }

  /// @throws UnknownTaskType nothing declares the type
  /// @throws InvalidParams the type does not want them
  /// @throws InvalidTaskIdException the id is no UUID
  /// @throws TaskConflict the id belongs to a task with another type or other parameters
  /// @throws StoreFailure the record cannot be had; nothing was submitted
  @Override
  public UUID submit(String type, Map<String, ?> params, Optional<String> id) {
    return submit(type, params, id, Optional.empty());
  }

  /// The same.
  ///
  /// @param follows a task that has to be over, and its body to have come back, before this one
  ///   begins; where it is not open any more, nothing waits
  UUID submit(String type, Map<String, ?> params, Optional<String> id, Optional<UUID> follows) {
    TaskSpec spec = runner.types().get(type);
    if (spec == null) {
      throw unknown(type);
    }
    Optional<UUID> given = id.map(Ids::parse);
    String text = Params.text(spec, params);
    submitting.incrementAndGet();
    try {
      TaskStore store = opening.store();
      long now = runner.today();
      UUID uuid = given.orElseGet(() -> ids.next(now));
      LiveTask task = new LiveTask(type, false);
      Optional<UUID> before =
          follows.map(last -> Recovery.followed(store, last)).filter(this::unfinished);
      boolean begins = reserve(task, given.orElse(null), before);
      CompletableFuture<Placed> written =
          store.write(
              table -> place(table, given.isPresent(), uuid, type, text, before, begins, now));
      return switch (TaskWrites.joined(
          written.whenComplete(TaskWrites.noting((placed, _) -> placed(task, placed))))) {
        case Placed.Row(TaskRow row, boolean _) -> row.id();
        case Placed.Refused(String why) -> throw new TaskConflict(why);
      };
    } finally {
      if (submitting.decrementAndGet() == 0) {
        synchronized (runner.board) {
          runner.rested();
        }
      }
    }
  }

  /// Parameters as they were typed, `count=3`, as values: what a field's type says, and where there
  /// is none what reads as JSON is JSON and the rest text.
  ///
  /// @throws UnknownTaskType nothing declares the type
  public Map<String, @Nullable Object> typed(String type, Map<String, String> words) {
    TaskSpec spec = runner.types().get(type);
    if (spec == null) {
      throw unknown(type);
    }
    return Params.typed(spec, words);
  }

  private UnknownTaskType unknown(String type) {
    String near = Nearest.to(type, types());
    String declared = String.join(", ", types());
    return new UnknownTaskType(
        Runner.unhandled(type)
            + (near.isEmpty() ? "; declared are: " + declared : " (did you mean '" + near + "'?)"));
  }

  private boolean unfinished(UUID id) {
    synchronized (runner.board) {
      return runner.board.unfinished(id);
    }
  }

  private boolean reserve(LiveTask task, @Nullable UUID id, Optional<UUID> follows) {
    synchronized (runner.board) {
      return !runner.stopping() && runner.board.reserve(task, id, follows, runner.now());
    }
  }

  private static Placed place(
      TaskTable table,
      boolean given,
      UUID id,
      String type,
      String params,
      Optional<UUID> follows,
      boolean begins,
      long now) {
    Optional<TaskRow> there = given ? table.find(id) : Optional.empty();
    return switch (Rules.submitted(there, type, params)) {
      case Rules.Submission.Fresh() -> {
        TaskRow row =
            TaskRow.submitted(table.nextSeq(), id, type, params, TaskState.QUEUED, follows, now);
        TaskRow placed = begins ? row.begun(TaskRow.Mark.CRASH, now) : row;
        table.insert(placed);
        yield new Placed.Row(placed, true);
      }
      case Rules.Submission.Again() -> {
        TaskRow over = there.orElseThrow();
        if (over.attempt() > 0) {
          table.keep(id, attempt(over));
        }
        TaskRow row = Rules.again(over);
        TaskRow placed = begins ? row.begun(TaskRow.Mark.CRASH, now) : row;
        table.reopen(placed);
        yield new Placed.Row(placed, true);
      }
      case Rules.Submission.Same() -> new Placed.Row(there.orElseThrow(), false);
      case Rules.Submission.Conflict(String why) -> new Placed.Refused(why);
    };
  }

  private static AttemptRow attempt(TaskRow row) {
    return new AttemptRow(
        row.attempt(), row.startedAt(), row.completedAt(), row.state().word(), row.error());
  }

  /// On the store's thread, in the order of the record.
  private void placed(LiveTask task, @Nullable Placed placed) {
    synchronized (runner.board) {
      if (placed instanceof Placed.Row(TaskRow row, boolean fresh) && fresh) {
        task.known = row;
        task.follows = row.follows();
        runner.board.add(row.id(), task);
        if (runner.board.lingers(row.id())) {
          task.phase = LiveTask.Phase.WAITING;
        } else if (row.state() == TaskState.RUNNING) {
          runner.launch(task);
        } else {
          runner.board.enqueue(task);
          around.told().accept(row);
        }
      } else {
        runner.board.free(task);
      }
    }
    runner.pump();
  }

  // ---- look

  /// @throws InvalidTaskIdException the text is no id
  public static UUID id(String text) {
    return Ids.parse(text);
  }

  /// A task as it is now; empty: there is none.
  public Optional<TaskRow> find(UUID id) {
    return opening.store().find(id).map(this::shown);
  }

  /// The newest first.
  ///
  /// @param before only tasks submitted before the one with that `seq`
  public List<TaskRow> list(TaskStore.Filter filter, OptionalLong before, int limit) {
    return opening.store().newest(filter, before, limit).stream().map(this::shown).toList();
  }

  /// The attempts before the last one, the first one first.
  public List<AttemptRow> attempts(UUID id) {
    return opening.store().attempts(id);
  }

  private TaskRow shown(TaskRow row) {
    if (row.state().over()) {
      return row;
    }
    synchronized (runner.board) {
      LiveTask task = runner.board.find(row.id());
      if (task == null || task.known == null || task.row().attempt() != row.attempt()) {
        return row;
      }
      TaskRow live = task.shown();
      return row.reached(live.fraction(), live.said());
    }
  }

  /// Completed with the task as it is when it is over; at once if it is. Not at all while it is
  /// open and the supervisor ends. Completed on the store's thread: who waits must not do his work
  /// there.
  ///
  /// @throws TaskRefused there is no such task
  public CompletableFuture<TaskRow> over(UUID id) {
    while (true) {
      synchronized (runner.board) {
        LiveTask task = runner.board.find(id);
        if (task != null) {
          CompletableFuture<TaskRow> over = new CompletableFuture<>();
          task.waiting.add(over);
          return over;
        }
      }
      TaskRow row = find(id).orElseThrow(() -> none(id));
      if (row.state().over()) {
        return CompletableFuture.completedFuture(row);
      }
      // Just put on record by somebody else, who is about to put it on the board.
      Thread.yield();
    }
  }

  /// Waits until a task is over.
  ///
  /// @return the task; empty when the time has passed before
  public Optional<TaskRow> await(UUID id, Duration limit) throws InterruptedException {
    try {
      return Optional.of(over(id).get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public @Nullable Object await(UUID id) throws InterruptedException {
    TaskRow row;
    try {
      row = over(id).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return switch (row.state()) {
      case COMPLETED -> row.result().isEmpty() ? null : Json.read(row.result());
      case FAILED ->
          throw new TaskRefused("task " + id + " (" + row.type() + ") has failed: " + row.error());
      case CANCELLED -> throw new TaskRefused("task " + id + " (" + row.type() + ") was cancelled");
      case QUEUED, RUNNING -> throw new IllegalStateException("task " + id + " is not over");
    };
  }

  private static TaskRefused none(UUID id) {
    return new NoSuchTask("there is no task " + id);
  }

  // ---- change

  /// Takes a task back: one that is queued never runs, one that runs is told to end. It is on
  /// record as cancelled when this returns.
  ///
  /// @return the task
  /// @throws TaskRefused there is none, or it is over
  public TaskRow cancel(UUID id) {
    long now = runner.today();
    record Cancelled(Optional<TaskRow> row, boolean changed) {}
    Cancelled done =
        TaskWrites.joined(
            opening
                .store()
                .write(table -> {
                  Optional<TaskRow> there = table.find(id);
                  if (there.isEmpty() || there.get().state().over()) {
                    return new Cancelled(there, false);
                  }
                  TaskRow row = shown(there.get()).ended(TaskState.CANCELLED, now, "cancelled", "");
                  return new Cancelled(Optional.of(row), table.update(row, row.attempt()));
                })
                .whenComplete(
                    TaskWrites.noting((cancelled, failure) -> {
                      if (failure == null && cancelled.changed()) {
                        runner.gone(id, cancelled.row().orElseThrow());
                      }
                    })));
    TaskRow row = done.row().orElseThrow(() -> none(id));
    if (!done.changed()) {
      throw new TaskRefused("task " + id + " is " + row.state().word() + " already");
    }
    return row;
  }

  /// Removes a task and what is known of its attempts; one that is open is cancelled, and its row
  /// stays gone whatever its body still does.
  ///
  /// @throws TaskRefused there is none
  public void delete(UUID id) {
    long now = runner.today();
    Optional<TaskRow> row =
        TaskWrites.joined(
            opening
                .store()
                .write(table -> {
                  Optional<TaskRow> there = table.find(id);
                  table.delete(id);
                  return there;
                })
                .whenComplete(
                    TaskWrites.noting((there, failure) -> {
                      if (failure == null && there.isPresent() && !there.get().state().over()) {
                        runner.gone(id, there.get().ended(TaskState.CANCELLED, now, "deleted", ""));
                      }
                    })));
    if (row.isEmpty()) {
      throw none(id);
    }
  }

  // ---- schedules

  /// Submits by the clock from now on, as these say.
  public Schedules schedule(List<ScheduleSpec> schedules) {
    return Schedules.open(
        schedules,
        opening::store,
        new Schedules.Submissions() {
          @Override
          public UUID submit(
              String type, Map<String, ?> params, Optional<String> id, Optional<UUID> follows) {
            return TaskEngine.this.submit(type, params, id, follows);
          }

          @Override
          public String objection(String type, Map<String, ?> params) {
            TaskSpec spec = runner.types().get(type);
            try {
              String _ = spec == null ? "" : Params.text(spec, params);
              return spec == null ? String.valueOf(unknown(type).getMessage()) : "";
            } catch (RuntimeException refused) {
              return String.valueOf(refused.getMessage());
            }
          }

          @Override
          public boolean active(UUID id) {
            synchronized (runner.board) {
              return runner.board.find(id) != null;
            }
          }

          @Override
          public void cancel(UUID id) {
            try {
              TaskEngine.this.cancel(id);
            } catch (TaskRefused _) {
              // It has ended meanwhile, which is as good.
            }
          }
        },
        around.timeOfDay(),
        around.warnings(),
        around.rested());
  }

  // ---- the whole

  /// Whether a task of the type `mark-ready` has ever completed here.
  public MarkReady readiness() {
    return runner.book().readiness();
  }

  /// Whether there is, or may be, something left to run: a tree does not end by itself before.
  public boolean busy() {
    synchronized (runner.board) {
      return opening.pending() || submitting.get() > 0 || !runner.board.resting();
    }
  }

  /// Begins nothing any more and tells what runs to end; it stays on record as running, and the
  /// next start runs it again. Submissions are still put on record.
  ///
  /// @return completed when no body runs any more, at the latest after 10 s, with the number of
  ///   those that still do
  public CompletableFuture<Integer> stop(boolean kill) {
    return runner.stop(kill);
  }

  /// Ends after everything that was to be written is written.
  @Override
  public void close() {
    runner.stop(true);
    sweeper.close();
    opening.close();
    runner.timer.close();
  }
}
