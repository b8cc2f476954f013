package dev.supervise.task;

import dev.supervise.spec.LiveTree;
import dev.supervise.spec.Tasks;
import dev.supervise.store.TaskRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What an attempt asks of the engine around it. On the attempt's own thread, or one of its body's.
final class AttemptServices implements Attempt.Services {
  /// How often progress is put on record; whoever asks sees it at once.
  private static final long PROGRESS_EVERY = 1_000_000_000L;

  private final TaskEnvironment around;
  private final Tasks tasks;
  private final Runner runner;
  private final RunQueue board;
  private final TaskWrites book;

  /// Types whose progress was odd.
  private final Set<String> odd = ConcurrentHashMap.newKeySet();

  AttemptServices(
      TaskEnvironment around, Tasks tasks, Runner runner, RunQueue board, TaskWrites book) {
    this.around = around;
    this.tasks = tasks;
    this.runner = runner;
    this.board = board;
    this.book = book;
  }

  @Override
  public void ended(LiveTask task, Attempt attempt, Attempt.Outcome outcome) {
    runner.ended(task, attempt, outcome);
  }

  @Override
  public void progressed(LiveTask task) {
    long now = runner.now();
    synchronized (board) {
      if (task.phase != LiveTask.Phase.RUNNING || now - task.progressed < PROGRESS_EVERY) {
        return;
      }
      task.progressed = now;
    }
    TaskRow shown = task.shown();
    book.change(task, row -> row.reached(shown.fraction(), shown.said()));
  }

  @Override
  public void save(LiveTask task, String text) {
    TaskWrites.joined(book.change(task, row -> row.saving(text)));
  }

  /// Progress that is none: said once for each type, and nobody fails for it.
  @Override
  public void odd(String type, double fraction) {
    if (odd.add(type)) {
      around
          .warnings()
          .accept(
              "a task of type '"
                  + type
                  + "' says that its progress is "
                  + (Double.isNaN(fraction) ? "no number" : fraction)
                  + "; it is from 0 to 1, and shown as "
                  + (Double.isNaN(fraction) ? "before" : fraction < 0 ? "0" : "1"));
    }
  }

  /// A task that waits for another does nothing that could be to blame for a crash; and the other
  /// must be able to run: it may need the very place that this one has.
  ///
  /// @throws TaskRefused it would in the end wait for itself
  @Override
  public @Nullable Object await(LiveTask waiting, Attempt attempt, UUID id)
      throws InterruptedException {
    boolean alone;
    synchronized (board) {
      List<LiveTask> circle = board.circle(waiting, id);
      if (!circle.isEmpty()) {
        throw new TaskRefused(circle(waiting, circle));
      }
      alone = board.alone(waiting);
      waiting.since = Math.min(waiting.since, runner.now() - RunQueue.PROBATION);
      waiting.awaits.add(id);
      board.leave(waiting);
    }
    if (alone) {
      runner.cleared(waiting, attempt);
    }
    runner.pump();
    try {
      return tasks.await(id);
    } finally {
      comeBack(waiting, attempt, id);
    }
  }

  private static String circle(LiveTask waiting, List<LiveTask> circle) {
    UUID own = waiting.row().id();
    if (circle.size() == 1) {
      return "ctx.await: task " + own + " (" + waiting.type + ") would wait for itself";
    }
    return "ctx.await: a circle: task "
        + own
        + " ("
        + waiting.type
        + ") would wait for "
        + circle.stream()
            .map(each ->
                each.equals(waiting) ? "this one" : each.row().id() + " (" + each.type + ")")
            .collect(Collectors.joining(", which waits for "));
  }

  /// Goes on when it has its place again; one that is being ended needs none for that.
  private void comeBack(LiveTask waiting, Attempt attempt, UUID id) throws InterruptedException {
    CompletableFuture<@Nullable Object> again = new CompletableFuture<>();
    synchronized (board) {
      waiting.awaits.remove(id);
      board.comeBack(waiting, again);
    }
    runner.pump();
    if (attempt.fate() != Attempt.Fate.RUNNING) {
      stayAway(again);
      return;
    }
    try {
      again.get();
    } catch (InterruptedException cancelled) {
      stayAway(again);
      throw cancelled;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private void stayAway(CompletableFuture<?> again) {
    synchronized (board) {
      board.stayAway(again);
    }
  }

  @Override
  public UUID submit(String type, Map<String, ?> params, Optional<String> id) {
    return tasks.submit(type, params, id);
  }

  @Override
  public void log(String name, String line) {
    around.log().accept(name, line);
  }

  @Override
  public String shown(String text) {
    return around.shown().apply(text);
  }

  @Override
  public LiveTree tree() {
    return around.tree();
  }
}
