package dev.supervise.control.protocol;

import java.time.Duration;
import java.util.Optional;

/// Something that is being followed. What is not taken in time is dropped, counted, and told as
/// [FeedItem.Dropped] in its place; nobody is ever held up by a slow follower. For one taking
/// thread.
public interface Following extends AutoCloseable {
  /// The next item; empty when none comes in time. After [FeedItem.End] always that.
  Optional<FeedItem> next(Duration patience) throws InterruptedException;

  @Override
  void close();
}
