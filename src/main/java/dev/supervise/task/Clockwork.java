package dev.supervise.task;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Calls what is due, on one platform thread: a spinning task does not hold it up. The thread is
/// there from the first call on, and wakes up for what is due only.
final class Clockwork implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer;

  Clockwork() {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("supervise-task-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
  }

  /// Calls `what` after that time, unless it is closed before.
  ///
  /// @return takes it back
  Runnable after(Duration delay, Runnable what) {
    try {
      Future<?> due =
          timer.schedule(
              () -> {
                try {
                  what.run();
                } catch (RuntimeException e) {
                  System.getLogger("dev.supervise")
                      .log(System.Logger.Level.ERROR, "defect in a task's timer", e);
                }
              },
              delay.toNanos(),
              TimeUnit.NANOSECONDS);
      return () -> due.cancel(false);
    } catch (RejectedExecutionException closed) {
      return () -> {};
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
