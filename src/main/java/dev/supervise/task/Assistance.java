package dev.supervise.task;

import dev.supervise.spec.LiveTree;
import dev.supervise.spec.Tasks;
import dev.supervise.store.TaskRow;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What an attempt asks of the engine around it. On the attempt's own thread, or one of its body's.
final class Assistance {
  /// How often progress is put on record; whoever asks sees it at once.
  private static final long PROGRESS_EVERY = 1_000_000_000L;

  private final Surroundings around;
  private final Tasks tasks;
  private final Runner runner;
  private final Board board;
  private final Bookkeeping book;

  Assistance(Surroundings around, Tasks tasks, Runner runner, Board board, Bookkeeping book) {
    this.around = around;
    this.tasks = tasks;
    this.runner = runner;
    this.board = board;
    this.book = book;
  }

  void progressed(Open task) {
    long now = runner.now();
    synchronized (board) {
      if (task.phase != Open.Phase.RUNNING || now - task.progressed < PROGRESS_EVERY) {
        return;
      }
      task.progressed = now;
    }
    TaskRow shown = task.shown();
    book.change(task, row -> row.reached(shown.fraction(), shown.said()));
  }

  void save(Open task, String text) {
    Bookkeeping.joined(book.change(task, row -> row.saving(text)));
  }

  /// A task that waits for another does nothing that could be to blame for a crash; and the other
  /// must be able to run.
  @Nullable Object await(Open waiting, Attempt attempt, UUID id) throws InterruptedException {
    boolean alone;
    synchronized (board) {
      alone = board.alone(waiting);
      waiting.since = Math.min(waiting.since, runner.now() - Board.PROBATION);
    }
    if (alone) {
      runner.cleared(waiting, attempt);
    }
    runner.pump();
    return tasks.await(id);
  }

  UUID submit(String type, Map<String, ?> params, Optional<String> id) {
    return tasks.submit(type, params, id);
  }

  void log(String name, String line) {
    around.log().accept(name, line);
  }

  String masked(String text) {
    return around.mask().apply(text);
  }

  LiveTree tree() {
    return around.tree();
  }
}
