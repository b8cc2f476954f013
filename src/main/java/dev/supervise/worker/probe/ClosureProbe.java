package dev.supervise.worker.probe;

import dev.supervise.worker.output.Speakers;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Holds when the user's closure says so. One that outlives its time is interrupted, and no second
/// copy of it runs before it has come back.
final class ClosureProbe implements Probe {
  private final ProbeThreads threads;
  private final Callable<Boolean> body;
  private final Consumer<String> said;
  private final AtomicBoolean inside = new AtomicBoolean();

  /// @param said takes what it prints
  ClosureProbe(ProbeThreads threads, Callable<Boolean> body, Consumer<String> said) {
    this.threads = threads;
    this.body = body;
    this.said = said;
  }

  @Override
  public Runnable attempt(Consumer<ProbeResult> told) {
    if (inside.get()) {
      told.accept(
          ProbeResult.not("check has not returned from an earlier try, and ignores its interrupt"));
      return () -> {};
    }
    return threads.attempt(this::ask, told);
  }

  private ProbeResult ask() throws Exception {
    if (!inside.compareAndSet(false, true)) {
      return ProbeResult.not("check has not returned from an earlier try");
    }
    Speakers.begin(said);
    try {
      return Boolean.TRUE.equals(body.call())
          ? ProbeResult.HOLDS
          : ProbeResult.not("check says no");
    } finally {
      Speakers.end();
      inside.set(false);
    }
  }
}
