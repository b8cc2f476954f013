package dev.supervise.control.server;

import dev.supervise.control.protocol.Answer;
import java.util.concurrent.CompletableFuture;

/// The script of a running instance, which can be loaded again. Never waits for the load.
public interface Script {
  /// There is none.
  Script NONE =
      new Script() {
        @Override
        public CompletableFuture<Answer> plan() {
          return none();
        }

        @Override
        public CompletableFuture<Answer> reload(String by) {
          return none();
        }

        private CompletableFuture<Answer> none() {
          return CompletableFuture.completedFuture(
              new Answer.Refused("this instance was not started from a script"));
        }
      };

  /// What a reload would do: [Answer.Plan], or why there can be none.
  CompletableFuture<Answer> plan();

  /// Reloads; see [Query.Reload].
  ///
  /// @param by who asks, for the journal
  CompletableFuture<Answer> reload(String by);
}
