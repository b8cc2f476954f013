package dev.supervise.worker.output;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// How many outputs of runs are on their way to a file: the end waits for them. Thread-safe.
public final class OpenOutputs {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition none = lock.newCondition();
  private int open;

  public void begin() {
    lock.lock();
    open++;
    lock.unlock();
  }

  public void over() {
    lock.lock();
    if (--open == 0) {
      none.signalAll();
    }
    lock.unlock();
  }

  /// Waits until there are none, for at most so long, and only as long as `moves` says that some of
  /// them get on.
  public void await(long nanos, LongSupplier clock, BooleanSupplier moves) {
    long end = clock.getAsLong() + nanos;
    lock.lock();
    try {
      while (open > 0 && clock.getAsLong() - end < 0 && moves.getAsBoolean()) {
        long _ = none.awaitNanos(LOOK_NANOS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
