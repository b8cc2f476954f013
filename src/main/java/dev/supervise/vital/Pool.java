package dev.supervise.vital;

import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Vital platform threads for work that may block: as many as are busy, up to a number; what comes
/// beyond it waits. The first thread is made for the first work and stays; the others leave after
/// some seconds without any. Thread-safe.
///
/// Where no further thread can be had, work waits for those there are. Only where there is none at
/// all is it refused, by [NoThread]. Closed, a pool refuses by a [RejectedExecutionException].
///
/// What leaves a piece of work by an exception ends the process, like everything on a vital thread,
/// also where nobody looks at its future.
public final class Pool implements Executor, AutoCloseable {
  private static final long IDLE_SECONDS = 5;

  private final Workers workers;

  /// @param most threads at a time
  /// @param stack bytes each; 0: as the JVM has it
  public Pool(String name, int most, long stack) {
    workers = new Workers(name, most, stack);
  }

  @Override
  public void execute(Runnable work) {
    workers.execute(work);
  }

  /// The same for work that may be taken back, with an interrupt once it runs.
  public Future<?> submit(Runnable work) {
    return workers.submit(work);
  }

  /// So many threads more, or less, from now on.
  public synchronized void grow(int threads) {
    workers.setMaximumPoolSize(workers.getMaximumPoolSize() + threads);
  }

  /// Makes the first thread now.
  ///
  /// @throws NoThread it cannot be made
  public void begin() {
    try {
      workers.prestartCoreThread();
    } catch (OutOfMemoryError e) {
      throw NoThread.of(e);
    }
  }

  /// Ends at once: what waits is dropped, what runs is interrupted. Waits for nothing.
  @Override
  public void close() {
    workers.shutdownNow();
  }

  /// A future keeps to itself what its work threw.
  static void lookAt(Runnable work, @Nullable Throwable thrown) {
    if (thrown == null
        && work instanceof Future<?> future
        && future.state() == Future.State.FAILED) {
      throw new Unhandled("a piece of work", future.exceptionNow());
    }
  }

  /// Takes work at once or not at all, so that there is a thread for what is not taken.
  private static final class Handover extends LinkedTransferQueue<Runnable> {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean offer(Runnable work) {
      return tryTransfer(work);
    }
  }

  private static final class Workers extends ThreadPoolExecutor {
    Workers(String name, int most, long stack) {
      super(
          1,
          most,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new Handover(),
          Threads.factory(name, stack),
          (work, pool) -> {
            if (pool.isShutdown()) {
              throw new RejectedExecutionException("closed");
            }
            pool.getQueue().add(work);
          });
    }

    @Override
    public void execute(Runnable work) {
      try {
        super.execute(work);
      } catch (OutOfMemoryError e) {
        NoThread none = NoThread.of(e);
        if (getPoolSize() == 0) {
          throw none;
        }
        getQueue().add(work);
      }
    }

    @Override
    protected void afterExecute(Runnable work, @Nullable Throwable thrown) {
      lookAt(work, thrown);
    }
  }
}
