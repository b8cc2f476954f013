package dev.supervise.run;

/// Something that waits for a moment.
interface Timed {
  /// The moment has come, or one that was meant earlier. On the loop's thread.
  void due();
}
