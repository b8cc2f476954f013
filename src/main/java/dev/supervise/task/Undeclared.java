package dev.supervise.task;

import dev.supervise.spec.TaskSpec;
import dev.supervise.store.TaskRow;
import dev.supervise.store.TaskState;
import dev.supervise.text.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Tasks that the script of today cannot run: nothing declares their type, or their parameters do
/// not fit any more. They stay queued, are told once with their number, run when the type is back,
/// and fail when it has been away for as long as ended tasks are kept. Since when it is away is on
/// record.
final class Undeclared {
  /// The fact that says since when a type's tasks are held, in milliseconds since 1970.
  private static final String SINCE = "held ";

  /// Why one type's tasks cannot run.
  ///
  /// @param why of the first of them
  /// @param varied whether others have other reasons
  /// @param running go on as they began, and count when they are to be tried again
  private record Lack(String why, boolean varied, int waiting, int running) {
    static Lack of(String why, boolean waits) {
      return new Lack(why, false, waits ? 1 : 0, waits ? 0 : 1);
    }

    Lack and(Lack more) {
      return new Lack(
          why,
          varied || more.varied || !why.equals(more.why),
          waiting + more.waiting,
          running + more.running);
    }

    int all() {
      return waiting + running;
    }

    private String reason() {
      return varied ? why + " (the first of them)" : why;
    }

    private static String queued(int count) {
      return (count == 1 ? " stays" : " stay")
          + " queued until the script can run "
          + (count == 1 ? "it" : "them");
    }

    /// `3 tasks of type 'mail' cannot run: …; they stay queued …`.
    String warning(String type) {
      return all()
          + (all() == 1 ? " task" : " tasks")
          + " of type '"
          + type
          + "' cannot run: "
          + reason()
          + (all() == 1 ? "; it" : "; they")
          + queued(all());
    }

    /// `task 'mail': 3 open tasks could not run: …; 2 stay queued …, 1 that runs goes on …`.
    String forecast(String type) {
      String run =
          switch (running) {
            case 0 -> "";
            case 1 -> "1 that runs goes on, and is not tried again meanwhile";
            default -> running + " that run go on, and are not tried again meanwhile";
          };
      return "task '"
          + type
          + "': "
          + all()
          + (all() == 1 ? " open task" : " open tasks")
          + " could not run: "
          + reason()
          + "; "
          + (waiting == 0 ? "" : waiting + queued(waiting))
          + (waiting == 0 || run.isEmpty() ? "" : ", ")
          + run;
    }
  }

  private final TaskEnvironment around;
  private final Runner runner;
  private final RunQueue board;
  private final TaskWrites book;

  /// The types that were told, each with the class that its tasks did not fit; without a name where
  /// nothing declares it. Guarded by the board.
  private final Map<String, String> told = new TreeMap<>();

  Undeclared(TaskEnvironment around, Runner runner, TaskWrites book) {
    this.around = around;
    this.runner = runner;
    this.board = runner.board;
    this.book = book;
  }

  /// Why these types cannot run such a task; empty where they can. May run a script's code: a class
  /// of parameters may have a constructor of its own.
  private static String objection(Map<String, TaskSpec> types, TaskRow row) {
    TaskSpec spec = types.get(row.type());
    if (spec == null) {
      return Runner.unhandled(row.type());
    }
    try {
      return spec.params() == null || Params.of(spec, row.params()) != null ? "" : "no parameters";
    } catch (InvalidParams unfit) {
      return String.valueOf(unfit.getMessage());
    }
  }

  /// One task turned out to be such. The board's monitor is held; it has no place.
  void hold(LiveTask task, String why) {
    board.hold(task, why);
    tell(runner.types(), Map.of(task.type, Lack.of(why, true)));
    note(task.type);
    runner.rested();
  }

  /// Types are others than before, or rows were there already: looks through all that waits.
  void review() {
    Map<String, TaskSpec> types = runner.types();
    List<LiveTask> waiting;
    synchronized (board) {
      waiting = board.waiting();
    }
    Map<LiveTask, String> objections = new LinkedHashMap<>();
    waiting.forEach(task -> objections.put(task, objection(types, task.row())));
    synchronized (board) {
      Map<String, Lack> found = new LinkedHashMap<>();
      Set<LiveTask> still = new HashSet<>(board.waiting());
      objections.forEach((task, why) -> {
        if (!still.contains(task)) {
          return;
        }
        if (!why.isEmpty()) {
          found.merge(task.type, Lack.of(why, true), Lack::and);
          board.hold(task, why);
        } else if (task.phase == LiveTask.Phase.HELD) {
          board.unhold(task);
          runner.await(task, task.row().due());
        }
      });
      found.keySet().forEach(this::note);
      told.keySet()
          .removeIf(type -> {
            boolean back = !found.containsKey(type);
            if (back) {
              forget(type);
            }
            return back;
          });
      tell(types, found);
      runner.rested();
    }
    runner.pump();
  }

  /// Says what was not said before: once for a type, and again when it is another class that they
  /// do not fit.
  private void tell(Map<String, TaskSpec> types, Map<String, Lack> found) {
    found.forEach((type, lack) -> {
      TaskSpec spec = types.get(type);
      String unfit = spec == null || spec.params() == null ? "" : spec.params().getName();
      if (!unfit.equals(told.put(type, unfit))) {
        around.warnings().accept(lack.warning(type));
      }
    });
  }

  /// What these types would hold of what is open, and is not held already; a sentence a type.
  List<String> under(Map<String, TaskSpec> types) {
    List<LiveTask> open;
    synchronized (board) {
      open = board.all().stream().filter(task -> task.known != null).toList();
    }
    Map<String, Lack> lacks = new LinkedHashMap<>();
    for (LiveTask task : open) {
      LiveTask.Phase phase = task.phase;
      String why =
          phase == LiveTask.Phase.HELD || phase == LiveTask.Phase.GONE
              ? ""
              : objection(types, task.row());
      if (!why.isEmpty()) {
        boolean waits = phase == LiveTask.Phase.QUEUED || phase == LiveTask.Phase.WAITING;
        lacks.merge(task.type, Lack.of(why, waits), Lack::and);
      }
    }
    List<String> all = new ArrayList<>();
    lacks.forEach((type, lack) -> all.add(lack.forecast(type)));
    return all;
  }

  // ---- since when

  private void note(String type) {
    String since = Long.toString(runner.today());
    book.fact(SINCE + type, there -> there.isEmpty() ? since : there);
  }

  private void forget(String type) {
    book.fact(SINCE + type, _ -> "");
  }

  /// Fails those whose time is over; on a thread that may wait for the record.
  void expire() {
    Map<String, List<LiveTask>> byType = new TreeMap<>();
    synchronized (board) {
      board
          .held()
          .forEach(task -> byType.computeIfAbsent(task.type, _ -> new ArrayList<>()).add(task));
    }
    byType.forEach((type, tasks) -> {
      Duration keep = keep(runner.types().get(type));
      String since = book.fact(SINCE + type);
      long until = since.isEmpty() ? Long.MAX_VALUE : Long.parseLong(since) + keep.toMillis();
      if (runner.today() > until) {
        tasks.forEach(task -> fail(task, keep));
      }
    });
  }

  private static Duration keep(@org.jspecify.annotations.Nullable TaskSpec spec) {
    return switch (spec == null ? TaskSpec.Keep.DEFAULT : spec.keep()) {
      case TaskSpec.Keep.For(Duration time) -> time;
      case TaskSpec.Keep.Newest _ -> TaskSpec.Keep.LONG;
      case TaskSpec.Keep.Forever() -> Duration.ofMillis(Long.MAX_VALUE / 2);
    };
  }

  private void fail(LiveTask task, Duration keep) {
    synchronized (board) {
      if (task.phase == LiveTask.Phase.HELD) {
        String why = task.held;
        board.unhold(task);
        task.phase = LiveTask.Phase.ENDING;
        runner.settle(
            task,
            task.row()
                .ended(
                    TaskState.FAILED,
                    runner.today(),
                    why + ", for " + DurationText.text(keep),
                    ""));
      }
    }
  }
}
