package dev.supervise.worker.function;

import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;

/// Does what it is given one after another, on threads of [BlockingTasks]. After those have closed
/// nothing is done any more. Thread-safe.
public final class SerialTasks {
  private final BlockingTasks errands;
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>(2);
  private boolean busy;

  public SerialTasks(BlockingTasks errands) {
    this.errands = errands;
  }

  public void add(Runnable step) {
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
      step.run();
    }
  }
}
