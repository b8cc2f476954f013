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

  record Key(String path, String gist) {}

  /// @param first nanoseconds of the first one
  /// @param newest stands for all of them
  record Waiting(long first, Journalled newest, long times) {}

  /// What was handed over.
  ///
  /// @param dropped how many there were that nothing stands for
  record Batch(List<Waiting> single, List<Map<Key, Waiting>> merged, long dropped) {
    /// The oldest first. Sorts: not where somebody waits.
    List<Waiting> waiting() {
      List<Waiting> late = new ArrayList<>();
      merged.forEach(each -> late.addAll(each.values()));
      late.sort((a, b) -> Long.compare(a.newest().nanos(), b.newest().nanos()));
      List<Waiting> all = new ArrayList<>(single);
      all.addAll(late);
      return all;
    }
  }

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

  /// Hands over what waits; takes no longer when that is much.
  Batch take() {
    Batch batch = new Batch(single, List.of(failures, others), dropped);
    single = new ArrayList<>();
    failures = new LinkedHashMap<>();
    others = new LinkedHashMap<>();
    dropped = 0;
    return batch;
  }
}
