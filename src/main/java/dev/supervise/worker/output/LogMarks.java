package dev.supervise.worker.output;

import java.util.ArrayList;
import java.util.List;

/// When what was written to a file and its predecessors: plain lines carry no times. Remembers some
/// moments, a second apart while they are young and further apart the older they are, in a few
/// kilobytes. Thread-safe.
final class LogMarks {
  private static final long APART = 1_000_000_000L;

  /// Kept at most.
  private static final int MOST = 128;

  /// What was written from `from` to `to`.
  ///
  /// @param before how much had been written until then
  private record Span(long from, long to, long before) {}

  private final List<Span> spans = new ArrayList<>(2);
  private long written;

  /// So many bytes are being written.
  synchronized void wrote(long now, long bytes) {
    int last = spans.size() - 1;
    if (last >= 0 && now - spans.get(last).from() < APART) {
      Span span = spans.get(last);
      spans.set(last, new Span(span.from(), now, span.before()));
    } else {
      if (spans.size() >= MOST) {
        merge(now);
      }
      spans.add(new Span(now, now, written));
    }
    written += bytes;
  }

  /// Two neighbours become one: those that are shortest for their age, so that how exactly a moment
  /// is known is always the same part of how long ago it is.
  private void merge(long now) {
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int i = 0; i + 1 < spans.size(); i++) {
      double length = spans.get(i + 1).to() - spans.get(i).from();
      double weight = length / (now - spans.get(i).from());
      if (weight < least) {
        least = weight;
        best = i;
      }
    }
    Span first = spans.get(best);
    spans.set(best, new Span(first.from(), spans.get(best + 1).to(), first.before()));
    spans.remove(best + 1);
  }

  /// How many bytes were written from that moment on: never fewer, perhaps some that were written
  /// just before.
  synchronized long since(long moment) {
    for (Span span : spans) {
      if (span.to() >= moment) {
        return written - span.before();
      }
    }
    return 0;
  }
}
