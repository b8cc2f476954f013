package dev.supervise.control.server;

import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Feed;
import dev.supervise.control.protocol.FeedItem;
import java.util.List;
import java.util.function.Consumer;

/// Runs what is typed in the script's own language, within the instance. Any thread.
public interface Evaluator {
  /// Runs nothing, and says so.
  Evaluator NONE =
      new Evaluator() {
        @Override
        public Session open(Connection connection, String by) {
          return new Session() {
            @Override
            public Runnable run(Feed.Typed line, Consumer<FeedItem> to) {
              to.accept(new FeedItem.End("this instance runs no typed code"));
              return () -> {};
            }

            @Override
            public List<String> complete(String text) {
              return List.of();
            }

            @Override
            public void close() {}
          };
        }

        @Override
        public List<String> dump() {
          return List.of();
        }
      };

  /// A place for lines that share their variables: one a connection.
  ///
  /// @param by who types, for the journal
  Session open(Connection connection, String by);

  /// What has been declared while the tree ran and is in it now, as the text of a script.
  List<String> dump();

  /// See [Evaluator#open]. One line at a time.
  interface Session {
    /// Runs a line on a thread of its own.
    ///
    /// @param to takes what it prints and what it came to, as [FeedItem.Said], and in the end an
    ///   [FeedItem.End] whose `why` is empty when all went well
    /// @return interrupts the line
    Runnable run(Feed.Typed line, Consumer<FeedItem> to);

    /// What could stand at the end of a half-written line.
    List<String> complete(String text);

    /// Nothing more is typed: interrupts what still runs.
    void close();
  }
}
