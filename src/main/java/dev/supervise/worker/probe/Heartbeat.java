package dev.supervise.worker.probe;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Holds when the unit has given a sign of life (`WATCHDOG=1`) since the try before.
final class Heartbeat implements Probe {
  private final AtomicBoolean heard = new AtomicBoolean();

  void beat() {
    heard.set(true);
  }

  @Override
  public Runnable attempt(Consumer<ProbeResult> told) {
    told.accept(
        heard.getAndSet(false)
            ? ProbeResult.HOLDS
            : ProbeResult.not("no WATCHDOG=1 since the try before"));
    return () -> {};
  }
}
