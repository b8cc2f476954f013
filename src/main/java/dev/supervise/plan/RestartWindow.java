package dev.supervise.plan;

import dev.supervise.spec.Intensity;
import java.util.Arrays;

/// The restarts a supervisor granted within its sliding window, oldest first. A true window on the
/// monotonic clock, as OTP's `add_restart`: a restart is granted when, with it, no more than
/// `restarts` lie within the last `window` (its far edge included). Never changes; [#grant] makes
/// the next one.
public final class RestartWindow {
  public static final RestartWindow EMPTY = new RestartWindow(new long[0]);

  private final long[] granted;

  private RestartWindow(long[] granted) {
    this.granted = granted;
  }

  /// What asking for one more restart yields.
  public sealed interface Grant {
    record Granted(RestartWindow window) implements Grant {}

    /// @param count restarts already granted within the window
    record Exceeded(int count) implements Grant {}
  }

  public Grant grant(Intensity intensity, long now) {
    return switch (intensity) {
      // Nothing is ever asked of an unlimited window, so nothing is kept: its memory stays flat.
      case Intensity.Unlimited() -> new Grant.Granted(this);
      case Intensity.Within(int restarts, var window) -> {
        long[] recent = since(now - window.toNanos());
        if (recent.length >= restarts) {
          yield new Grant.Exceeded(recent.length);
        }
        long[] next = Arrays.copyOf(recent, recent.length + 1);
        next[recent.length] = now;
        yield new Grant.Granted(new RestartWindow(next));
      }
    };
  }

  private long[] since(long start) {
    int first = 0;
    while (first < granted.length && granted[first] < start) {
      first++;
    }
    return Arrays.copyOfRange(granted, first, granted.length);
  }

  /// How many restarts it holds, old ones included.
  public int size() {
    return granted.length;
  }
}
