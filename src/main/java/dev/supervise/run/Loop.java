package dev.supervise.run;

import dev.supervise.vital.Threads;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// The mailbox and the deadlines of one tree, and the one platform thread that serves them. Whoever
/// handles mail runs on this thread alone and never blocks it. It is vital: what cannot be handled
/// to its end ends the process. Requests overtake reports, so that a stop is heard beside a million
/// exits. In tests nobody calls [#start]; [#turn] is driven by hand.
final class Loop {
  /// Mails handled between two looks at the requests and the clock.
  private static final int TURN = 256;

  private record Deadline(long at, Timed what) implements Comparable<Deadline> {
    @Override
    public int compareTo(Deadline other) {
      return Long.compare(at, other.at);
    }
  }

  private final Clock clock;
  private final ConcurrentLinkedQueue<Message> urgent = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Message> mail = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Deadline> deadlines = new PriorityQueue<>();
  private final Consumer<Message> handler;
  private final Runnable turned;
  private final Runnable idle;
  private final Thread thread;
  private volatile Phase phase = Phase.OPEN;
  private volatile boolean parked;

  private enum Phase {
    OPEN,
    CLOSED
  }

  /// @param handler handles one mail
  /// @param turned called when some mail was handled and nothing is due any more
  /// @param idle called when there is no mail left, before waiting
  Loop(Clock clock, Consumer<Message> handler, Runnable turned, Runnable idle) {
    this.clock = clock;
    this.handler = handler;
    this.turned = turned;
    this.idle = idle;
    this.thread = Threads.vital("supervise-loop", Threads.DEEP, this::serve);
  }

  void start() {
    Threads.start(thread);
  }

  long now() {
    return clock.now();
  }

  /// From any thread.
  void post(Message item) {
    mail.add(item);
    wake();
  }

  /// From any thread; handled before everything posted.
  void postUrgent(Message item) {
    urgent.add(item);
    wake();
  }

  /// On the loop's thread: call `what` at `at` or soon after. Deadlines are never taken back; what
  /// is called looks for itself whether its time has really come.
  void at(long at, Timed what) {
    deadlines.add(new Deadline(at, what));
  }

  /// Ends the thread after the mail at hand. From any thread.
  void close() {
    phase = Phase.CLOSED;
    LockSupport.unpark(thread);
  }

  /// Whether nothing is handled any more.
  boolean closed() {
    return phase == Phase.CLOSED;
  }

  /// Mail that came too late to be handled; once [#closed]. From any thread.
  Optional<Message> late() {
    return Optional.ofNullable(urgent.poll()).or(() -> Optional.ofNullable(mail.poll()));
  }

  /// Waits until the thread is over. Not from the loop's thread.
  void join() throws InterruptedException {
    if (thread.getState() != Thread.State.NEW) {
      thread.join();
    }
  }

  /// Handles what has come and what is due.
  ///
  /// @return whether there was anything
  boolean turn() {
    boolean any = false;
    for (int i = 0; i < TURN; i++) {
      Message item = urgent.poll();
      if (item == null) {
        item = mail.poll();
      }
      if (item == null) {
        break;
      }
      any = true;
      handler.accept(item);
    }
    any |= due(clock.now());
    if (any) {
      turned.run();
    }
    return any;
  }

  private boolean due(long now) {
    boolean any = false;
    while (!deadlines.isEmpty() && deadlines.peek().at() <= now) {
      deadlines.remove().what().due();
      any = true;
    }
    return any;
  }

  /// Whether mail has come that is not handled yet.
  boolean waiting() {
    return !urgent.isEmpty() || !mail.isEmpty();
  }

  /// When the next deadline is; `Long.MAX_VALUE` for none.
  long next() {
    return deadlines.isEmpty() ? Long.MAX_VALUE : deadlines.peek().at();
  }

  private void serve() {
    while (phase == Phase.OPEN) {
      if (turn()) {
        continue;
      }
      idle.run();
      parked = true;
      if (urgent.isEmpty() && mail.isEmpty() && phase == Phase.OPEN) {
        long next = next();
        if (next == Long.MAX_VALUE) {
          LockSupport.park(this);
        } else {
          LockSupport.parkNanos(this, next - clock.now());
        }
      }
      parked = false;
    }
  }

  private void wake() {
    if (parked) {
      LockSupport.unpark(thread);
    }
  }
}
