package dev.supervise.cli.run;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import sun.misc.Signal;

/// While the terminal is left to the shell: notices that it has been given back. A shell that takes
/// us for stopped sends CONT with it; one that has seen us go on (bash) sends nothing, so that it
/// is also looked twice a second.
final class Away {
  private static final long LOOK_MILLIS = 500;

  /// How long a shell may take to notice that it has its terminal back.
  private static final long HANDOVER_MILLIS = 3000;

  private static final long HANDOVER_LOOK_MILLIS = 20;

  /// Whose a terminal is.
  enum Terminal {
    OURS,
    OTHERS,
    /// Hung up.
    NOBODYS
  }

  /// What became of it.
  enum Outcome {
    BACK,
    /// The same, and Ctrl-C has been typed on it already.
    INTERRUPTED,
    /// Nobody took it.
    KEPT,
    GONE,
    OVER
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final Supplier<Terminal> terminal;
  private boolean interrupted;
  private boolean away;
  private boolean over;
  private boolean listens;

  Away(Supplier<Terminal> terminal) {
    this.terminal = terminal;
  }

  /// Waits until the terminal has been given back, has gone, or the tree is down.
  Outcome end() throws InterruptedException {
    lock.lock();
    try {
      if (!listens) {
        Signal.handle(new Signal("CONT"), _ -> look());
        listens = true;
      }
      away = true;
      interrupted = false;
      for (long waited = 0;
          waited < HANDOVER_MILLIS && !over && terminal.get() == Terminal.OURS;
          waited += HANDOVER_LOOK_MILLIS) {
        boolean _ = news.await(HANDOVER_LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
      boolean kept = terminal.get() == Terminal.OURS;
      while (!over && terminal.get() == Terminal.OTHERS) {
        boolean _ = news.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
      if (over) {
        return Outcome.OVER;
      }
      if (terminal.get() == Terminal.NOBODYS) {
        return Outcome.GONE;
      }
      return interrupted ? Outcome.INTERRUPTED : kept ? Outcome.KEPT : Outcome.BACK;
    } finally {
      away = false;
      lock.unlock();
    }
  }

  /// INT has come.
  ///
  /// @return whether it was typed, on a terminal that was left and is ours: it is noticed now
  boolean interrupted() {
    lock.lock();
    try {
      boolean typed = away && terminal.get() == Terminal.OURS;
      interrupted |= typed;
      news.signalAll();
      return typed;
    } finally {
      lock.unlock();
    }
  }

  private void look() {
    lock.lock();
    try {
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The tree is down.
  void over() {
    lock.lock();
    try {
      over = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
