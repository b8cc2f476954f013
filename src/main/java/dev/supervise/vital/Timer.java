package dev.supervise.vital;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Calls what is due, on the one vital thread that does so for the whole process. It wakes up for
/// what is due only. What is called must be short and must not block. Thread-safe.
public final class Timer implements AutoCloseable {
  private static final Due DUE = new Due();

  private volatile boolean closed;

  /// Makes the thread, if it is not there yet: who calls this early needs none later.
  ///
  /// @throws NoThread it cannot be made
  public static void begin() {
    try {
      DUE.prestartCoreThread();
    } catch (OutOfMemoryError e) {
      throw NoThread.of(e);
    }
  }

  /// Calls `what` after that time, unless this timer is closed before.
  ///
  /// @return takes it back
  /// @throws NoThread there is no thread to do it
  public Runnable after(Duration delay, Runnable what) {
    begin();
    Future<?> planned =
        DUE.schedule(
            () -> {
              if (!closed) {
                what.run();
              }
            },
            delay.toNanos(),
            TimeUnit.NANOSECONDS);
    return () -> planned.cancel(false);
  }

  /// Nothing of this timer is called any more, but what is being called now.
  @Override
  public void close() {
    closed = true;
  }

  private static final class Due extends ScheduledThreadPoolExecutor {
    Due() {
      super(1, body -> Threads.vital("supervise-timer", body));
      setRemoveOnCancelPolicy(true);
    }

    @Override
    protected void afterExecute(Runnable work, @Nullable Throwable thrown) {
      Pool.lookAt(work, thrown);
    }
  }
}
