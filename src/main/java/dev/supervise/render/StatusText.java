package dev.supervise.render;

import dev.supervise.control.protocol.UnitView;
import dev.supervise.run.Status;
import dev.supervise.spec.Block;
import dev.supervise.text.DurationText;
import java.time.Duration;

/// How a unit's state looks in listings. Pure.
public final class StatusText {
  private StatusText() {}

  public static Style ink(UnitView unit) {
    return switch (unit.status()) {
      case RUNNING -> unit.ready() ? Style.GOOD : Style.CARE;
      case WAITING, STARTING, STOPPING, BACKING_OFF -> Style.CARE;
      case BLOCKED, FAILED, STUCK -> Style.BAD;
      case PENDING, STOPPED, FINISHED -> Style.PALE;
    };
  }

  /// `running`, or that it is not ready yet.
  public static String status(UnitView unit) {
    return unit.status() == Status.RUNNING && !unit.ready()
        ? "running, not ready"
        : unit.status().word();
  }

  /// How long it has been so, where that says something.
  public static String span(UnitView unit) {
    return unit.inState().compareTo(Duration.ZERO) > 0 ? DurationText.text(unit.inState()) : "";
  }

  /// What there is to say beside the status: why, or how the last run ended. The pid has its own
  /// place.
  public static String detail(UnitView unit) {
    String own = unit.detail();
    if (unit.pid() > 0 && own.startsWith("pid " + unit.pid())) {
      own = own.substring(("pid " + unit.pid()).length()).replaceFirst("^[; ]+", "");
    }
    return own;
  }

  /// As diagrams have it.
  static DiagramUnit diagram(UnitView unit, String rootName) {
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
        failed ? Block.first(detail(unit)) : "",
        unit.children().stream().map(child -> diagram(child, rootName)).toList());
  }
}
