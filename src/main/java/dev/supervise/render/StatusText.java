package dev.supervise.render;

import dev.supervise.run.Status;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.Block;
import dev.supervise.text.DurationText;
import java.time.Duration;

/// How a unit's state looks in listings. Pure.
public final class StatusText {
  private StatusText() {}

  public static Style ink(UnitSnapshot unit) {
    return switch (unit.status()) {
      case RUNNING -> unit.ready() ? Style.GOOD : Style.CARE;
      case WAITING, STARTING, STOPPING, BACKING_OFF -> Style.CARE;
      case BLOCKED, FAILED, STUCK -> Style.BAD;
      case PENDING, STOPPED, FINISHED -> Style.PALE;
    };
  }

  /// `running`, or that it is not ready yet.
  public static String status(UnitSnapshot unit) {
    return unit.status() == Status.RUNNING && !unit.ready()
        ? "running, not ready"
        : unit.status().word();
  }

  /// How long it has been so, where that says something.
  public static String span(UnitSnapshot unit) {
    return unit.inState().compareTo(Duration.ZERO) > 0 ? DurationText.text(unit.inState()) : "";
  }

  /// As diagrams have it.
  static DiagramUnit diagram(UnitSnapshot unit, String rootName) {
    boolean failed = unit.status() == Status.FAILED || unit.status() == Status.BACKING_OFF;
    return new DiagramUnit(
        unit.path().isEmpty() ? rootName : unit.name(),
        unit.kind(),
        unit.status().word(),
        unit.pid(),
        unit.restarts(),
        unit.exit()
            .map(exit -> java.util.OptionalInt.of(exit.code()))
            .orElse(java.util.OptionalInt.empty()),
        failed ? Block.first(unit.said()) : "",
        unit.children().stream().map(child -> diagram(child, rootName)).toList());
  }
}
