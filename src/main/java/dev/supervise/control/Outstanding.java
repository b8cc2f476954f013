package dev.supervise.control;

import dev.supervise.run.Status;
import dev.supervise.run.Until;
import java.util.ArrayList;
import java.util.List;

/// Who is not what is waited for, and how it stands instead: for the line that a verb which waits
/// shows, and for the sentence when it has waited too long. Pure.
public final class Outstanding {
  private static final int TOLD = 3;

  private Outstanding() {}

  /// One of them.
  ///
  /// @param text `'api' is waiting: for db`
  public record Unit(String path, Status status, String text) {}

  /// @param named whether the units were named; otherwise those that nobody wants up do not count
  public static List<Unit> of(List<UnitView> units, Until until, boolean named) {
    List<Unit> found = new ArrayList<>();
    for (UnitView unit : units) {
      collect(unit, until, named, found);
    }
    return found;
  }

  /// Those that are on their way to something, wherever that leads.
  public static List<Unit> moving(List<UnitView> units) {
    List<Unit> found = new ArrayList<>();
    for (UnitView unit : units) {
      moving(unit, found);
    }
    return found;
  }

  /// The first few of them in one line.
  public static String text(List<Unit> units) {
    String first = String.join("; ", units.stream().limit(TOLD).map(Unit::text).toList());
    return units.size() > TOLD ? first + " and " + (units.size() - TOLD) + " more" : first;
  }

  private static void collect(UnitView unit, Until until, boolean named, List<Unit> found) {
    boolean counts =
        unit.children().isEmpty()
            && !unit.group()
            && (named || until == Until.DOWN || unit.wanted());
    if (counts && !there(unit, until)) {
      found.add(new Unit(unit.path(), unit.status(), standing(unit)));
    }
    for (UnitView child : unit.children()) {
      collect(child, until, named, found);
    }
  }

  private static void moving(UnitView unit, List<Unit> found) {
    boolean moves =
        switch (unit.status()) {
          case WAITING, BLOCKED, STARTING, STOPPING, BACKING_OFF -> true;
          case RUNNING -> !unit.ready();
          case PENDING, STOPPED, FINISHED, FAILED, STUCK -> false;
        };
    if (moves && !unit.group()) {
      found.add(new Unit(unit.path(), unit.status(), standing(unit)));
    }
    unit.children().forEach(child -> moving(child, found));
  }

  private static boolean there(UnitView unit, Until until) {
    return switch (until) {
      case READY -> unit.ready() || unit.status() == Status.FINISHED;
      case REACHED ->
          unit.status() == Status.FINISHED || unit.ready() && !unit.goal().equals("done");
      case DONE -> unit.status() == Status.FINISHED;
      case DOWN ->
          switch (unit.status()) {
            case STARTING, RUNNING, STOPPING -> false;
            case PENDING, WAITING, BLOCKED, BACKING_OFF, STOPPED, FINISHED, FAILED, STUCK -> true;
          };
    };
  }

  private static String standing(UnitView unit) {
    String detail = unit.detail();
    String pid = "pid " + unit.pid();
    if (unit.pid() > 0 && detail.startsWith(pid)) {
      detail = detail.substring(pid.length()).replaceFirst("^[; ]+", "");
    }
    String said = detail.replaceFirst("^not ready yet(: )?", "");
    String name = "'" + unit.path() + "' ";
    String after = said.isEmpty() ? "" : ": " + said;
    return switch (unit.status()) {
      case WAITING -> name + "waits" + (said.isEmpty() ? "" : " " + said);
      case BLOCKED -> name + "is blocked" + (said.isEmpty() ? "" : " " + said);
      case RUNNING -> name + (unit.ready() ? "is running" : "is running, not ready") + after;
      case PENDING, STARTING, BACKING_OFF, STOPPING, STOPPED, FINISHED, FAILED, STUCK ->
          name + "is " + unit.status().word() + after;
    };
  }
}
