package dev.supervise.worker;

import java.util.concurrent.locks.LockSupport;

/// The time between two looks at something that nobody tells of.
public final class UninterruptedSleep {
  private UninterruptedSleep() {}

  /// Lets so much time go by, also for a thread that was interrupted before: it stays interrupted,
  /// and whoever looks again and again does not spin for that. One that is interrupted meanwhile
  /// comes back at once.
  public static void nanos(long nanos) {
    boolean interrupted = Thread.interrupted();
    LockSupport.parkNanos(nanos);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
