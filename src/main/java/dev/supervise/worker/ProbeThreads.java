package dev.supervise.worker;

import dev.supervise.spec.Secrets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Threads and the timer that probes are tried on. Platform threads, so that functions that spin
/// make no healthy unit look ill; as many as tries are under way, at most 256, and none when there
/// is nothing to try.
final class ProbeThreads implements AutoCloseable {
  /// The longest one try may take.
  static final Duration TRY_LIMIT = Duration.ofSeconds(2);

  private static final String TOO_LONG = "took longer than " + TRY_LIMIT.toSeconds() + " s";
  private static final int THREADS = 256;

  private final ThreadPoolExecutor pool =
      new ThreadPoolExecutor(
          0,
          THREADS,
          5,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("supervise-probe-", 1).factory());
  private final ScheduledThreadPoolExecutor timer;

  ProbeThreads() {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("supervise-probe-timer").factory());
    timer.setKeepAliveTime(5, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    timer.setRemoveOnCancelPolicy(true);
  }

  /// Calls `body` on a thread of its own; whatever it throws is its answer. When it takes too long
  /// it is interrupted and not waited for.
  ///
  /// @return interrupts it and tells nothing any more
  Runnable attempt(Callable<Answer> body, Consumer<Answer> told) {
    return new Attempt(body, told).begin();
  }

  /// Runs something short that does not block, on the timer's thread.
  ///
  /// @return cancels it
  Runnable later(Duration delay, Runnable step) {
    try {
      Future<?> planned = timer.schedule(step, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> planned.cancel(false);
    } catch (RejectedExecutionException closed) {
      return () -> {};
    }
  }

  /// Runs something on a thread of its own, without a limit.
  ///
  /// @return interrupts it; null when it cannot be run now
  @Nullable Runnable run(Runnable body) {
    try {
      Future<?> work = pool.submit(body);
      return () -> work.cancel(true);
    } catch (RejectedExecutionException full) {
      return null;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    pool.shutdownNow();
  }

  private final class Attempt {
    private final Callable<Answer> body;
    private final AtomicReference<@Nullable Consumer<Answer>> told;
    private volatile Runnable deadline = () -> {};

    Attempt(Callable<Answer> body, Consumer<Answer> told) {
      this.body = body;
      this.told = new AtomicReference<>(told);
    }

    Runnable begin() {
      Runnable interrupt = run(this::call);
      if (interrupt == null) {
        tell(Answer.not("could not be tried: " + THREADS + " tries are under way"));
        return () -> {};
      }
      Runnable limit =
          later(
              TRY_LIMIT,
              () -> {
                if (tell(Answer.not(TOO_LONG))) {
                  interrupt.run();
                }
              });
      // One that was quick has told already; the deadline of one that is not is cancelled below.
      deadline = limit;
      if (told.get() == null) {
        limit.run();
      }
      return () -> {
        limit.run();
        if (told.getAndSet(null) != null) {
          interrupt.run();
        }
      };
    }

    private void call() {
      Answer answer;
      try {
        answer = body.call();
      } catch (Throwable thrown) {
        // A closure of the user's may throw anything.
        answer = Answer.not(Secrets.words(thrown));
      }
      tell(answer);
    }

    private boolean tell(Answer answer) {
      Consumer<Answer> listener = told.getAndSet(null);
      if (listener == null) {
        return false;
      }
      deadline.run();
      listener.accept(answer);
      return true;
    }
  }
}
