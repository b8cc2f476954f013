package dev.supervise.control;

/// What can be followed; see [Item] for what comes.
public sealed interface Feed {
  /// Every change of a unit's status: [Item.Changed].
  record Changes(Which which) implements Feed {}

  /// Every entry of the journal, a moment after it happened: [Item.Happened].
  record Events(Which which) implements Feed {}

  /// What units write, as it is written: [Item.Line].
  record Lines(Which which) implements Feed {}
}
