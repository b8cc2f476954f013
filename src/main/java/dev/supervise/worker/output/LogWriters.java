package dev.supervise.worker.output;

import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
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
/// thread that sees to this is there before it is needed. Before [#begin] or the first byte there
/// are none; where none can be had, what is written waits for the next try, and for [#close] at
/// last, which is called on a thread that exists.
public final class LogWriters implements AutoCloseable {
  public interface Job {
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

  /// Starts a thread, or throws [NoThread].
  interface Starter {
    Thread start(Thread thread);
  }

  private final String name;
  private final Starter starter;
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

  /// Whether the last thread that was wanted could not be had.
  private boolean refused;

  /// Whether somebody was told that no thread can be had.
  private boolean told;

  /// @param name of the threads
  public LogWriters(String name, Consumer<String> warnings, LongSupplier nanoClock) {
    this(name, Threads::start, warnings, nanoClock);
  }

  LogWriters(String name, Starter starter, Consumer<String> warnings, LongSupplier nanoClock) {
    this.name = name;
    this.starter = starter;
    this.warnings = warnings;
    this.nanoClock = nanoClock;
  }

  /// Has its threads made now, so that there are some when no more can be had. Any thread, once.
  public void begin() {
    lock.lock();
    try {
      boolean more = true;
      while (more && writers.size() < WRITERS) {
        more = beginWriter();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Tries again for a thread where none could be had. Any thread; waits for nothing.
  void urge() {
    lock.lock();
    try {
      if (!ready.isEmpty() && !closing) {
        if (writers.isEmpty()) {
          callWriter();
        } else {
          beginWatch();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /// Has `job` called until it has nothing more to write. Any thread; waits for nothing.
  public void add(LogFile file, Job job) {
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
      urge();
    } finally {
      lock.unlock();
    }
  }

  /// Whether anything that is to be written may be soon: not where all there is hangs.
  public boolean mayWrite() {
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
  /// 10 s, what is slow. A thread that is held up dies with the process. Where no other thread can
  /// be had, the caller writes what is ready, for as long as that takes.
  @Override
  public void close() {
    lock.lock();
    try {
      Writer self = new Writer();
      long end = nanoClock.getAsLong() + CLOSE_NANOS;
      while (lanes.keySet().stream().anyMatch(file -> mayYetWrite(file, end))) {
        if (!ready.isEmpty() && noneToCome()) {
          serve(self);
        } else {
          long _ = rest.awaitNanos(LATE_NANOS);
        }
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

  /// Whether all writers are held up, and no further one can be had.
  private boolean noneToCome() {
    if (free() > 0) {
      return false;
    }
    return writers.isEmpty() ? !beginWriter() : watch == Watch.ABSENT || refused;
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
      boolean _ = beginWriter();
    } else if (watch == Watch.ASLEEP) {
      look.signal();
    }
  }

  private boolean beginWriter() {
    Writer writer = new Writer();
    writers.add(writer);
    boolean begun = begin(() -> write(writer));
    if (!begun) {
      writers.remove(writer);
    }
    return begun;
  }

  private boolean begin(Runnable body) {
    try {
      Thread _ = starter.start(Threads.vital(name + "-" + (made + 1), body));
      made++;
      refused = false;
      return true;
    } catch (NoThread e) {
      refused = true;
      if (!told) {
        told = true;
        warnings.accept("logs are written late, or at the end: " + e.getMessage());
      }
      return false;
    }
  }

  /// Without it, files that are ready may wait for one that hangs.
  private void beginWatch() {
    if (watch == Watch.ABSENT && begin(this::watch)) {
      watch = Watch.AWAKE;
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
      beginWatch();
      while (awaitWork()) {
        serve(self);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      writers.remove(self);
      lock.unlock();
    }
  }

  /// One turn, with the lock left meanwhile.
  private void serve(Writer self) {
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

  private static boolean turn(LogFile file, Job job) {
    file.served();
    try {
      return job.write();
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
          boolean _ = beginWriter();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
