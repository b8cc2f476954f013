package dev.supervise.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Connections that only read, made when wanted, a few at most. Any thread.
final class Readers implements AutoCloseable {
  private static final int MOST = 4;

  /// Something to be read.
  interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  private final Database database;
  private final Semaphore free = new Semaphore(MOST);
  private final LinkedBlockingQueue<Connection> idle = new LinkedBlockingQueue<>();
  private final AtomicLong files = new AtomicLong();
  private volatile boolean closed;

  Readers(Database database) {
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
      T answer = question.ask(connection);
      idle.add(connection);
      connection = null;
      if (file != files.get()) {
        empty();
      }
      return answer;
    } catch (SQLException e) {
      throw Failures.of(database.file(), e);
    } finally {
      discard(connection);
      free.release();
    }
  }

  private static void discard(@Nullable Connection connection) {
    if (connection != null) {
      try {
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
    idle.forEach(Readers::discard);
    idle.clear();
    free.release(MOST);
  }
}
