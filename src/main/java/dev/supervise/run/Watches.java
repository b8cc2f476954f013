package dev.supervise.run;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// The answers that wait for units: each comes when what was asked for is true of every unit
/// concerned, or can no longer become true. Belongs to the loop; an answer that nobody wants any
/// more (its future was cancelled) is dropped.
final class Watches {
  /// What a unit has to become.
  enum Aim {
    UP,
    DOWN,
    GONE,
    READY,
    DONE
  }

  /// What is true of one unit now.
  private enum Sight {
    OPEN,
    MET,
    MISSED
  }

  private record Watch(
      List<Unit> all, Set<Unit> open, Aim aim, CompletableFuture<Reply> reply, String text) {}

  private final Tree tree;
  private final List<Watch> watches = new ArrayList<>();

  Watches(Tree tree) {
    this.tree = tree;
  }

  /// @param text what is said when all have become it
  void add(List<Unit> units, Aim aim, CompletableFuture<Reply> reply, String text) {
    watches.removeIf(watch -> watch.reply().isDone());
    Set<Unit> open = new LinkedHashSet<>(units);
    open.removeIf(unit -> sight(unit, aim) != Sight.OPEN);
    Watch watch = new Watch(units, open, aim, reply, text);
    if (over(watch)) {
      answer(watch);
    } else {
      watches.add(watch);
    }
  }

  /// A unit's step is complete: is somebody waiting for it?
  void changed(Unit unit) {
    if (watches.isEmpty()) {
      return;
    }
    for (Watch watch : List.copyOf(watches)) {
      if (watch.open().contains(unit) && sight(unit, watch.aim()) != Sight.OPEN) {
        watch.open().remove(unit);
        if (over(watch)) {
          watches.remove(watch);
          answer(watch);
        }
      }
    }
  }

  /// The tree is down: nobody waits any longer.
  void close() {
    for (Watch watch : watches) {
      watch.reply().complete(new Reply.Failed("the tree ended before: " + watch.text()));
    }
    watches.clear();
  }

  /// Who waits for something to come true is told at once when it cannot.
  private static boolean over(Watch watch) {
    return watch.open().isEmpty()
        || switch (watch.aim()) {
          case UP, DOWN, GONE -> false;
          case READY, DONE ->
              watch.all().stream().anyMatch(unit -> sight(unit, watch.aim()) == Sight.MISSED);
        };
  }

  private void answer(Watch watch) {
    tree.tell();
    List<String> bad =
        watch.all().stream()
            .filter(unit -> sight(unit, watch.aim()) == Sight.MISSED)
            .limit(5)
            .map(unit -> "'" + unit.path() + "' " + Announcement.standing(unit))
            .toList();
    watch
        .reply()
        .complete(
            bad.isEmpty()
                ? new Reply.Done(watch.text())
                : new Reply.Failed(String.join("; ", bad)));
  }

  private static Sight sight(Unit unit, Aim aim) {
    return switch (aim) {
      case UP -> up(unit);
      case DOWN -> down(unit);
      case GONE -> unit.state().run() == 0 ? Sight.MET : Sight.OPEN;
      case READY ->
          switch (unit.status()) {
            case RUNNING -> unit.ready() ? Sight.MET : Sight.OPEN;
            case FINISHED -> Sight.MET;
            case FAILED, STUCK -> Sight.MISSED;
            case PENDING, WAITING, BLOCKED, STARTING, BACKING_OFF, STOPPING, STOPPED -> Sight.OPEN;
          };
      case DONE ->
          switch (unit.status()) {
            case FINISHED -> Sight.MET;
            case FAILED, STUCK, STOPPED -> Sight.MISSED;
            case PENDING, WAITING, BLOCKED, STARTING, RUNNING, BACKING_OFF, STOPPING -> Sight.OPEN;
          };
    };
  }

  private static Sight up(Unit unit) {
    return switch (unit.status()) {
      case RUNNING -> unit.ready() ? Sight.MET : Sight.OPEN;
      case FINISHED -> Sight.MET;
      case FAILED, BACKING_OFF, BLOCKED, STUCK -> Sight.MISSED;
      // KILL did not end it: the answer comes, and says so.
      case STOPPING -> unit.state().alive() ? Sight.OPEN : Sight.MISSED;
      // Somebody has stopped it since.
      case STOPPED -> unit.goal().wantsStart() ? Sight.OPEN : Sight.MISSED;
      case PENDING, WAITING, STARTING -> Sight.OPEN;
    };
  }

  private static Sight down(Unit unit) {
    return switch (unit.status()) {
      case STUCK -> Sight.MISSED;
      case STOPPING -> unit.state().alive() ? Sight.OPEN : Sight.MISSED;
      case STARTING, RUNNING ->
          // It was down, and somebody has started it since.
          unit.goal().wantsStart() ? Sight.MET : Sight.OPEN;
      case PENDING, WAITING, BLOCKED, BACKING_OFF, STOPPED, FINISHED, FAILED -> Sight.MET;
    };
  }
}
