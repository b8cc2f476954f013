package dev.supervise.vital;

import org.jspecify.annotations.Nullable;

/// The system gives us no further thread: its table of processes is full, or a limit of this user's
/// (`ulimit -u`), or of the control group (`pids.max`), is reached. Nothing was begun.
public final class NoThread extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// How the JVM says it; it has one error for this and for a full heap.
  private static final String WORDS = "unable to create native thread";

  private NoThread(@Nullable OutOfMemoryError cause) {
    super(
        "no further thread can be started: the process table is full, or a limit of processes"
            + " (ulimit -u, pids.max) is reached",
        cause);
  }

  /// Somebody else tried, and none came.
  static NoThread noneCame() {
    return new NoThread(null);
  }

  /// What an attempt to start a thread threw, where that is what it means.
  ///
  /// @throws OutOfMemoryError the same, where it means that the heap is full
  public static NoThread of(OutOfMemoryError thrown) {
    String words = thrown.getMessage();
    if (words == null || !words.startsWith(WORDS)) {
      throw thrown;
    }
    return new NoThread(thrown);
  }
}
