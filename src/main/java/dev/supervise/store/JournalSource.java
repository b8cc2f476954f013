package dev.supervise.store;

/// Something that is to be written into the journal, as cheap as it can be had where it happens.
/// Immutable.
public interface JournalSource {
  /// The unit's full name.
  String path();

  /// Whether it tells of a failure: of those the newest hundred of each unit are always kept.
  boolean failing();

  /// Two of one unit with the same gist are merged when there are too many.
  String gist();

  /// When it happened, in nanoseconds of the engine's clock, as far as whoever tells it knows. Of
  /// two it is the order in which they are offered that holds.
  long nanos();

  /// Called on the journal's thread; may read files.
  ///
  /// @param zero when the engine's clock stood at 0, in milliseconds since 1970
  /// @param first when the first of those happened that this one stands for, by the engine's clock
  /// @param last when the last of them happened
  /// @param times for how many it stands
  JournalEntry entry(long zero, long first, long last, long times);
}
