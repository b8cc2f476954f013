package dev.supervise.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What waits to be written: all of it while it is little; beyond that, equal ones are merged, and
/// beyond that they are counted. Never grows without bound and never waits. Not thread-safe.
///
/// It alone says when something happened and in which order: many threads tell it, each by the
/// clock, and one may have been held up since it looked there. What is offered later is never
/// earlier.
final class JournalQueue {
  /// Waiting one by one.
  static final int SINGLE = 4096;

  /// Kinds of failures, and of other things, that wait merged.
  static final int MERGED = 8192;

  record Key(String path, String gist) {}

  /// @param first nanoseconds of the first one
  /// @param last nanoseconds of the last one
  /// @param newest stands for all of them
  record Waiting(long first, long last, JournalSource newest, long times) {}

  /// What was handed over.
  ///
  /// @param dropped how many there were that nothing stands for
  /// @param newest nanoseconds of the last one
  record Batch(List<Waiting> single, List<Map<Key, Waiting>> merged, long dropped, long newest) {
    /// In the order in which they happened; one that stands for several stands where the first of
    /// them would. Sorts: not where somebody waits.
    List<Waiting> waiting() {
      List<Waiting> late = new ArrayList<>();
      merged.forEach(each -> late.addAll(each.values()));
      late.sort((a, b) -> Long.compare(a.first(), b.first()));
      List<Waiting> all = new ArrayList<>(single);
      all.addAll(late);
      return all;
    }
  }

  private List<Waiting> single = new ArrayList<>();
  private Map<Key, Waiting> failures = new LinkedHashMap<>();
  private Map<Key, Waiting> others = new LinkedHashMap<>();
  private long dropped;
  private long newest;

  void offer(JournalSource item) {
    long at = Math.max(newest, item.nanos());
    newest = at;
    if (single.size() < SINGLE) {
      single.add(new Waiting(at, at, item, 1));
      return;
    }
    Map<Key, Waiting> merged = item.failing() ? failures : others;
    Key key = new Key(item.path(), item.gist());
    Waiting before = merged.get(key);
    if (before != null) {
      merged.put(key, new Waiting(before.first(), at, item, before.times() + 1));
    } else if (merged.size() < MERGED) {
      merged.put(key, new Waiting(at, at, item, 1));
    } else {
      dropped++;
    }
  }

  /// When the last one happened, in nanoseconds.
  long newest() {
    return newest;
  }

  boolean isEmpty() {
    return single.isEmpty() && dropped == 0;
  }

  /// Hands over what waits; takes no longer when that is much.
  Batch take() {
    Batch batch = new Batch(single, List.of(failures, others), dropped, newest);
    single = new ArrayList<>();
    failures = new LinkedHashMap<>();
    others = new LinkedHashMap<>();
    dropped = 0;
    return batch;
  }
}
