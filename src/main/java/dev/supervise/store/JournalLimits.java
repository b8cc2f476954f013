package dev.supervise.store;

import java.time.Duration;

/// How much the journal keeps.
///
/// @param age milliseconds
/// @param entries of all units together
/// @param bytes of the file
/// @param share newest entries of one unit: one that restarts all day does not push out the others
/// @param failures newest failures of each unit that stay whatever the other limits say, for
///   `failureAge`
record JournalLimits(
    long age, long entries, long bytes, long share, long failures, long failureAge) {
  static final JournalLimits DEFAULT =
      new JournalLimits(
          Duration.ofDays(14).toMillis(),
          100_000,
          64L << 20,
          2000,
          100,
          Duration.ofDays(90).toMillis());

  /// @param entries how many were deleted
  record Trimmed(long entries) {}

  /// How many of the oldest have to go: a tenth more than is too much, so that it is not done for
  /// each.
  long surplus(long count, long used) {
    long over = Math.max(0, count - entries);
    if (used > bytes && count > 0) {
      over = Math.max(over, (used - bytes) / Math.max(1, used / count));
    }
    return over == 0 ? 0 : Math.min(count, over + entries / 10);
  }
}
