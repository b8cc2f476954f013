package dev.supervise.repl;

import dev.supervise.control.UnitView;
import dev.supervise.run.Status;
import dev.supervise.spec.Block;
import dev.supervise.spec.Spans;
import java.time.Duration;

/// How a unit's state looks in listings. Pure.
final class Looks {
  private Looks() {}

  static Ink ink(UnitView unit) {
    return switch (unit.status()) {
      case RUNNING -> unit.ready() ? Ink.GOOD : Ink.CARE;
      case WAITING, STARTING, STOPPING, BACKING_OFF -> Ink.CARE;
      case BLOCKED, FAILED, STUCK -> Ink.BAD;
      case PENDING, STOPPED, FINISHED -> Ink.PALE;
    };
  }

  /// `running`, or that it is not ready yet.
  static String status(UnitView unit) {
    return unit.status() == Status.RUNNING && !unit.ready()
        ? "running, not ready"
        : unit.status().word();
  }

  /// How long it has been so, where that says something.
  static String span(UnitView unit) {
    return unit.inState().compareTo(Duration.ZERO) > 0 ? Spans.text(unit.inState()) : "";
  }

  /// What there is to say beside the status: why, or how the last run ended. The pid has its own
  /// place.
  static String detail(UnitView unit) {
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
