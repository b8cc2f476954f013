package dev.supervise.task;

import java.util.Random;
import java.util.UUID;

/// Ids of tasks. Those we make grow with time (RFC 9562, version 7), so that the index over a
/// million of them is written at its end only.
final class Ids {
  private final Random random;
  private long last;

  Ids(Random random) {
    this.random = random;
  }

  /// @param now milliseconds since 1970
  synchronized UUID next(long now) {
    // 48 bits of milliseconds, 12 that count within one of them.
    long stamp = Math.max(now << 12, last + 1);
    last = stamp;
    long high = (stamp >>> 12) << 16 | 0x7000 | stamp & 0xfff;
    long low = random.nextLong() >>> 2 | 1L << 63;
    return new UUID(high, low);
  }

  /// @throws InvalidTaskIdException it is no UUID
  static UUID parse(String text) {
    try {
      UUID id = UUID.fromString(text);
      // The JDK also takes shortened forms, of which several would mean one task.
      if (id.toString().equalsIgnoreCase(text)) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      throw new InvalidTaskIdException(text);
    }
    throw new InvalidTaskIdException(text);
  }
}
