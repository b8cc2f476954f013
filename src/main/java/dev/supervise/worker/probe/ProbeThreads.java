package dev.supervise.worker.probe;

import dev.supervise.spec.Stack;
import dev.supervise.text.DurationText;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Pool;
import dev.supervise.vital.Timer;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Threads and the timer that probes are tried on. Platform threads, so that functions that spin
/// make no healthy unit look ill; as many as tries are under way, at most 256, and none when there
/// is nothing to try.
public final class ProbeThreads implements AutoCloseable {
  /// The longest one try may take.
  static final Duration TRY_LIMIT = Duration.ofSeconds(2);

  private static final String TOO_LONG = "took longer than " + DurationText.exact(TRY_LIMIT);
  private static final int THREADS = 256;

  private final Pool pool = new Pool("supervise-probe", THREADS, 0);
  private final Timer timer = new Timer();
  private final AtomicInteger busy = new AtomicInteger();

  /// Calls `body` on a thread of its own; whatever it throws is its answer. When it takes too long
  /// it is interrupted and not waited for.
  ///
  /// @return interrupts it and tells nothing any more
  Runnable attempt(Callable<ProbeResult> body, Consumer<ProbeResult> told) {
    return new Attempt(body, told).begin();
  }

  /// Runs something short that does not block, on the timer's thread.
  ///
  /// @return cancels it
  Runnable later(Duration delay, Runnable step) {
    return timer.after(delay, step);
  }

  /// Runs something on a thread of its own, without a limit.
  ///
  /// @return interrupts it; null when it cannot be run now
  @Nullable
  public Runnable run(Runnable body) {
    if (busy.incrementAndGet() > THREADS) {
      busy.decrementAndGet();
      return null;
    }
    FutureTask<?> work =
        new FutureTask<>(body, null) {
          @Override
          protected void done() {
            busy.decrementAndGet();
          }
        };
    try {
      pool.execute(work);
      return () -> work.cancel(true);
    } catch (RejectedExecutionException | NoThread closedOrFull) {
      work.cancel(false);
      return null;
    }
  }

  @Override
  public void close() {
    timer.close();
    pool.close();
  }

  private final class Attempt {
    private final Callable<ProbeResult> body;
    private final AtomicReference<@Nullable Consumer<ProbeResult>> told;
    private volatile Runnable deadline = () -> {};

    Attempt(Callable<ProbeResult> body, Consumer<ProbeResult> told) {
      this.body = body;
      this.told = new AtomicReference<>(told);
    }

    Runnable begin() {
      Runnable interrupt = run(this::call);
      if (interrupt == null) {
        tell(
            ProbeResult.not(
                "could not be tried: "
                    + (busy.get() < THREADS
                        ? "no further thread can be started"
                        : THREADS + " tries are under way")));
        return () -> {};
      }
      Runnable limit =
          later(
              TRY_LIMIT,
              () -> {
                if (tell(ProbeResult.not(TOO_LONG))) {
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
      ProbeResult answer;
      try {
        answer = body.call();
      } catch (Throwable thrown) {
        // A closure of the user's may throw anything.
        answer = ProbeResult.not(words(thrown));
      }
      tell(answer);
    }

    private boolean tell(ProbeResult answer) {
      Consumer<ProbeResult> listener = told.getAndSet(null);
      if (listener == null) {
        return false;
      }
      deadline.run();
      listener.accept(answer);
      return true;
    }
  }

  static String words(Throwable thrown) {
    return Stack.phrase(thrown) + Stack.at(thrown);
  }
}
