package dev.supervise.control.protocol;

/// That an instance does not run: what is told of it is what it has left.
///
/// @param since when it ended, in milliseconds since 1970; of one that ended without a word, when
///   the last thing happened that is known of it
/// @param how why it ended; empty when it ended without a word
/// @param heard when the last thing happened that was written down; before `since` where nothing is
///   of the last instance; 0 where nothing is at all
public record NotRunning(long since, String how, long heard) {
  /// One that wrote until its end.
  public NotRunning(long since, String how) {
    this(since, how, since);
  }

  /// Nothing says why: it was killed, or the machine went down.
  public boolean wordless() {
    return how.isEmpty();
  }

  /// It was killed before anything of it was written down: what there is to tell is of the one
  /// before it.
  public boolean unheard() {
    return heard < since;
  }
}
