package dev.supervise.store;

/// An entry that waits to be written.
///
/// @param failing is kept longer
record JournalItem(JournalEntry entry, boolean failing) {
  static JournalItem note(long at, String text) {
    return new JournalItem(JournalEntry.of(JournalEntry.Kind.NOTE, at, "", text, ""), false);
  }

  /// One that can be told from all others, wherever it waits: here or beside the journal.
  record Marked(JournalMark mark, JournalItem item) {
    JournalEntry entry() {
      return item.entry();
    }
  }
}
