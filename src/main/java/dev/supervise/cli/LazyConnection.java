package dev.supervise.cli;

import dev.supervise.control.Answer;
import dev.supervise.control.Connection;
import dev.supervise.control.Feed;
import dev.supervise.control.Following;
import dev.supervise.control.Instance;
import dev.supervise.control.Query;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A way to an instance that is looked for when a verb first asks it something: words that are
/// wrong are wrong whether anything runs or not. For one thread.
///
/// Where there is no instance, asking throws the [Refusal] that says so.
final class LazyConnection implements Connection {
  private final Supplier<? extends Connection> finder;
  private @Nullable Connection found;

  /// @param finder called once at most
  LazyConnection(Supplier<? extends Connection> finder) {
    this.finder = finder;
  }

  private Connection found() {
    Connection known = found;
    if (known == null) {
      known = finder.get();
      found = known;
    }
    return known;
  }

  @Override
  public Instance instance() {
    return found().instance();
  }

  @Override
  public CompletableFuture<Answer> ask(Query query) {
    return found().ask(query);
  }

  @Override
  public Following follow(Feed feed) {
    return found().follow(feed);
  }

  @Override
  public CompletableFuture<String> lost() {
    return found().lost();
  }

  @Override
  public Optional<String> trouble(Duration patience) {
    return found().trouble(patience);
  }

  @Override
  public void close() {
    Connection known = found;
    if (known != null) {
      known.close();
    }
  }
}
