package dev.supervise.spec;

import java.util.List;
import java.util.Map;

/// A tree's start conditions, resolved: who is before whom, and what each name means. Made by
/// [Dependencies#of].
///
/// A unit with instances is one entry under its own name here; its instances share order and edges.
/// Children of pools are not listed: they have neither.
///
/// @param order for every supervisor's path (the root's is empty) its units in start order:
///   topological by `after`, ties by priority, then by declaration
/// @param edges for every unit's path what it waits for. The edge that `restForOne` implies is not
///   among them: it is the unit before in `order`
public record Wiring(Map<String, List<UnitSpec>> order, Map<String, List<ResolvedEdge>> edges) {

  /// A start condition with its names resolved.
  ///
  /// @param targets paths of the units that must all meet it; several for a unit with instances
  public record ResolvedEdge(Edge.Condition condition, List<String> targets, Origin origin) {
    public ResolvedEdge {
      targets = List.copyOf(targets);
    }
  }

  /// Something about the start conditions that cannot work.
  ///
  /// @param path the unit that carries the condition, its full name
  /// @param kind that unit's kind
  /// @param word the name the condition is about
  /// @param message what is wrong, without place and unit
  /// @param known for an unknown name the names that would be understood; else empty
  public record Problem(
      Origin origin, String path, String kind, String word, String message, List<String> known) {}
}
