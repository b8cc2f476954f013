package dev.supervise.vital;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Code of a user's, run once, on a virtual thread of its own. Users' code may spin, block, throw
/// what it likes, and never end; what that does to others is the affair of [Carriers].
///
/// The body answers for everything that the user's code in it throws. What leaves the body all the
/// same is our own defect and ends the process: an answer was lost.
///
/// Any thread may use it. No method waits for the code.
public final class UserCode implements Runnable {
  private enum Stage {
    NEW,
    /// Wants a carrier.
    STARTED,
    RUNNING,
    /// Has called `System.exit`, and never comes back.
    LEAVING,
    OVER
  }

  private static final SuddenEnd LOST = new SuddenEnd("what a function's end brings about");

  private final Thread thread;
  private @Nullable Runnable body;
  private volatile Stage stage = Stage.NEW;
  private StackTraceElement[] left = {};

  /// @param name the unit's or whatever the code belongs to: how what it prints is known, and what
  ///   a thread dump shows
  /// @param body called once, or never
  public UserCode(String name, Runnable body) {
    this.body = body;
    this.thread = Thread.ofVirtual().name(name).unstarted(this);
  }

  /// Begins. Once; one that was withdrawn never does.
  ///
  /// @throws NoThread nothing carries it, and nothing can be had that would; it never runs
  public void start() {
    synchronized (this) {
      if (stage != Stage.NEW) {
        return;
      }
      stage = Stage.STARTED;
    }
    try {
      Carriers.add(this);
      thread.start();
    } catch (NoThread e) {
      neverRuns();
      throw e;
    } catch (OutOfMemoryError e) {
      neverRuns();
      throw NoThread.of(e);
    }
  }

  private void neverRuns() {
    stage = Stage.OVER;
    Carriers.remove(this);
  }

  /// Ends it before it has begun.
  ///
  /// @return false where it has begun: it has to be asked to end
  public boolean withdraw() {
    synchronized (this) {
      if (stage != Stage.NEW && stage != Stage.STARTED) {
        return false;
      }
      stage = Stage.OVER;
      body = null;
    }
    Carriers.remove(this);
    return true;
  }

  /// Interrupts it, soon.
  public void interrupt() {
    Carriers.interrupt(this);
  }

  /// Whether it runs, or is about to.
  public boolean alive() {
    Stage now = stage;
    return now == Stage.STARTED || now == Stage.RUNNING;
  }

  /// Whether it has got a carrier at least once.
  boolean begun() {
    return stage == Stage.RUNNING;
  }

  /// What stands for its end where it has called `System.exit`, with the stack of the call: it is
  /// never heard of again.
  public Optional<Throwable> exits() {
    if (stage != Stage.LEAVING) {
      return Optional.empty();
    }
    Throwable call = new Error("System.exit was called");
    call.setStackTrace(left);
    return Optional.of(call);
  }

  void leaves(StackTraceElement[] stack) {
    left = stack.clone();
    stage = Stage.LEAVING;
  }

  /// The thread whose lines are its own.
  public Thread thread() {
    return thread;
  }

  /// Not to be called by others than the thread.
  @Override
  public void run() {
    Runnable code;
    synchronized (this) {
      code = body;
      body = null;
      if (code != null) {
        stage = Stage.RUNNING;
      }
    }
    if (code == null) {
      // Withdrawn while it was started: it may have been added after it was taken away.
      Carriers.remove(this);
      return;
    }
    try {
      code.run();
    } catch (Throwable lost) {
      LOST.because(lost);
    } finally {
      stage = Stage.OVER;
      Carriers.remove(this);
    }
  }
}
