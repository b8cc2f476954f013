package dev.supervise.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What waits to be written: all of it while it is little; beyond that, equal ones are merged, and
/// beyond that they are counted. Never grows without bound and never waits. Not thread-safe.
final class JournalQueue {
  /// Waiting one by one.
  static final int SINGLE = 4096;

  /// Kinds of failures, and of other things, that wait merged.
  static final int MERGED = 8192;

  private record Key(String path, String gist) {}

  /// @param first nanoseconds of the first one
  /// @param newest stands for all of them
  record Waiting(long first, Journalled newest, long times) {}

  /// @param dropped how many there were that nothing stands for
  record Batch(List<Waiting> waiting, long dropped) {}

  private List<Waiting> single = new ArrayList<>();
  private Map<Key, Waiting> failures = new LinkedHashMap<>();
  private Map<Key, Waiting> others = new LinkedHashMap<>();
  private long dropped;

  void offer(Journalled item) {
    if (single.size() < SINGLE) {
      single.add(new Waiting(item.nanos(), item, 1));
      return;
    }
    Map<Key, Waiting> merged = item.failing() ? failures : others;
    Key key = new Key(item.path(), item.gist());
    Waiting before = merged.get(key);
    if (before != null) {
      merged.put(key, new Waiting(before.first(), item, before.times() + 1));
    } else if (merged.size() < MERGED) {
      merged.put(key, new Waiting(item.nanos(), item, 1));
    } else {
      dropped++;
    }
  }

  boolean isEmpty() {
    return single.isEmpty() && dropped == 0;
  }

  /// Hands over what waits, the oldest first.
  Batch take() {
    List<Waiting> all = single;
    long lost = dropped;
    single = new ArrayList<>();
    dropped = 0;
    if (!failures.isEmpty() || !others.isEmpty()) {
      List<Waiting> merged = new ArrayList<>(failures.values());
      merged.addAll(others.values());
      merged.sort((a, b) -> Long.compare(a.newest().nanos(), b.newest().nanos()));
      all.addAll(merged);
      failures = new LinkedHashMap<>();
      others = new LinkedHashMap<>();
    }
    return new Batch(all, lost);
  }
}
