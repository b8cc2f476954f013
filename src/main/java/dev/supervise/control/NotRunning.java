package dev.supervise.control;

/// That an instance does not run: what is told of it is what it has left.
///
/// @param since when it ended, in milliseconds since 1970; of one that ended without a word, when
///   the last thing happened that is known of it
/// @param how why it ended; empty when it ended without a word
public record NotRunning(long since, String how) {
  /// Nothing says why: it was killed, or the machine went down.
  public boolean wordless() {
    return how.isEmpty();
  }
}
