package dev.supervise.store;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Dates what is written: which time of day it was when the engine's clock stood at so many
/// nanoseconds. The engine's clock never goes back. The time of day may be set; by less than
/// [#SET], as it is put right all the time, it never makes an earlier date out of a later moment.
/// One thread.
final class Dates {
  /// A change by so many milliseconds or more is followed at once and told.
  static final long SET = 1000;

  /// Milliseconds that rounding and the pace of two clocks account for: they do not make two times
  /// out of one.
  private static final long SLIP = 20;

  /// So often both clocks are read where too much time passes in between.
  private static final int LOOKS = 3;

  private final LongSupplier nanoClock;
  private final LongSupplier wallClock;
  private boolean known;

  /// When the engine's clock stood at 0, in milliseconds since 1970.
  private long zero;

  private long newest;

  /// @param nanoClock the engine's clock
  /// @param wallClock milliseconds since 1970
  Dates(LongSupplier nanoClock, LongSupplier wallClock) {
    this.nanoClock = nanoClock;
    this.wallClock = wallClock;
  }

  /// Looks at the time of day, before some more is dated.
  ///
  /// @param first when the first of that happened, by the engine's clock
  /// @return by how many milliseconds the time of day was set since the last look; 0 where it was
  ///   not
  long look(long first) {
    long before;
    long wall;
    long after;
    int looks = 0;
    do {
      // Somebody else may have had the processor in between: then it is not known to the
      // millisecond at which of these moments it was that time.
      before = millis(nanoClock.getAsLong());
      wall = wallClock.getAsLong();
      after = millis(nanoClock.getAsLong());
    } while (after - before > SLIP && ++looks < LOOKS);
    if (!known) {
      known = true;
      zero = wall - before;
      return 0;
    }
    long least = wall - after - zero;
    long most = wall - before - zero;
    if (least <= SLIP && most >= -SLIP) {
      return 0;
    }
    long moved = least > 0 ? least : most;
    if (Math.abs(moved) >= SET) {
      zero += moved;
      return moved;
    }
    zero += Math.max(moved, millis(newest) - millis(first));
    return 0;
  }

  /// Milliseconds since 1970.
  ///
  /// @param nanos by the engine's clock
  long of(long nanos) {
    return zero + millis(nanos);
  }

  long zero() {
    return zero;
  }

  /// So far it is dated.
  void dated(long nanos) {
    newest = nanos;
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
