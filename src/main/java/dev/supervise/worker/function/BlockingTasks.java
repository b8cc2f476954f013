package dev.supervise.worker.function;

import dev.supervise.vital.NoThread;
import dev.supervise.vital.Pool;
import dev.supervise.vital.Timer;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/// Threads for what may take its time before a start: closures of the user's, files, accounts.
/// Platform threads, so that functions that spin do not hold them up; at most 32, and one more for
/// each errand that was given up and did not come back. Where none can be had, whoever asks is told
/// so by a [dev.supervise.vital.NoThread].
public final class BlockingTasks implements AutoCloseable {
  /// How long what a run waits for may take before it starts.
  public static final Duration LIMIT = Duration.ofSeconds(5);

  private static final int THREADS = 32;

  private final Pool pool = new Pool("supervise-errand", THREADS, 0);
  private final Timer timer = new Timer();

  /// Makes the first thread now, which stays: from now on whoever asks finds one.
  ///
  /// @throws NoThread it cannot be made
  public void begin() {
    pool.begin();
  }

  public void run(Runnable errand) {
    pool.execute(errand);
  }

  /// Where no thread can be had, on the caller's.
  public void runOrHere(Runnable errand) {
    try {
      pool.execute(errand);
    } catch (NoThread e) {
      errand.run();
    }
  }

  public void later(Duration delay, Runnable errand) {
    Runnable _ = after(delay, errand);
  }

  /// Runs `errand` when the time has come, unless it is cancelled before, or all is closed.
  ///
  /// @return cancels it
  public Runnable after(Duration delay, Runnable errand) {
    return timer.after(
        delay,
        () -> {
          try {
            pool.execute(errand);
          } catch (RejectedExecutionException closed) {
            // Closed in this very moment: nobody waits for it any more.
            timer.close();
          }
        });
  }

  /// Runs `errand`; when it has not come back in time, interrupts it and runs `late` instead of
  /// waiting for it.
  ///
  /// @return cancels both
  public Runnable within(Duration limit, Runnable errand, Runnable late) {
    AtomicBoolean returned = new AtomicBoolean();
    Future<?> work =
        pool.submit(() -> {
          try {
            errand.run();
          } finally {
            if (!returned.compareAndSet(false, true)) {
              pool.grow(-1);
            }
          }
        });
    Runnable cancelDeadline =
        timer.after(
            limit,
            () -> {
              if (returned.compareAndSet(false, true)) {
                pool.grow(1);
                work.cancel(true);
                late.run();
              }
            });
    return () -> {
      cancelDeadline.run();
      work.cancel(true);
    };
  }

  @Override
  public void close() {
    timer.close();
    pool.close();
  }
}
