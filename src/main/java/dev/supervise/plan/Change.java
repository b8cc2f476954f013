package dev.supervise.plan;

import java.util.List;

/// What a reload makes of one declared unit, or of a task or schedule.
///
/// @param path its full name; a unit with instances is one, under its own name
/// @param unit its kind: `process`, `pool`, `task`
/// @param differences in what it differs itself; none in one that has become another kind of unit
/// @param template in what the template of a pool differs
/// @param why all that, for people: `command`, `instances 3, not 2`; empty for one that is added,
///   removed or kept
public record Change(
    Kind kind,
    String path,
    String unit,
    List<Difference> differences,
    List<Difference> template,
    List<String> why) {
  /// From the most that happens to a unit to the least.
  public enum Kind {
    /// Not declared so far: it is started.
    ADD,
    /// Not declared any more: it is stopped and taken out of the tree.
    REMOVE,
    /// What its run was started from has changed: it is stopped and started anew.
    REPLACE,
    /// What has changed needs no new run: it goes on, by the new rules.
    ADJUST,
    /// Nothing has changed.
    KEEP
  }

  public Change {
    differences = List.copyOf(differences);
    template = List.copyOf(template);
    why = List.copyOf(why);
  }

  /// One in which nothing is compared.
  Change(Kind kind, String path, String unit, String... why) {
    this(kind, path, unit, List.of(), List.of(), List.of(why));
  }
}
