package dev.supervise.render;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What diagrams say, whatever language they are written in. Pure.
final class Diagrams {
  /// A way from one state to another; `[*]` is the beginning and the end.
  record Move(String from, String to, String on) {}

  /// Every way a unit can go, as users see it.
  static final List<Move> MOVES =
      List.of(
          new Move("[*]", "Pending", ""),
          new Move("Pending", "Running", "Start()"),
          new Move("Pending", "Waiting", "Start(), needs another unit"),
          new Move("Pending", "Starting", "Start(), hooks or probes first"),
          new Move("Waiting", "Starting", "What it needs is there"),
          new Move("Waiting", "Blocked", "What it needs has failed"),
          new Move("Blocked", "Waiting", "What it needs is back"),
          new Move("Starting", "Running", "Up and ready"),
          new Move("Starting", "BackingOff", "Start failed"),
          new Move("Running", "Finished", "Success (Exit 0)"),
          new Move("Running", "Stopped", "Stop()"),
          new Move("Running", "Failed", "Error (Exit != 0)"),
          new Move("Running", "BackingOff", "Ended, to be restarted"),
          new Move("Running", "Stopping", "Stop(), within its grace"),
          new Move("BackingOff", "Starting", "Pause over"),
          new Move("BackingOff", "Failed", "Gave up"),
          new Move("Stopping", "Stopped", "Down"),
          new Move("Stopping", "Stuck", "Ignores its cancellation"),
          new Move("Stuck", "Stopped", "Ended at last"),
          new Move("Finished", "[*]", ""),
          new Move("Stopped", "[*]", ""),
          new Move("Failed", "[*]", ""));

  private Diagrams() {}

  /// `backing-off` as the name of a state: `BackingOff`.
  static String stateOf(String status) {
    StringBuilder name = new StringBuilder();
    boolean upper = true;
    for (char c : status.toCharArray()) {
      if (c == '-') {
        upper = true;
      } else {
        name.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return name.toString();
  }

  /// Name, status, pid, restarts: a line each, those that say something.
  static List<String> label(DiagramUnit unit) {
    List<String> lines = new ArrayList<>();
    lines.add(unit.name());
    lines.add(unit.status());
    if (unit.pid() > 0) {
      lines.add("pid " + unit.pid());
    }
    if (unit.restarts() > 0) {
      lines.add(unit.restarts() == 1 ? "1 restart" : unit.restarts() + " restarts");
    }
    return lines;
  }

  /// Name, pid, exit code, error: a line each, those that are known.
  static List<String> note(DiagramUnit unit) {
    List<String> lines = new ArrayList<>();
    lines.add("name: " + unit.name());
    if (unit.pid() > 0) {
      lines.add("pid: " + unit.pid());
    }
    unit.exit().ifPresent(code -> lines.add("exit code: " + code));
    if (!unit.error().isEmpty()) {
      lines.add("error: " + unit.error());
    }
    return lines;
  }

  static SortedSet<String> statuses(DiagramUnit root) {
    SortedSet<String> all = new TreeSet<>();
    collect(root, all);
    return all;
  }

  private static void collect(DiagramUnit unit, SortedSet<String> all) {
    all.add(unit.status());
    unit.children().forEach(child -> collect(child, all));
  }
}
