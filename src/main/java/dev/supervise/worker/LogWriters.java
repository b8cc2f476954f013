package dev.supervise.worker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The threads that may wait for a disk; nobody else does. What is to be written to one file is
/// written by one of them at a time, in the order it came; files take turns.
///
/// Two are enough for disks that work. One that is held up by its file, by a disk that hangs or a
/// fifo nobody reads, is replaced for as long as it is, so that no file waits for another one. The
/// thread that sees to this is there before it is needed; before the first byte there are none.
final class LogWriters implements AutoCloseable {
  interface Job {
    /// Writes something of what there is.
    ///
    /// @return whether there is more; it is called again after the others
    boolean write();
  }

  private static final int WRITERS = 2;

  /// More files than these that hang at the same time hold others up.
  private static final int MOST = 1000;

  /// So long at one turn, a writer is replaced until it is back.
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /// How long the end waits for disks that take what they are given, but slowly.
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// What waits to be written to one file.
  private static final class Lane {
    final LogFile file;
    final ArrayDeque<Job> jobs = new ArrayDeque<>(2);

    Lane(LogFile file) {
      this.file = file;
    }
  }

  /// One thread that writes.
  private static final class Writer {
    /// Where it is; absent while it waits for work.
    @Nullable LogFile at;

    long since;
  }

  private enum Watch {
    /// Nothing was ever written.
    ABSENT,
    ASLEEP,
    AWAKE
  }

  private final String name;
  private final Consumer<String> warnings;
  private final LongSupplier nanoClock;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition look = lock.newCondition();
  private final Condition rest = lock.newCondition();

  // Under the lock.
  private final Map<LogFile, Lane> lanes = new HashMap<>();
  private final ArrayDeque<Lane> ready = new ArrayDeque<>();
  private final List<Writer> writers = new ArrayList<>(WRITERS);
  private Watch watch = Watch.ABSENT;
  private int idle;
  private int made;
  private boolean closing;

  /// @param name of the threads
  LogWriters(String name, Consumer<String> warnings, LongSupplier nanoClock) {
    this.name = name;
    this.warnings = warnings;
    this.nanoClock = nanoClock;
  }

  /// Has `job` called until it has nothing more to write. Any thread; waits for nothing.
  void add(LogFile file, Job job) {
    lock.lock();
    try {
      Lane lane = lanes.get(file);
      if (lane == null) {
        lane = new Lane(file);
        lanes.put(file, lane);
        ready.add(lane);
        callWriter();
      }
      lane.jobs.add(job);
    } finally {
      lock.unlock();
    }
  }

  /// Whether anything that is to be written may be soon: not where all there is hangs.
  boolean mayWrite() {
    lock.lock();
    try {
      long now = nanoClock.getAsLong();
      return lanes.isEmpty()
          || lanes.keySet().stream().anyMatch(file -> file.stuck(now) < LogFile.PATIENCE.toNanos());
    } finally {
      lock.unlock();
    }
  }

  /// Writes what there is. A file that takes nothing is given up after 2 s, and named; so is, after
  /// 10 s, what is slow. A thread that is held up dies with the process.
  @Override
  public void close() {
    lock.lock();
    try {
      long end = nanoClock.getAsLong() + CLOSE_NANOS;
      while (lanes.keySet().stream().anyMatch(file -> mayYetWrite(file, end))) {
        long _ = rest.awaitNanos(LATE_NANOS);
      }
      lanes.keySet().forEach(LogFile::tellLeft);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closing = true;
      work.signalAll();
      look.signalAll();
      lock.unlock();
    }
  }

  private boolean mayYetWrite(LogFile file, long end) {
    long now = nanoClock.getAsLong();
    return now - end < 0 && file.stuck(now) < LogFile.PATIENCE.toNanos();
  }

  // ---- under the lock ----

  /// A file has become ready.
  private void callWriter() {
    if (ready.size() <= idle) {
      work.signal();
    } else if (writers.size() < WRITERS) {
      beginWriter();
    } else if (watch == Watch.ASLEEP) {
      look.signal();
    }
  }

  private void beginWriter() {
    Writer writer = new Writer();
    writers.add(writer);
    if (!begin(() -> write(writer))) {
      writers.remove(writer);
    }
  }

  private boolean begin(Runnable body) {
    try {
      Thread.ofPlatform().daemon().name(name + "-" + ++made).start(body);
      return true;
    } catch (OutOfMemoryError noThread) {
      warnings.accept(
          "no thread can be made for logs that wait for others: " + noThread.getMessage());
      return false;
    }
  }

  /// How many of the writers are not held up.
  private int free() {
    long now = nanoClock.getAsLong();
    int free = 0;
    for (Writer writer : writers) {
      if (writer.at == null || now - writer.since < LATE_NANOS) {
        free++;
      }
    }
    return free;
  }

  /// How many are to be: a few more where many are held up, so that a disk with many logs on it is
  /// known for one soon.
  private int wanted(int free) {
    return WRITERS + (writers.size() - free) / 2;
  }

  // ---- the threads ----

  private void write(Writer self) {
    lock.lock();
    try {
      if (watch == Watch.ABSENT) {
        watch = Watch.AWAKE;
        watch = begin(this::watch) ? Watch.AWAKE : Watch.ABSENT;
      }
      while (awaitWork()) {
        Lane lane = ready.remove();
        Job job = lane.jobs.element();
        self.at = lane.file;
        self.since = nanoClock.getAsLong();
        boolean more;
        lock.unlock();
        try {
          more = turn(lane.file, job);
        } finally {
          lock.lock();
          self.at = null;
        }
        lane.jobs.remove();
        if (more) {
          lane.jobs.add(job);
        }
        if (lane.jobs.isEmpty()) {
          lanes.remove(lane.file);
          rest.signalAll();
        } else {
          ready.add(lane);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      writers.remove(self);
      lock.unlock();
    }
  }

  /// @return false when this writer is one too many, or all is over
  private boolean awaitWork() throws InterruptedException {
    while (!closing) {
      if (!ready.isEmpty()) {
        return true;
      }
      int free = free();
      if (free > wanted(free)) {
        return false;
      }
      idle++;
      try {
        work.await();
      } finally {
        idle--;
      }
    }
    return false;
  }

  private boolean turn(LogFile file, Job job) {
    file.served();
    try {
      return job.write();
    } catch (Throwable e) {
      // What it could not write is taken off its queue already: it gets on.
      warnings.accept("a defect in supervise's log writer, which goes on: " + e);
      return true;
    } finally {
      file.left();
    }
  }

  /// Sees to it that there is somebody for files that are ready.
  private void watch() {
    lock.lock();
    try {
      while (!closing) {
        if (ready.isEmpty()) {
          watch = Watch.ASLEEP;
          look.await();
          watch = Watch.AWAKE;
        }
        long _ = look.awaitNanos(LATE_NANOS);
        int free = free();
        for (int more = wanted(free) - free;
            more > 0 && idle < ready.size() && writers.size() < MOST;
            more--) {
          beginWriter();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
