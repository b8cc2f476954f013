package dev.supervise.control.protocol;

import dev.supervise.run.Status;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.run.Until;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Who is not what is waited for, and how it stands instead: for the line that a verb which waits
/// shows, and for the sentence when it has waited too long. Pure.
public final class Outstanding {
  private static final int TOLD = 3;

  private Outstanding() {}

  /// One of them.
  ///
  /// @param text `'api' waits for db`
  /// @param failure where it is down because a run of it failed
  public record Unit(String path, String text, Optional<Failure> failure) {}

  /// A kind of failure: what one run of a unit ended with and another one will, too. Neither when,
  /// nor after how long, nor in which words.
  ///
  /// @param step where a start failed; empty for a run that began
  /// @param errno the system's error number for that; 0 where it gave none
  public record Failure(String path, int code, int signal, String step, int errno) {}

  /// @param named whether the units were named; otherwise those that nobody wants up do not count
  public static List<Unit> of(List<UnitSnapshot> units, Until until, boolean named) {
    List<Unit> found = new ArrayList<>();
    for (UnitSnapshot unit : units) {
      collect(unit, until, named, found);
    }
    return found;
  }

  /// Those that are on their way to something, wherever that leads.
  public static List<Unit> moving(List<UnitSnapshot> units) {
    List<Unit> found = new ArrayList<>();
    for (UnitSnapshot unit : units) {
      moving(unit, found);
    }
    return found;
  }

  /// The first few of them in one line; those that have failed come before those that wait for
  /// them.
  public static String text(List<Unit> units) {
    String first = String.join("; ", told(units).stream().map(Unit::text).toList());
    return units.size() > TOLD ? first + " and " + (units.size() - TOLD) + " more" : first;
  }

  /// Those that a line names.
  public static List<Unit> told(List<Unit> units) {
    return units.stream()
        .sorted(Comparator.comparing(unit -> unit.failure().isEmpty()))
        .limit(TOLD)
        .toList();
  }

  /// How they have failed that a line names.
  public static Set<Failure> failures(List<Unit> units) {
    Set<Failure> failures = new LinkedHashSet<>();
    told(units).forEach(unit -> unit.failure().ifPresent(failures::add));
    return failures;
  }

  private static void collect(UnitSnapshot unit, Until until, boolean named, List<Unit> found) {
    boolean counts =
        unit.children().isEmpty()
            && !unit.group()
            && (named || until == Until.DOWN || unit.wanted());
    if (counts && !there(unit, until)) {
      found.add(new Unit(unit.path(), standing(unit), failure(unit)));
    }
    for (UnitSnapshot child : unit.children()) {
      collect(child, until, named, found);
    }
  }

  private static void moving(UnitSnapshot unit, List<Unit> found) {
    boolean moves =
        switch (unit.status()) {
          case WAITING, BLOCKED, STARTING, STOPPING, BACKING_OFF -> true;
          case RUNNING -> !unit.ready();
          case PENDING, STOPPED, FINISHED, FAILED, STUCK -> false;
        };
    if (moves && !unit.group()) {
      found.add(new Unit(unit.path(), standing(unit), failure(unit)));
    }
    unit.children().forEach(child -> moving(child, found));
  }

  private static boolean there(UnitSnapshot unit, Until until) {
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

  private static Optional<Failure> failure(UnitSnapshot unit) {
    return switch (unit.status()) {
      case FAILED, BACKING_OFF, STUCK ->
          unit.exit()
              .map(end ->
                  new Failure(unit.path(), end.code(), end.signal(), end.step(), end.errno()));
      case PENDING, WAITING, BLOCKED, STARTING, RUNNING, STOPPING, STOPPED, FINISHED ->
          Optional.empty();
    };
  }

  private static String standing(UnitSnapshot unit) {
    String said = unit.said().replaceFirst("^not ready yet(: )?", "");
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
