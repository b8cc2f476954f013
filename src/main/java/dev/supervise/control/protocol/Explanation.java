package dev.supervise.control.protocol;

import dev.supervise.run.UnitSnapshot;
import java.util.List;
import java.util.Optional;

/// Why a unit is as it is.
///
/// @param unit as it is now; empty when it is no longer there
/// @param events its newest entries, oldest first; the last one brought it to where it is
/// @param origins for the reasons of the last one: the failures they speak of, with their output
public record Explanation(
    String path, Optional<UnitSnapshot> unit, List<Event> events, List<Event> origins) {
  public Explanation {
    events = List.copyOf(events);
    origins = List.copyOf(origins);
  }
}
