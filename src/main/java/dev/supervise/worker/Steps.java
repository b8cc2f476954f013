package dev.supervise.worker;

import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// Does what it is given one after another, on threads of [Errands]. After those have closed
/// nothing is done any more. Thread-safe.
final class Steps {
  private final Errands errands;
  private final Consumer<String> warnings;
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>(2);
  private boolean busy;

  Steps(Errands errands, Consumer<String> warnings) {
    this.errands = errands;
    this.warnings = warnings;
  }

  void add(Runnable step) {
    synchronized (this) {
      queue.add(step);
      if (busy) {
        return;
      }
      busy = true;
    }
    try {
      errands.run(this::work);
    } catch (RejectedExecutionException closed) {
      // The worker is closing; nobody waits for this any more.
      synchronized (this) {
        queue.clear();
      }
    }
  }

  private void work() {
    while (true) {
      Runnable step;
      synchronized (this) {
        step = queue.poll();
        if (step == null) {
          busy = false;
          return;
        }
      }
      try {
        step.run();
      } catch (RuntimeException | StackOverflowError e) {
        // The steps after it still have to be done: one of them reports the run's end.
        warnings.accept("a defect while a process was followed, which goes on: " + e);
      }
    }
  }
}
