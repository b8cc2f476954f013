package dev.supervise.worker;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Threads for what may take its time before a start: closures of the user's, files, accounts.
/// Platform threads, so that functions that spin do not hold them up; as many as are busy, at most
/// 32, and one more for each errand that was given up and did not come back. None when there is
/// nothing to do.
final class Errands implements AutoCloseable {
  private static final int THREADS = 32;

  private final ThreadPoolExecutor pool;
  private final ScheduledThreadPoolExecutor timer;

  Errands() {
    pool =
        new ThreadPoolExecutor(
            THREADS,
            Integer.MAX_VALUE,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("supervise-errand-", 1).factory());
    pool.allowCoreThreadTimeOut(true);
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("supervise-errand-timer").factory());
    timer.setKeepAliveTime(5, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    timer.setRemoveOnCancelPolicy(true);
  }

  void run(Runnable errand) {
    pool.execute(errand);
  }

  void later(Duration delay, Runnable errand) {
    timer.schedule(() -> pool.execute(errand), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Runs `errand` when the time has come, unless it is cancelled before, or all is closed.
  ///
  /// @return cancels it
  Runnable after(Duration delay, Runnable errand) {
    try {
      Future<?> due =
          timer.schedule(() -> pool.execute(errand), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> due.cancel(false);
    } catch (RejectedExecutionException closed) {
      return () -> {};
    }
  }

  /// Runs `errand`; when it has not come back in time, interrupts it and runs `late` instead of
  /// waiting for it.
  ///
  /// @return cancels both
  Runnable within(Duration limit, Runnable errand, Runnable late) {
    AtomicBoolean returned = new AtomicBoolean();
    Future<?> work =
        pool.submit(() -> {
          try {
            errand.run();
          } finally {
            if (!returned.compareAndSet(false, true)) {
              pool.setCorePoolSize(Math.max(THREADS, pool.getCorePoolSize() - 1));
            }
          }
        });
    Future<?> deadline =
        timer.schedule(
            () -> {
              if (returned.compareAndSet(false, true)) {
                pool.setCorePoolSize(pool.getCorePoolSize() + 1);
                work.cancel(true);
                late.run();
              }
            },
            limit.toNanos(),
            TimeUnit.NANOSECONDS);
    return () -> {
      deadline.cancel(false);
      work.cancel(true);
    };
  }

  @Override
  public void close() {
    timer.shutdownNow();
    pool.shutdownNow();
  }
}
