package dev.supervise.worker;

import dev.supervise.posix.Epoll;
import dev.supervise.posix.Errno;
import dev.supervise.posix.Wakeup;
import dev.supervise.vital.Threads;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// The one thread that waits on descriptors, and does what follows from it. It never touches a disk
/// and runs no user code, so one stalled file or one spinning closure delays no exit of any other
/// unit. It is vital: what one handler throws ends the process, because what it had begun is half
/// done.
public final class Reactor implements AutoCloseable {
  /// What to do when a descriptor is ready. Called on the reactor's thread.
  public interface Handler {
    void ready(int events);
  }

  private static final long WAKE = 0;

  private record Alarm(long at, Runnable task) {}

  private final Epoll epoll = new Epoll();
  private final Wakeup wake = new Wakeup();
  private final ConcurrentHashMap<Long, Handler> handlers = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final AtomicLong tags = new AtomicLong(WAKE);

  /// The thread's own.
  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>(Comparator.comparingLong((Alarm alarm) -> alarm.at()));

  private final int idleMillis;
  private final Runnable idle;
  private final LongSupplier nanoClock;
  private final Thread thread;
  private long idleAt;
  private volatile boolean closing;

  /// @param idleMillis how often `idle` is called, roughly
  public Reactor(LongSupplier nanoClock, int idleMillis, Runnable idle) {
    this.nanoClock = nanoClock;
    this.idleMillis = idleMillis;
    this.idle = idle;
    epoll.add(wake.fd(), Epoll.IN, WAKE);
    thread = Threads.vital("supervise-io", this::run);
  }

  public void begin() {
    Threads.start(thread);
  }

  /// The system watches no further descriptor.
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int errno;

    Refused(int errno) {
      super("epoll: " + Errno.words(errno), null, false, false);
      this.errno = errno;
    }

    public int errno() {
      return errno;
    }
  }

  /// Watches a descriptor. Any thread.
  ///
  /// @throws Refused it is not watched
  /// @return a tag that names this watch; a number of the kernel's is used again too soon for that
  public long watch(int fd, int events, Handler handler) {
    long tag = tags.incrementAndGet();
    handlers.put(tag, handler);
    int added = epoll.add(fd, events, tag);
    if (added < 0) {
      handlers.remove(tag);
      throw new Refused(-added);
    }
    return tag;
  }

  public void change(int fd, int events, long tag) {
    epoll.change(fd, events, tag);
  }

  /// Ends a watch; the descriptor must still be open.
  public void unwatch(int fd, long tag) {
    epoll.remove(fd);
    handlers.remove(tag);
  }

  /// Runs `task` on the reactor's thread, soon. Any thread.
  public void post(Runnable task) {
    tasks.add(task);
    if (!onThread() && woken.compareAndSet(false, true)) {
      wake.ring();
    }
  }

  /// Runs `task` when so much time has passed. On the reactor's thread only.
  public void after(long nanos, Runnable task) {
    alarms.add(new Alarm(nanoClock.getAsLong() + nanos, task));
  }

  /// The descriptor is about to be closed, and nobody else has it: the kernel ends the watch by
  /// itself.
  public void closing(long tag) {
    handlers.remove(tag);
  }

  boolean onThread() {
    return Thread.currentThread().equals(thread);
  }

  /// Ends the thread, after what was posted before.
  @Override
  public void close() {
    closing = true;
    wake.ring();
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!thread.isAlive()) {
      epoll.close();
      wake.close();
    }
  }

  private void run() {
    idleAt = nanoClock.getAsLong() + idleMillis * 1_000_000L;
    while (!closing) {
      turn();
    }
    // What was posted since the last turn: somebody waits for what it tells.
    carryOut();
  }

  /// A method of its own, which is compiled after some calls; a loop that never ends is not.
  private void turn() {
    int found = epoll.await(tasks.isEmpty() ? untilAlarm() : 0);
    for (int i = 0; i < found; i++) {
      int events = epoll.events(i);
      long tag = epoll.tag(i);
      if (tag == WAKE) {
        wake.clear();
      } else {
        // Absent: ended by an earlier event of the same batch.
        Handler handler = handlers.get(tag);
        if (handler != null) {
          handler.ready(events);
        }
      }
    }
    woken.set(false);
    carryOut();
    long now = nanoClock.getAsLong();
    while (!alarms.isEmpty() && alarms.element().at() - now <= 0) {
      alarms.remove().task().run();
    }
    if (now - idleAt >= 0) {
      idleAt = now + idleMillis * 1_000_000L;
      idle.run();
    }
  }

  private void carryOut() {
    for (Runnable task; (task = tasks.poll()) != null; ) {
      task.run();
    }
  }

  private int untilAlarm() {
    if (alarms.isEmpty()) {
      return idleMillis;
    }
    // Rounded up, or it would look in vain until the last fraction of a millisecond has passed.
    long millis = (alarms.element().at() - nanoClock.getAsLong() + 999_999) / 1_000_000;
    return Math.clamp(millis, 0, idleMillis);
  }
}
