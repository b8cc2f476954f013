package dev.supervise.worker;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Holds when the unit has given a sign of life (`WATCHDOG=1`) since the try before.
final class Heartbeat implements Probe {
  private final AtomicBoolean heard = new AtomicBoolean();

  void beat() {
    heard.set(true);
  }

  @Override
  public Runnable attempt(Consumer<Answer> told) {
    told.accept(
        heard.getAndSet(false) ? Answer.HOLDS : Answer.not("no WATCHDOG=1 since the try before"));
    return () -> {};
  }
}
