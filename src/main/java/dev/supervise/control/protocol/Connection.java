package dev.supervise.control.protocol;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A way to a running instance, the same one for the REPL in its process, for clients over its
/// socket, and for tests. Any thread may use it. Nothing is ever answered with an exception: an
/// instance that goes away answers what is open with [Answer.Gone].
public interface Connection extends AutoCloseable {
  /// The instance this leads to.
  Instance instance();

  /// Asks. Does not wait. The answer comes on any thread, which must not be held up.
  ///
  /// Cancelling the future withdraws what only waits ([Query.Await]); what was ordered is carried
  /// out all the same.
  CompletableFuture<Answer> ask(Query query);

  /// Follows what happens, from now on, until the following is closed.
  Following follow(Feed feed);

  /// Completes with the reason when the instance, or the way to it, has gone. Never where both are
  /// one process. On any thread, which must not be held up.
  default CompletableFuture<String> lost() {
    return new CompletableFuture<>();
  }

  /// For those who wait: asks the instance anew whether it is alive, and waits for that.
  ///
  /// @return what is wrong with it, a clause; empty where it answers
  default Optional<String> trouble(Duration patience) {
    return Optional.empty();
  }

  /// Withdraws everything that is open. Never ends the instance.
  @Override
  void close();
}
