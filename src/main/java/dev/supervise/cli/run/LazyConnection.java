package dev.supervise.cli.run;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Feed;
import dev.supervise.control.protocol.Following;
import dev.supervise.control.protocol.Instance;
import dev.supervise.control.protocol.Query;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A way to an instance that is looked for when a verb first asks it something: words that are
/// wrong are wrong whether anything runs or not. For one thread.
///
/// Where there is no instance, asking throws the [CliError] that says so.
public final class LazyConnection implements Connection {
  private final Supplier<? extends Connection> finder;
  private @Nullable Connection found;

  /// @param finder called once at most
  public LazyConnection(Supplier<? extends Connection> finder) {
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
