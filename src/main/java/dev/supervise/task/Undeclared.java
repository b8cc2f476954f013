package dev.supervise.task;

import dev.supervise.spec.Spans;
import dev.supervise.spec.TaskSpec;
import dev.supervise.store.TaskRow;
import dev.supervise.store.TaskState;
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

  /// One reason and for how many.
  ///
  /// @param running goes on as it began, and counts when it is to be tried again
  record Count(String type, String why, int waiting, int running) {
    /// `task 'mail': 3 open tasks could not run: …; 2 stay queued …, 1 that runs goes on …`.
    String text() {
      int all = waiting + running;
      String queued =
          waiting == 0
              ? ""
              : waiting
                  + (waiting == 1 ? " stays" : " stay")
                  + " queued until the script can run "
                  + (waiting == 1 ? "it" : "them");
      String run =
          switch (running) {
            case 0 -> "";
            case 1 -> "1 that runs goes on, and is not tried again meanwhile";
            default -> running + " that run go on, and are not tried again meanwhile";
          };
      return "task '"
          + type
          + "': "
          + all
          + (all == 1 ? " open task" : " open tasks")
          + " could not run: "
          + why
          + "; "
          + queued
          + (queued.isEmpty() || run.isEmpty() ? "" : ", ")
          + run;
    }
  }

  private final Surroundings around;
  private final Runner runner;
  private final Board board;
  private final Bookkeeping book;

  /// What was told, by type. Guarded by the board.
  private final Map<String, String> told = new TreeMap<>();

  Undeclared(Surroundings around, Runner runner, Bookkeeping book) {
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
  void hold(Open task, String why) {
    board.hold(task, why);
    tell(Map.of(new Reason(task.type, why), 1));
    note(task.type);
    runner.rested();
  }

  private record Reason(String type, String why) {}

  /// Types are others than before, or rows were there already: looks through all that waits.
  void review() {
    Map<String, TaskSpec> types = runner.types();
    List<Open> waiting;
    synchronized (board) {
      waiting = board.waiting();
    }
    Map<Open, String> objections = new LinkedHashMap<>();
    waiting.forEach(task -> objections.put(task, objection(types, task.row())));
    synchronized (board) {
      Map<Reason, Integer> found = new LinkedHashMap<>();
      Set<Open> still = new HashSet<>(board.waiting());
      objections.forEach((task, why) -> {
        if (!still.contains(task)) {
          return;
        }
        if (!why.isEmpty()) {
          found.merge(new Reason(task.type, why), 1, Integer::sum);
          board.hold(task, why);
        } else if (task.phase == Open.Phase.HELD) {
          board.unhold(task);
          runner.await(task, task.row().due());
        }
      });
      found.keySet().forEach(reason -> note(reason.type()));
      told.keySet()
          .removeIf(type -> {
            boolean back = found.keySet().stream().noneMatch(reason -> reason.type().equals(type));
            if (back) {
              forget(type);
            }
            return back;
          });
      tell(found);
      runner.rested();
    }
    runner.pump();
  }

  /// Says what was not said before.
  private void tell(Map<Reason, Integer> found) {
    found.forEach((reason, count) -> {
      if (!reason.why().equals(told.put(reason.type(), reason.why()))) {
        around
            .warnings()
            .accept(
                count
                    + (count == 1 ? " task" : " tasks")
                    + " of type '"
                    + reason.type()
                    + "' cannot run: "
                    + reason.why()
                    + (count == 1 ? "; it stays" : "; they stay")
                    + " queued until the script can run "
                    + (count == 1 ? "it" : "them"));
      }
    });
  }

  /// What these types would hold of what is open, and is not held already.
  List<Count> under(Map<String, TaskSpec> types) {
    List<Open> open;
    synchronized (board) {
      open = board.all().stream().filter(task -> task.known != null).toList();
    }
    Map<Reason, int[]> counts = new LinkedHashMap<>();
    for (Open task : open) {
      Open.Phase phase = task.phase;
      String why =
          phase == Open.Phase.HELD || phase == Open.Phase.GONE ? "" : objection(types, task.row());
      if (!why.isEmpty()) {
        boolean waits = phase == Open.Phase.QUEUED || phase == Open.Phase.WAITING;
        counts.computeIfAbsent(new Reason(task.type, why), _ -> new int[2])[waits ? 0 : 1]++;
      }
    }
    List<Count> all = new ArrayList<>();
    counts.forEach(
        (reason, count) -> all.add(new Count(reason.type(), reason.why(), count[0], count[1])));
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
    Map<String, List<Open>> byType = new TreeMap<>();
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

  private void fail(Open task, Duration keep) {
    synchronized (board) {
      if (task.phase == Open.Phase.HELD) {
        String why = task.held;
        board.unhold(task);
        task.phase = Open.Phase.ENDING;
        runner.settle(
            task,
            task.row()
                .ended(TaskState.FAILED, runner.today(), why + ", for " + Spans.text(keep), ""));
      }
    }
  }
}
