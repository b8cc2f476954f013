package dev.supervise.spec;

import java.util.Optional;
import java.util.UUID;

/// A start condition that is about a task: the unit that carries it is not started before the task
/// has completed.
///
/// @param type the task's type
/// @param id which task; empty: any of that type, of earlier runs too as long as it is kept
public record TaskEdge(String type, Optional<UUID> id, Origin origin) {
  /// As listings show it: `task import`, `task import 6ba7b810-…`.
  public String text() {
    return "task " + type + id.map(each -> " " + each).orElse("");
  }
}
