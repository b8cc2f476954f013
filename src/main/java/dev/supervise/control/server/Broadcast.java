package dev.supervise.control.server;

import dev.supervise.control.protocol.Feed;
import dev.supervise.control.protocol.FeedItem;
import dev.supervise.control.protocol.Subscription;
import dev.supervise.run.SystemClock;
import dev.supervise.run.Transition;
import dev.supervise.text.Secrets;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import dev.supervise.worker.Output;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Hands what happens to those who follow it. Whoever tells the hub (the loop, log writers) pays
/// for one entry of a queue, however many follow, and for nothing while nobody does; the rest is
/// the work of the hub's own thread, which lives while there are followers.
public final class Broadcast implements Output, Consumer<Transition> {
  /// What waits for the hub's thread at most.
  static final int ROOM = 1 << 16;

  /// The same in bytes of what units wrote.
  static final long BYTES = 8 << 20;

  private record Follower(
      boolean changes, boolean lines, Predicate<String> path, Subscription pending) {}

  /// What was told, to be made an [FeedItem] off the teller's thread.
  private sealed interface News {
    String path();

    record Moved(Transition transition, long time) implements News {
      @Override
      public String path() {
        return transition.path();
      }
    }

    record Wrote(String path, byte[] text, long time) implements News {}
  }

  private final SystemClock clock = new SystemClock();
  private final ConcurrentLinkedQueue<News> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final List<Follower> followers = new CopyOnWriteArrayList<>();
  private final Secrets secrets;
  private volatile boolean changes;
  private volatile boolean lines;
  private volatile boolean parked;
  private volatile @Nullable Thread thread;

  /// @param secrets what no item shows
  public Broadcast(Secrets secrets) {
    this.secrets = secrets;
  }

  @Override
  public void accept(Transition transition) {
    if (changes) {
      post(new News.Moved(transition, clock.timeOfDay()));
    }
  }

  @Override
  public void line(String path, byte[] bytes, int offset, int length) {
    if (lines) {
      post(
          new News.Wrote(
              path, Arrays.copyOfRange(bytes, offset, offset + length), clock.timeOfDay()));
    }
  }

  private void post(News news) {
    if (waiting.get() >= ROOM || bytes.get() >= BYTES) {
      dropped.incrementAndGet();
      return;
    }
    waiting.incrementAndGet();
    bytes.addAndGet(weight(news));
    inbox.add(news);
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  private static int weight(News news) {
    return news instanceof News.Wrote wrote ? wrote.text().length : 0;
  }

  /// @param path which units
  /// @param wake called when there is something to take; see [Subscription]
  Subscription follow(Feed feed, Predicate<String> path, Runnable wake) {
    Follower[] self = new Follower[1];
    Subscription pending = new Subscription(wake, () -> leave(self[0]));
    Follower follower =
        switch (feed) {
          case Feed.Changes _ -> new Follower(true, false, path, pending);
          case Feed.Lines _ -> new Follower(false, true, path, pending);
          case Feed.Events _ -> throw new IllegalArgumentException("the journal tells those");
          case Feed.Typed _ -> throw new IllegalArgumentException("a typed line is nobody else's");
        };
    self[0] = follower;
    synchronized (this) {
      followers.add(follower);
      recount();
      if (thread == null) {
        try {
          thread = Threads.start(Threads.vital("supervise-hub", this::serve));
        } catch (NoThread e) {
          followers.remove(follower);
          recount();
          throw e;
        }
      }
    }
    return pending;
  }

  /// Ends all followings, after what has been told so far.
  public void close(String why) {
    for (int millis = 0; millis < 500 && waiting.get() > 0 && thread != null; millis++) {
      LockSupport.parkNanos(1_000_000);
    }
    for (Follower follower : followers) {
      follower.pending().offer(new FeedItem.End(why));
    }
  }

  private synchronized void leave(Follower follower) {
    followers.remove(follower);
    recount();
    LockSupport.unpark(thread);
  }

  private void recount() {
    changes = followers.stream().anyMatch(Follower::changes);
    lines = followers.stream().anyMatch(Follower::lines);
  }

  private void serve() {
    while (goesOn()) {
      News news = inbox.poll();
      if (news == null) {
        parked = true;
        if (inbox.isEmpty() && !followers.isEmpty()) {
          LockSupport.park(this);
        }
        parked = false;
      } else {
        waiting.decrementAndGet();
        bytes.addAndGet(-weight(news));
        hand(news);
      }
    }
  }

  private synchronized boolean goesOn() {
    if (followers.isEmpty()) {
      inbox.clear();
      waiting.set(0);
      bytes.set(0);
      thread = null;
      return false;
    }
    return true;
  }

  private void hand(News news) {
    long lost = dropped.getAndSet(0);
    FeedItem item = null;
    for (Follower follower : followers) {
      boolean wants =
          switch (news) {
            case News.Moved _ -> follower.changes();
            case News.Wrote _ -> follower.lines();
          };
      if (lost > 0) {
        follower.pending().offer(new FeedItem.Dropped(lost));
      }
      if (wants && follower.path().test(news.path())) {
        item = item == null ? item(news) : item;
        follower.pending().offer(item);
      }
    }
  }

  private FeedItem item(News news) {
    return switch (news) {
      case News.Moved(Transition t, long time) ->
          new FeedItem.Changed(
              t.at(),
              time,
              t.path(),
              t.kind(),
              t.from(),
              t.status(),
              t.ready(),
              secrets.shown(t.what()),
              secrets.shown(t.next()),
              t.tail().lines(secrets));
      case News.Wrote(String path, byte[] text, long time) ->
          new FeedItem.Line(time, path, new String(text, StandardCharsets.UTF_8));
    };
  }
}
