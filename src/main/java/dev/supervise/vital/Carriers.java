package dev.supervise.vital;

import dev.supervise.spec.ScriptFrame;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/// The threads that carry all [UserCode], and the one vital thread that watches over them. There
/// are a few (`jdk.virtualThreadScheduler.parallelism`); code that spins, or that waits in native
/// code (the opening of a FIFO, a dead network mount, a driver), keeps its own for so long.
///
/// When all are held, so that what was started does not begin or what has waited does not go on,
/// they become twice as many, up to [#MOST], and stay so; whoever listens is told who holds them
/// and where. A canary tells it: an empty virtual thread that has not begun after
/// [#PATIENCE_NANOS]. One is sent soon after code was started or went to sleep, and then ever more
/// seldom; none while no code runs.
///
/// All carriers there are to be are made before code runs ([Crew]), and the canaries keep them from
/// leaving: a carrier that would begin another one and cannot dies with the code it was about to go
/// on with, which then neither wakes up nor hears an interrupt.
public final class Carriers {
  /// The most there are: the JDK's own limit where nobody sets another.
  static final int MOST = Integer.getInteger("jdk.virtualThreadScheduler.maxPoolSize", 256);

  private static final long PATIENCE_NANOS = 200_000_000;

  /// A carrier leaves after 30 s without work (java.lang.VirtualThread).
  private static final long LONGEST_NANOS = 10_000_000_000L;

  /// So much code is looked at to find who holds carriers; of those so many are named.
  private static final int LOOKED_AT = 4096;

  private static final int NAMED = 3;

  private static final Set<UserCode> CODE = ConcurrentHashMap.newKeySet();

  /// How many there are to be.
  private static volatile int crew = Math.min(MOST, parallelism());

  /// Whether they are there: made, and not left to themselves since for so long that they leave.
  private static volatile boolean manned;

  private static final ConcurrentLinkedQueue<UserCode> INTERRUPTS = new ConcurrentLinkedQueue<>();
  private static final List<Consumer<String>> LISTENERS = new CopyOnWriteArrayList<>();
  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final Condition NEWS = LOCK.newCondition();

  private static volatile @Nullable Thread watch;

  /// Code was started or went to sleep since the watch looked.
  private static volatile boolean stirred;

  private Carriers() {}

  /// @param listener told when carriers had to be added; any thread: queue and return
  /// @return tells it no more
  public static Runnable listen(Consumer<String> listener) {
    LISTENERS.add(listener);
    return () -> LISTENERS.remove(listener);
  }

  /// Code of users is about to wait, and will want a carrier again.
  public static void stir() {
    if (!stirred) {
      stirred = true;
      wake();
    }
  }

  /// @throws NoThread there can be no watch, or no carrier
  static void add(UserCode code) {
    if (!manned && CODE.isEmpty()) {
      begin();
    }
    CODE.add(code);
    stir();
  }

  /// How many the JDK begins with.
  private static int parallelism() {
    return Integer.getInteger(
        "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
  }

  /// What is to run, or runs.
  static Iterable<UserCode> code() {
    return CODE;
  }

  static void remove(UserCode code) {
    CODE.remove(code);
  }

  /// Not on the caller's thread: where no carrier is left and none can be had, the JDK tries again
  /// until there is one.
  static void interrupt(UserCode code) {
    INTERRUPTS.add(code);
    wake();
  }

  private static void wake() {
    LOCK.lock();
    try {
      NEWS.signal();
    } finally {
      LOCK.unlock();
    }
  }

  /// Code that is added meanwhile waits: it would take carriers that are not all there.
  private static synchronized void begin() {
    if (manned) {
      return;
    }
    int there = Crew.make(crew);
    if (there == 0) {
      throw NoThread.noneCame();
    }
    if (there < crew) {
      scheduler().setParallelism(there);
      crew = there;
    }
    if (watch == null) {
      watch = Threads.start(Threads.vital("supervise-carriers", new Watch()));
    }
    manned = true;
  }

  private static VirtualThreadSchedulerMXBean scheduler() {
    return ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
  }

  private static final class Canary implements Runnable {
    volatile boolean begun;

    @Override
    public void run() {
      begun = true;
    }
  }

  /// What the watch's thread does.
  private static final class Watch implements Runnable {
    private Canary canary = new Canary();
    private long pause = PATIENCE_NANOS;

    @Override
    public void run() {
      canary.run();
      while (true) {
        if (CODE.isEmpty()) {
          idle();
        }
        rest(pause);
        pause = Math.min(2 * pause, LONGEST_NANOS);
        if (!CODE.isEmpty()) {
          look();
        }
      }
    }

    /// Waits for code. What comes after so long a rest is looked after as soon as any.
    private void idle() {
      long left = 2 * LONGEST_NANOS;
      while (CODE.isEmpty()) {
        stirred = false;
        if (!CODE.isEmpty()) {
          break;
        }
        if (left <= 0) {
          manned = false;
        }
        left = await(left <= 0 ? Long.MAX_VALUE : left);
      }
      pause = PATIENCE_NANOS;
    }

    /// Sends a canary, and adds carriers until one begins in time. One that still waits, because
    /// there were no more to be had, is not sent again: it is looked whether there are by now.
    private void look() {
      boolean waits = !canary.begun;
      if (!waits && !send()) {
        return;
      }
      boolean told = waits;
      while (!canary.begun) {
        int held = scheduler().getParallelism();
        int now = more(held);
        if (!told || (now == held) != waits) {
          String text = text(held, now);
          LISTENERS.forEach(listener -> listener.accept(text));
          told = true;
        }
        waits = now == held;
        if (waits || !send()) {
          return;
        }
      }
    }

    /// Twice as many, where so many threads can be had: that is tried with others first.
    ///
    /// @return how many there are now
    private static int more(int held) {
      int wanted = Math.max(held, Math.min(2 * held, MOST));
      if (wanted == held || !Crew.possible(wanted - held)) {
        return held;
      }
      scheduler().setParallelism(wanted);
      int there = Crew.fill(wanted - held, wanted, scheduler()::getPoolSize);
      if (there < wanted) {
        scheduler().setParallelism(Math.max(held, there));
      }
      crew = Math.max(held, there);
      return crew;
    }

    /// @return false where it could not be sent
    private boolean send() {
      Canary next = new Canary();
      try {
        Thread.ofVirtual().name("supervise-canary").start(next);
        canary = next;
      } catch (OutOfMemoryError e) {
        // Nobody holds the carriers: there is none, and none can be had.
        NoThread _ = NoThread.of(e);
        return false;
      }
      rest(PATIENCE_NANOS);
      return true;
    }

    /// Lets that time go by, or less when something stirs.
    private void rest(long nanos) {
      long left = nanos;
      while (left > 0) {
        if (stirred) {
          stirred = false;
          pause = PATIENCE_NANOS / 2;
          left = Math.min(left, PATIENCE_NANOS);
        }
        left = await(left);
      }
    }

    /// Waits for that time or until it is woken, and carries out interrupts.
    ///
    /// @return what is left of the time
    private static long await(long nanos) {
      long left = nanos;
      LOCK.lock();
      try {
        while (INTERRUPTS.isEmpty() && !stirred && left > 0) {
          left = NEWS.awaitNanos(left);
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts the watch", e);
      } finally {
        LOCK.unlock();
      }
      for (UserCode code = INTERRUPTS.poll(); code != null; code = INTERRUPTS.poll()) {
        code.thread().interrupt();
      }
      return left;
    }
  }

  // ---- who holds them ----

  private static String text(int held, int now) {
    List<String> holders = new ArrayList<>();
    int looked = 0;
    int more = 0;
    for (UserCode code : CODE) {
      if (++looked > LOOKED_AT) {
        break;
      }
      String place = code.begun() ? place(code.thread()) : "";
      if (!place.isEmpty() && holders.size() < NAMED) {
        holders.add(code.thread().getName() + " in " + place);
      } else if (!place.isEmpty()) {
        more++;
      }
    }
    return "all "
        + held
        + " threads that carry functions are held ("
        + String.join(", ", holders)
        + (more > 0 ? " and " + more + " more" : "")
        + "); "
        + (now > held
            ? "there are " + now + " now"
            : "there are no more, what else is to run waits for one of them");
  }

  /// Where code stands that holds a carrier: the innermost place, and where in a script that is.
  ///
  /// @return empty for code that waits without holding one
  private static String place(Thread thread) {
    StackTraceElement[] stack = thread.getStackTrace();
    if (stack.length == 0
        || thread.getState() != Thread.State.RUNNABLE
        || stack[0].getClassName().equals("java.lang.VirtualThread")
        || stack[0].getClassName().equals("jdk.internal.vm.Continuation")) {
      return "";
    }
    String type = stack[0].getClassName();
    String inner = type.substring(type.lastIndexOf('.') + 1) + "." + stack[0].getMethodName();
    return ScriptFrame.innermost(stack).map(origin -> inner + ", " + origin).orElse(inner);
  }
}
