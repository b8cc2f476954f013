package dev.supervise.control.protocol;

import dev.supervise.run.Selector;

/// What can be followed; see [FeedItem] for what comes.

public sealed interface Feed {
  /// Every change of a unit's status: [FeedItem.Changed].
  record Changes(Selector which) implements Feed {}

  /// Every entry of the journal, a moment after it happened: [FeedItem.Happened].
  record Events(Selector which) implements Feed {}

  /// What units write, as it is written: [FeedItem.Line].
  record Lines(Selector which) implements Feed {}

  /// Runs a line of the script's language and follows what it prints and comes to: [FeedItem.Said],
  /// and an [FeedItem.End] whose `why` is empty when all went well. To close the following is to
  /// interrupt the line.
  ///
  /// @param hidden whether the journal has only that there was a line, and not its text
  /// @param columns for how wide a screen; 0: any
  record Typed(String text, boolean hidden, int columns, boolean colour, boolean unicode)
      implements Feed {}
}
