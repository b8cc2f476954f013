package dev.supervise.vital;

import dev.supervise.posix.Fd;
import dev.supervise.posix.Libc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/// Makes the JDK's scheduler have its carriers now and not when they are wanted: empty code that
/// holds one each until all are there.
final class Crew {
  /// Where for so long no further one comes, it is looked whether there are threads to be had at
  /// all.
  private static final int PATIENCE_MILLIS = 100;

  /// So often it is waited on for a machine that has the threads and no time for them.
  private static final int BUSY = 20;

  private final AtomicInteger arrived = new AtomicInteger();
  private final CountDownLatch rested;
  private volatile boolean released;

  private Crew(int size) {
    rested = new CountDownLatch(size);
  }

  /// Waits until there are so many carriers, none of them held by anything else, or no more can be
  /// had; it takes a tenth of a millisecond each. Where the system's own calls cannot be used,
  /// nothing is made.
  ///
  /// @return how many there are; fewer than were wanted where no further thread can be had
  static int make(int wanted) {
    if (!Libc.supported()) {
      return wanted;
    }
    Crew crew = new Crew(wanted);
    int there = crew.gather(wanted, wanted, crew.arrived::get);
    return Math.min(there, wanted - (int) crew.resting());
  }

  /// Waits until there are so many carriers, which others may hold, or no more can be had.
  ///
  /// @param size how many are missing
  /// @param present how many there are
  /// @return how many there are
  static int fill(int size, int wanted, IntSupplier present) {
    return Libc.supported() ? new Crew(size).gather(size, wanted, present) : wanted;
  }

  private int gather(int size, int wanted, IntSupplier present) {
    for (int i = 0; i < size; i++) {
      try {
        Thread.ofVirtual().name("supervise-crew").start(this::hold);
      } catch (OutOfMemoryError e) {
        NoThread _ = NoThread.of(e);
        break;
      }
    }
    int there = 0;
    int waits = 0;
    for (int millis = 0; there < wanted; millis++) {
      int now = present.getAsInt();
      if (now > there) {
        there = now;
        millis = 0;
      }
      if (millis >= PATIENCE_MILLIS) {
        if (waits++ == BUSY || !signal()) {
          break;
        }
        millis = 0;
      }
      if (there < wanted) {
        pause();
      }
    }
    released = true;
    return Math.min(there, wanted);
  }

  /// Has the scheduler look once more whether it wants a carrier. It does so when work comes to a
  /// queue that was empty, and the crew may wait in one that is not: so from a thread of its own,
  /// which is likely to have another queue.
  ///
  /// @return whether there was a thread to be had for it
  private static boolean signal() {
    try {
      join(Threads.start(Threads.vital("supervise-crew", Crew::submitNothing)));
      return true;
    } catch (NoThread e) {
      return false;
    }
  }

  private static void submitNothing() {
    try {
      Thread.ofVirtual().name("supervise-crew").start(() -> {});
    } catch (OutOfMemoryError e) {
      NoThread _ = NoThread.of(e);
    }
  }

  /// Each sleeps once, so that what wakes the sleeping is there, too.
  ///
  /// @return how many have not
  private long resting() {
    try {
      for (int waits = 0; waits < BUSY; waits++) {
        if (rested.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) || !possible(1)) {
          break;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return rested.getCount();
  }

  private void hold() {
    arrived.incrementAndGet();
    // Not by a wait of the JDK's, which would give the carrier back.
    while (!released) {
      pause();
    }
    try {
      Thread.sleep(1);
      rested.countDown();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the crew", e);
    }
  }

  /// A millisecond, in the system: a poll of nothing.
  private static void pause() {
    int _ = Fd.awaitWritable(-1, 1);
  }

  /// Whether so many threads more can be had now. They are gone again when it returns.
  static boolean possible(int wanted) {
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> made = new ArrayList<>();
    try {
      for (int i = 0; i < wanted; i++) {
        made.add(Threads.start(Threads.vital("supervise-crew", () -> await(end))));
      }
      return true;
    } catch (NoThread e) {
      return false;
    } finally {
      end.countDown();
      made.forEach(Crew::join);
    }
  }

  private static void await(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the crew", e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
