package dev.supervise.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Connections that only read, made when wanted, a few at most. Any thread.
final class ReadConnections implements AutoCloseable {
  private static final int MOST = 4;

  /// Something to be read.
  interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  /// Where connections come from.
  interface Source {
    Path file();

    /// One that only reads; whoever asks for it owns it.
    Connection reader() throws SQLException;
  }

  private final Source database;
  private final Semaphore free = new Semaphore(MOST);
  private final LinkedBlockingQueue<Connection> idle = new LinkedBlockingQueue<>();
  private final AtomicLong files = new AtomicLong();
  private volatile boolean closed;

  ReadConnections(Source database) {
    this.database = database;
  }

  <T> T ask(Question<T> question) {
    free.acquireUninterruptibly();
    @Nullable Connection connection = null;
    long file = files.get();
    try {
      if (closed) {
        throw new StoreFailure(
            StoreFailure.Kind.CLOSED, database.file() + " is closed: supervise is ending");
      }
      connection = idle.poll();
      if (connection == null) {
        connection = database.reader();
      }
      LogIndex.look(database.file());
      T answer = question.ask(connection);
      idle.add(connection);
      connection = null;
      if (file != files.get()) {
        empty();
      }
      return answer;
    } catch (SQLException e) {
      throw SqliteErrors.of(database.file(), e);
    } finally {
      discard(connection);
      free.release();
    }
  }

  private void discard(@Nullable Connection connection) {
    if (connection != null) {
      try {
        LogIndex.look(database.file());
        connection.close();
      } catch (SQLException e) {
        System.getLogger("dev.supervise").log(System.Logger.Level.DEBUG, "not closed", e);
      }
    }
  }

  /// The file is another one from now on: connections to the one before are closed, at once or when
  /// they have answered.
  void renew() {
    files.incrementAndGet();
    empty();
  }

  private void empty() {
    for (Connection old = idle.poll(); old != null; old = idle.poll()) {
      discard(old);
    }
  }

  /// Waits for those who read.
  @Override
  public void close() {
    closed = true;
    free.acquireUninterruptibly(MOST);
    idle.forEach(this::discard);
    idle.clear();
    free.release(MOST);
  }
}
