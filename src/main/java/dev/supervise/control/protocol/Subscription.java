package dev.supervise.control.protocol;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What a follower has not taken yet: at most [#ROOM] items and a count of those that found no
/// room. Offering never waits. Any thread offers and wakes, one takes.
public final class Subscription implements Following {
  static final int ROOM = 4096;

  /// The same in characters of what units wrote: lines may be long.
  static final int TEXT = 1 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<FeedItem> items = new ArrayDeque<>();
  private final Runnable wake;
  private final Runnable closed;
  private long dropped;
  private int text;
  private Phase phase = Phase.OPEN;

  private enum Phase {
    OPEN,
    /// Nothing is added any more; what is there may still be taken.
    ENDED,
    CLOSED
  }

  /// @param wake called, without a lock, when there is something to take and there was nothing
  ///   before
  /// @param closed called once by [#close]
  public Subscription(Runnable wake, Runnable closed) {
    this.wake = wake;
    this.closed = closed;
  }

  /// Nobody takes anything any more.
  public boolean closed() {
    lock.lock();
    try {
      return phase == Phase.CLOSED;
    } finally {
      lock.unlock();
    }
  }

  public void offer(FeedItem item) {
    boolean first;
    lock.lock();
    try {
      if (phase != Phase.OPEN) {
        return;
      }
      first = items.isEmpty() && dropped == 0;
      if (item instanceof FeedItem.End) {
        phase = Phase.ENDED;
      } else if (item instanceof FeedItem.Dropped(long count)) {
        dropped += count;
      } else if (items.size() >= ROOM || text >= TEXT || dropped > 0) {
        dropped++;
      }
      if (item instanceof FeedItem.End || !(item instanceof FeedItem.Dropped) && dropped == 0) {
        items.add(item);
        text += weight(item);
      }
      arrived.signal();
    } finally {
      lock.unlock();
    }
    if (first) {
      wake.run();
    }
  }

  /// The next item, if there is one now.
  public Optional<FeedItem> poll() {
    lock.lock();
    try {
      return take();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<FeedItem> next(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (items.isEmpty() && dropped == 0 && left > 0 && phase == Phase.OPEN) {
        left = arrived.awaitNanos(left);
      }
      return take();
    } finally {
      lock.unlock();
    }
  }

  /// The items that found room come before the count of those that did not; the end comes last.
  private Optional<FeedItem> take() {
    boolean end = items.peek() instanceof FeedItem.End;
    if (dropped > 0 && (items.isEmpty() || end)) {
      FeedItem count = new FeedItem.Dropped(dropped);
      dropped = 0;
      return Optional.of(count);
    }
    FeedItem next = items.poll();
    if (next == null) {
      return Optional.empty();
    }
    text -= weight(next);
    return Optional.of(next);
  }

  private static int weight(FeedItem item) {
    return item instanceof FeedItem.Line line ? line.text().length() : 0;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (phase == Phase.CLOSED) {
        return;
      }
      phase = Phase.CLOSED;
      items.clear();
      text = 0;
      dropped = 0;
      arrived.signal();
    } finally {
      lock.unlock();
    }
    closed.run();
  }
}
