package dev.supervise.task;

import dev.supervise.spec.TaskSpec;
import dev.supervise.spec.TaskSpec.Keep;
import dev.supervise.store.StoreFailure;
import dev.supervise.store.TaskStore;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Removes tasks that are over and need not be kept: a while after the start, then every hour, and
/// when so many of a type have ended as it keeps. Reads beside those who work, and removes a few
/// hundred at a time.
final class Retention {
  private static final Duration FIRST = Duration.ofSeconds(30);
  private static final Duration EVERY = Duration.ofHours(1);
  private static final int AT_ONCE = 500;

  private final Runner runner;
  private final Recovery opening;
  private final Map<String, AtomicInteger> ended = new ConcurrentHashMap<>();
  private volatile boolean closed;

  Retention(Runner runner, Recovery opening) {
    this.runner = runner;
    this.opening = opening;
  }

  /// A task of that type is over.
  void over(String type) {
    TaskSpec spec = runner.types().get(type);
    if (spec != null && spec.keep() instanceof Keep.Newest(int count)) {
      int since = ended.computeIfAbsent(type, _ -> new AtomicInteger()).incrementAndGet();
      if (since == Math.max(AT_ONCE, count)) {
        beside(() -> {
          sweep(type);
          ended.remove(type);
        });
      }
    }
  }

  void begin() {
    again(FIRST);
  }

  private void again(Duration pause) {
    if (!closed) {
      runner.timer.after(
          pause,
          () -> {
            beside(this::sweep);
            again(EVERY);
          });
    }
  }

  private static void beside(Runnable sweep) {
    try {
      Threads.start(Threads.vital("supervise-task-sweeper", sweep));
    } catch (NoThread e) {
      put(e);
    }
  }

  void sweep() {
    try {
      opening.store().types().forEach(this::sweep);
      runner.held.expire();
    } catch (StoreFailure e) {
      put(e);
    }
  }

  private void sweep(String type) {
    TaskSpec spec = runner.types().get(type);
    try {
      sweep(opening.store(), type, spec == null ? Keep.DEFAULT : spec.keep());
    } catch (StoreFailure e) {
      put(e);
    }
  }

  private static void put(RuntimeException e) {
    // What cannot be removed now can be removed in an hour; whoever uses the record says it.
    System.getLogger("dev.supervise").log(System.Logger.Level.DEBUG, "not swept", e);
  }

  private void sweep(TaskStore store, String type, Keep keep) {
    switch (keep) {
      case Keep.Forever() -> {}
      case Keep.For(Duration time) ->
          remove(store, type, Long.MAX_VALUE, runner.today() - time.toMillis());
      case Keep.Newest(int count) -> {
        long upTo = store.seqAfterNewest(type, count);
        if (upTo > 0) {
          remove(store, type, upTo, Long.MAX_VALUE);
        }
      }
    }
  }

  private void remove(TaskStore store, String type, long upTo, long endedBefore) {
    long after = 0;
    List<Long> going = store.prunable(type, after, upTo, endedBefore, AT_ONCE);
    while (!going.isEmpty() && !closed) {
      List<Long> these = going;
      TaskWrites.joined(store.write(table -> table.prune(these)));
      after = these.getLast();
      going =
          these.size() < AT_ONCE
              ? List.of()
              : store.prunable(type, after, upTo, endedBefore, AT_ONCE);
    }
  }

  void close() {
    closed = true;
  }
}
