package dev.supervise.render;

import java.util.List;
import java.util.OptionalInt;

/// One unit of a diagram, with everything below it. May be made by hand: a program can draw what it
/// likes.
///
/// @param name the unit's own, without path
/// @param kind `process`, `function`, `container`, `supervisor`, `pool`; others are drawn as
///   processes
/// @param status as users see it: `running`, `backing-off`, …
/// @param pid 0 where there is none
/// @param exit the code of the newest run that is over; empty where no run ever ended
/// @param error why it failed; may be empty
public record DiagramUnit(
    String name,
    String kind,
    String status,
    int pid,
    int restarts,
    OptionalInt exit,
    String error,
    List<DiagramUnit> children) {
  public DiagramUnit {
    children = List.copyOf(children);
  }
}
