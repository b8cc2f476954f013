package dev.supervise.control;

import java.time.Duration;
import java.util.Optional;

/// Something that is being followed. What is not taken in time is dropped, counted, and told as
/// [Item.Dropped] in its place; nobody is ever held up by a slow follower. For one taking thread.
public interface Following extends AutoCloseable {
  /// The next item; empty when none comes in time. After [Item.End] always that.
  Optional<Item> next(Duration patience) throws InterruptedException;

  @Override
  void close();
}
