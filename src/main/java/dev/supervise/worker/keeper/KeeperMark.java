package dev.supervise.worker.keeper;

import java.util.OptionalLong;

/// What a keeper marks its processes with, as their soft `RLIMIT_LOCKS`: run r carries `base + r`,
/// and `2^61` more where it is detached (see PROTOCOL.md).
///
/// @param base 0: this keeper makes no marks
public record KeeperMark(long base) {
  static final KeeperMark NONE = new KeeperMark(0);

  private static final long RUNS = 1L << 40;
  private static final long DETACHED = 1L << 61;

  /// What a keeper chooses from: 21 bits above the runs, under one that is always set.
  private static final long CHOSEN = 0x1fffffL << 40;

  private static final long ALWAYS = 1L << 62;

  /// @throws IllegalArgumentException for one that no keeper can have chosen
  public KeeperMark {
    if (base != 0 && (base & ~CHOSEN) != ALWAYS) {
      throw new IllegalArgumentException("no keeper's mark: " + base);
    }
  }

  public boolean none() {
    return base == 0;
  }

  /// What the processes of a run carry; 0: nothing.
  public long of(long run, boolean detached) {
    return base == 0 ? 0 : base + (detached ? DETACHED : 0) + run;
  }

  /// The run of a process that carries `soft`; empty when that is no mark of this keeper's.
  public OptionalLong run(long soft) {
    long run = soft - base - (detached(soft) ? DETACHED : 0);
    return base != 0 && run > 0 && run < RUNS ? OptionalLong.of(run) : OptionalLong.empty();
  }

  /// Of a soft limit that is a mark of this keeper's.
  public boolean detached(long soft) {
    return soft - base >= DETACHED;
  }

  /// Whether a soft limit can be the mark of some keeper.
  public static boolean mayBe(long soft) {
    long run = soft & RUNS - 1;
    return run != 0 && (soft & ~DETACHED & ~CHOSEN & ~(RUNS - 1)) == ALWAYS;
  }
}
