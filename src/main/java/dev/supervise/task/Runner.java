package dev.supervise.task;

import dev.supervise.spec.TaskSpec;
import dev.supervise.spec.Tasks;
import dev.supervise.store.TaskRow;
import dev.supervise.store.TaskRow.Mark;
import dev.supervise.store.TaskState;
import dev.supervise.text.DurationText;
import dev.supervise.text.Printable;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.SuddenEnd;
import dev.supervise.vital.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// From a row that waits to a row that is over: puts tasks on record as running, lets their bodies
/// run, puts on record what came of it. Every change of the record is made before anything follows
/// from it; one that cannot be made is tried again until it can.
final class Runner {
  /// How long a body may take to hear that it is to end.
  static final Duration GRACE = Duration.ofSeconds(10);

  private static final SuddenEnd END = new SuddenEnd("the end of a task");

  private final TaskEnvironment around;
  private final Random dice;
  final Timer timer = new Timer();
  final RunQueue board = new RunQueue(this::limit);
  private final TaskWrites book;
  private final AttemptServices assistance;
  final Undeclared held;
  private final Supplier<Map<String, TaskSpec>> types;
  private volatile boolean stopping;
  private final CompletableFuture<Integer> stopped = new CompletableFuture<>();
  private boolean lookingAgain;

  Runner(TaskEnvironment around, Tasks tasks, Supplier<Map<String, TaskSpec>> types, Random dice) {
    this.around = around;
    this.types = types;
    this.dice = dice;
    this.book = new TaskWrites(around, board, timer);
    this.assistance = new AttemptServices(around, tasks, this, board, book);
    this.held = new Undeclared(around, this, book);
  }

  private OptionalInt limit(String type) {
    TaskSpec spec = types().get(type);
    return spec == null ? OptionalInt.empty() : spec.concurrency();
  }

  Map<String, TaskSpec> types() {
    return types.get();
  }

  TaskWrites book() {
    return book;
  }

  long today() {
    return around.timeOfDay().getAsLong();
  }

  long now() {
    return around.nanos().getAsLong();
  }

  // ---- begin

  /// Lets begin whatever may.
  void pump() {
    if (!book.open()) {
      return;
    }
    synchronized (board) {
      if (stopping || !board.queueing()) {
        return;
      }
      boolean more = true;
      while (more) {
        // Of those that cannot be run the places are free again.
        more = !board.next(now()).stream().filter(task -> !begin(task)).toList().isEmpty();
      }
      lookAgain();
    }
  }

  private void lookAgain() {
    long at = board.lookAgain(now());
    if (at > 0 && !lookingAgain) {
      lookingAgain = true;
      timer.after(
          Duration.ofNanos(Math.max(1, at - now())),
          () -> {
            synchronized (board) {
              lookingAgain = false;
            }
            pump();
          });
    }
  }

  /// @return false: nothing declares its type; it is held
  private boolean begin(LiveTask task) {
    TaskRow before = task.row();
    if (!types().containsKey(before.type())) {
      board.free(task);
      held.hold(task, unhandled(before.type()));
      return false;
    }
    Mark mark = board.alone(task) ? Mark.CRASH_ALONE : Mark.CRASH;
    TaskRow begun = before.begun(mark, today());
    book.begin(before, begun, (there, failure) -> begun(task, begun, there, failure));
    return true;
  }

  private void begun(
      LiveTask task, TaskRow begun, @Nullable Boolean there, @Nullable Throwable failure) {
    synchronized (board) {
      if (task.phase == LiveTask.Phase.GONE || Boolean.FALSE.equals(there)) {
        board.back(begun.id(), task);
      } else if (failure != null) {
        board.putBack(task);
        if (TaskWrites.closed(failure)) {
          return;
        }
        timer.after(Duration.ofSeconds(1), this::pump);
        around
            .warnings()
            .accept(
                "task "
                    + begun.id()
                    + " ("
                    + begun.type()
                    + ") cannot begin: "
                    + failure.getMessage()
                    + "; it stays queued and is tried again in 1 s");
        return;
      } else {
        task.known = begun;
        launch(task);
        return;
      }
    }
    pump();
  }

  /// It is on record as running. The board's monitor is held.
  void launch(LiveTask task) {
    TaskRow row = task.row();
    TaskSpec spec = types().get(row.type());
    if (stopping) {
      book.change(task, before -> before.tallied(before.tally().marked(Mark.SHUTDOWN)));
      board.free(task);
      if (board.idle()) {
        stopped.complete(0);
      }
      return;
    }
    if (spec == null) {
      board.free(task);
      takeBack(task, unhandled(row.type()));
      return;
    }
    Attempt attempt = new Attempt(task, row, spec, assistance);
    task.attempt = attempt;
    task.phase = LiveTask.Phase.RUNNING;
    task.since = now();
    spec.timeout()
        .ifPresent(limit -> attempt.onEnd(timer.after(limit, () -> expired(task, attempt, limit))));
    if (board.alone(task)) {
      timer.after(Duration.ofNanos(RunQueue.PROBATION), () -> cleared(task, attempt));
    }
    around.told().accept(row);
    try {
      attempt.start();
    } catch (NoThread e) {
      wait(task, attempt, e);
    }
  }

  /// It is on record as running, and begins as soon as there is a thread for it. The board's
  /// monitor is held.
  private void wait(LiveTask task, Attempt attempt, NoThread why) {
    attempt.ended();
    around
        .warnings()
        .accept(
            "task "
                + task.row().id()
                + " ("
                + task.type
                + ") waits: "
                + why.getMessage()
                + "; it is tried again in 1 s");
    timer.after(
        Duration.ofSeconds(1),
        () -> {
          synchronized (board) {
            if (task.phase == LiveTask.Phase.RUNNING && task.attempt == attempt) {
              launch(task);
            }
          }
        });
  }

  /// Its attempt was none: it waits until the script can run it. The board's monitor is held.
  private void takeBack(LiveTask task, String why) {
    book.change(task, TaskRow::unbegun);
    task.attempt = null;
    held.hold(task, why);
  }

  static String unhandled(String type) {
    return "no task type '" + Printable.line(type) + "' is declared";
  }

  /// It has run alone for a while: what happens from now on may be somebody else's doing.
  void cleared(LiveTask task, Attempt attempt) {
    if (task.attempt == attempt && attempt.alive()) {
      book.change(task, row -> row.tallied(row.tally().marked(Mark.CRASH)));
    }
  }

  // ---- end

  private void expired(LiveTask task, Attempt attempt, Duration limit) {
    attempt.end(Attempt.Fate.TIMED_OUT);
    timer.after(
        GRACE,
        () -> {
          synchronized (board) {
            if (task.phase != LiveTask.Phase.RUNNING || task.attempt != attempt) {
              return;
            }
            attempt.end(Attempt.Fate.ABANDONED);
            TaskRow row = task.shown();
            task.phase = LiveTask.Phase.ENDING;
            stuck(row);
            settle(
                task,
                row.ended(
                    TaskState.FAILED,
                    today(),
                    timedOut(limit)
                        + "; its body hears neither ctx.cancelled nor an interrupt and still"
                        + " runs: stuck",
                    ""));
          }
        });
  }

  private static String timedOut(Duration limit) {
    return "timed out after " + DurationText.exact(limit);
  }

  private void stuck(TaskRow row) {
    around
        .warnings()
        .accept(
            "task "
                + row.id()
                + " ("
                + row.type()
                + ") was told to end "
                + DurationText.exact(GRACE)
                + " ago, hears neither ctx.cancelled nor an interrupt and is stuck; no other copy"
                + " of it runs until it ends");
  }

  /// The attempt's thread has come back, and says so as its last word.
  void ended(LiveTask task, Attempt attempt, Attempt.Outcome outcome) {
    attempt.ended();
    around.silent().accept(Thread.currentThread());
    synchronized (board) {
      TaskRow row = task.shown();
      if (task.phase != LiveTask.Phase.RUNNING) {
        board.back(row.id(), task);
        released(row.id());
      } else if (attempt.fate() == Attempt.Fate.SHUTDOWN
          || attempt.fate() == Attempt.Fate.ABANDONED) {
        // On record it runs on, until the next start.
        board.free(task);
      } else if (outcome instanceof Attempt.Outcome.Unfit(String why)) {
        board.free(task);
        takeBack(task, why);
      } else {
        task.phase = LiveTask.Phase.ENDING;
        board.free(task);
        settle(task, after(row, attempt, outcome));
      }
      if (stopping && board.idle()) {
        stopped.complete(0);
      }
    }
    pump();
  }

  private TaskRow after(TaskRow row, Attempt attempt, Attempt.Outcome outcome) {
    TaskSpec spec = attempt.spec();
    if (attempt.fate() == Attempt.Fate.TIMED_OUT) {
      return Rules.failed(
          row,
          spec.retry(),
          timedOut(spec.timeout().orElseThrow()),
          attempt.result(),
          today(),
          dice.nextDouble());
    }
    return switch (outcome) {
      case Attempt.Outcome.Completed(String result) ->
          row.ended(TaskState.COMPLETED, today(), "", result);
      case Attempt.Outcome.Failed(String error, String result) ->
          Rules.failed(
              row, spec.retry(), assistance.shown(error), result, today(), dice.nextDouble());
      case Attempt.Outcome.Unfit(String why) ->
          throw new IllegalStateException("an attempt that was none has no end: " + why);
    };
  }

  /// A task that was submitted again while its old attempt had not come back may go on.
  private void released(UUID id) {
    LiveTask next = board.find(id);
    if (next != null && next.phase == LiveTask.Phase.WAITING) {
      board.enqueue(next);
    }
  }

  /// Puts the end of an attempt on record; what follows from it follows then. The board's monitor
  /// is held.
  void settle(LiveTask task, TaskRow next) {
    boolean patient = task.waiting.isEmpty() && !board.queueing() && !stopping;
    book.settle(next, patient, () -> settled(task, next));
  }

  private void settled(LiveTask task, TaskRow next) {
    synchronized (board) {
      if (task.phase == LiveTask.Phase.GONE) {
        return;
      }
      if (next.state().over()) {
        gone(next.id(), next);
      } else {
        task.known = next;
        await(task, next.due());
      }
    }
  }

  /// Queued when its time has come. The board's monitor is held.
  void await(LiveTask task, long due) {
    long wait = due - today();
    task.attempt = null;
    if (wait <= 0) {
      board.enqueue(task);
      pump();
      return;
    }
    task.phase = LiveTask.Phase.WAITING;
    timer.after(
        Duration.ofMillis(wait),
        () -> {
          synchronized (board) {
            if (task.phase == LiveTask.Phase.WAITING && !board.lingers(task.row().id())) {
              board.enqueue(task);
            }
          }
          pump();
        });
  }

  /// It is over for the record: those who wait are told, and a body that still runs is told to end.
  ///
  /// @param last how it ended
  void gone(UUID id, TaskRow last) {
    synchronized (board) {
      LiveTask task = board.find(id);
      if (task != null) {
        Attempt running = task.phase == LiveTask.Phase.RUNNING ? task.attempt : null;
        board.gone(id, task);
        task.waiting.forEach(waiting -> waiting.complete(last));
        if (running != null) {
          running.end(Attempt.Fate.CANCELLED);
          timer.after(
              GRACE,
              () -> {
                if (running.alive()) {
                  running.end(Attempt.Fate.ABANDONED);
                  stuck(last);
                }
              });
        }
      }
      around.told().accept(last);
      rested();
    }
    // Who follows it may begin.
    pump();
  }

  void rested() {
    if (board.resting()) {
      around.rested().run();
    }
  }

  // ---- shutdown

  boolean stopping() {
    return stopping;
  }

  /// Nothing begins any more; what runs is told to end and stays on record as running. Completed
  /// with the number of bodies that did not hear, at the latest after the grace.
  CompletableFuture<Integer> stop(boolean kill) {
    synchronized (board) {
      stopping = true;
      for (LiveTask task : board.running()) {
        Attempt attempt = task.attempt;
        if (attempt != null && task.phase == LiveTask.Phase.RUNNING) {
          // Whatever comes of the mark, the body is told.
          book.change(task, row -> row.tallied(row.tally().marked(Mark.SHUTDOWN)))
              .whenComplete((_, _) -> END.unless(() -> end(task, attempt)));
        }
      }
      if (board.idle()) {
        stopped.complete(0);
      }
    }
    timer.after(kill ? Duration.ofMillis(100) : GRACE, this::abandon);
    return stopped;
  }

  private void end(LiveTask task, Attempt attempt) {
    if (!attempt.withdraw()) {
      attempt.end(Attempt.Fate.SHUTDOWN);
      return;
    }
    // It never got a thread: there is no body to be told.
    synchronized (board) {
      board.free(task);
      if (board.idle()) {
        stopped.complete(0);
      }
    }
  }

  private void abandon() {
    synchronized (board) {
      int left = 0;
      for (LiveTask task : board.running()) {
        Attempt attempt = task.attempt;
        if (attempt != null && attempt.alive()) {
          attempt.end(Attempt.Fate.ABANDONED);
          left++;
        }
      }
      stopped.complete(left);
    }
  }
}
