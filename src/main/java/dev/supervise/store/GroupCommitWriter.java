package dev.supervise.store;

import dev.supervise.vital.Threads;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The one thread that writes to a file. Whatever waits when it comes round shares one transaction
/// and one flush to the disk; while that is under way, the next ones gather.
///
/// @param <S> what changes are given: prepared statements on the connection
final class GroupCommitWriter<S extends AutoCloseable> implements AutoCloseable {
  /// Changes in one transaction.
  private static final int TOGETHER = 1024;

  /// How long what nobody waits for may be held back.
  private static final long PATIENCE_MICROS = 2000;

  private static final int LOOKS = 8;

  /// After so long without a change the file is put in order; then again after a longer time, as
  /// long as somebody reads.
  private static final long SETTLE_SECONDS = 5;

  private static final long LONGEST_SECONDS = 60;

  /// Prepares what changes need.
  interface Preparation<S> {
    S of(Connection connection) throws SQLException;
  }

  /// Something to be written.
  interface Change<S, T> {
    T make(S statements) throws SQLException;
  }

  private record Job<S, T>(
      Change<S, T> change, boolean patient, CompletableFuture<T> done, Result<T> result) {
    void make(S statements) throws SQLException {
      result.value = change.make(statements);
      result.refused = null;
    }

    void refuse(Throwable why) {
      result.refused = why;
    }

    /// It is on disk, or was refused.
    void tell() {
      Throwable refused = result.refused;
      if (refused == null) {
        done.complete(result.value);
      } else {
        done.completeExceptionally(refused);
      }
    }
  }

  private static final class Result<T> {
    @Nullable T value;
    @Nullable Throwable refused;
  }

  private final Path file;
  private final Supplier<Connection> opening;
  private final Preparation<S> preparation;
  private final LinkedBlockingQueue<Job<S, ?>> jobs = new LinkedBlockingQueue<>();
  private final ConcurrentLinkedQueue<Runnable> between = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private @Nullable Connection connection;
  private @Nullable Statement plain;
  private @Nullable S statements;
  private volatile boolean closed;

  /// @param connection open already; this owns it from now on
  /// @param opening opens another one after the first was lost
  GroupCommitWriter(
      Path file, Connection connection, Supplier<Connection> opening, Preparation<S> preparation) {
    this.file = file;
    this.connection = connection;
    this.opening = opening;
    this.preparation = preparation;
    this.thread = Threads.start(Threads.vital("supervise-store", this::serve));
  }

  /// From any thread; never blocks.
  ///
  /// @param patient nobody waits: it may be held back for [#PATIENCE_MICROS] to share a commit
  <T> CompletableFuture<T> write(Change<S, T> change, boolean patient) {
    CompletableFuture<T> done = new CompletableFuture<>();
    if (closed) {
      done.completeExceptionally(gone());
      return done;
    }
    jobs.add(new Job<>(change, patient, done, new Result<>()));
    if (closed && !thread.isAlive()) {
      failAll(drained(), gone());
    }
    return done;
  }

  /// The file was taken away: what is still open is written to its path anew, and that one is gone
  /// on with. Done between two transactions; nothing that was told to be written is lost.
  ///
  /// @return completes when it is so, with an [StoreFailure] where it cannot be: then the next
  ///   change begins a new file
  CompletableFuture<Void> renew(Database database) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    between.add(() -> {
      try {
        if (connection != null) {
          LogIndex.look(file);
          connection.setAutoCommit(true);
          database.copy(connection);
        }
        done.complete(null);
      } catch (SQLException e) {
        done.completeExceptionally(SqliteErrors.of(file, e));
      } catch (StoreFailure e) {
        done.completeExceptionally(e);
      } finally {
        disconnect();
      }
    });
    if (write(_ -> 0, false).isCompletedExceptionally()) {
      done.completeExceptionally(gone());
    }
    return done;
  }

  private StoreFailure gone() {
    return new StoreFailure(StoreFailure.Kind.CLOSED, file + " is closed: supervise is ending");
  }

  private List<Job<S, ?>> drained() {
    List<Job<S, ?>> rest = new ArrayList<>();
    jobs.drainTo(rest);
    return rest;
  }

  /// After what waits now has been written.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    write(
        _ -> {
          closed = true;
          return 0;
        },
        false);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    failAll(drained(), gone());
  }

  private void serve() {
    List<Job<S, ?>> batch = new ArrayList<>();
    while (!closed) {
      try {
        batch.add(next());
        jobs.drainTo(batch, TOGETHER - 1);
        awaitCompany(batch);
        for (Runnable task = between.poll(); task != null; task = between.poll()) {
          task.run();
        }
        write(batch);
      } catch (InterruptedException e) {
        closed = true;
      }
      batch.clear();
    }
    disconnect();
  }

  /// Waits for a change. After a while without one the file is put in order; then nothing is done
  /// until one comes.
  private Job<S, ?> next() throws InterruptedException {
    long pause = SETTLE_SECONDS;
    Job<S, ?> next = jobs.poll(pause, TimeUnit.SECONDS);
    while (next == null) {
      boolean settled = settle();
      pause = Math.min(LONGEST_SECONDS, pause * 2);
      next = settled ? jobs.take() : jobs.poll(pause, TimeUnit.SECONDS);
    }
    return next;
  }

  private boolean settle() {
    Connection open = connection;
    if (open == null || statements == null) {
      return true;
    }
    try {
      LogIndex.look(file);
      // No checkpoint is made within a transaction, and the driver has begun the next one.
      open.setAutoCommit(true);
      boolean settled = Database.settle(file, open);
      open.setAutoCommit(false);
      return settled;
    } catch (SQLException e) {
      // The next change says what is wrong with the file, if anything is.
      System.getLogger("dev.supervise").log(System.Logger.Level.DEBUG, "not settled", e);
      disconnect();
      return true;
    }
  }

  /// One who submits a task after another would otherwise wait for two commits each: the one of the
  /// task before, which nobody waits for, and its own.
  private void awaitCompany(List<Job<S, ?>> batch) throws InterruptedException {
    for (int i = 0; i < LOOKS && batch.stream().allMatch(Job::patient); i++) {
      Job<S, ?> next = jobs.poll(PATIENCE_MICROS / LOOKS, TimeUnit.MICROSECONDS);
      if (next != null) {
        batch.add(next);
        jobs.drainTo(batch, Math.max(0, TOGETHER - batch.size()));
      }
    }
  }

  private void write(List<Job<S, ?>> batch) {
    try {
      together(batch, false);
    } catch (Apart apart) {
      try {
        together(batch, true);
      } catch (SQLException | Apart e) {
        lost(batch, e);
        return;
      }
    } catch (SQLException | RuntimeException e) {
      lost(batch, e);
      return;
    }
    batch.forEach(Job::tell);
  }

  private void together(List<Job<S, ?>> batch, boolean guarded) throws SQLException, Apart {
    LogIndex.look(file);
    S prepared = connected();
    Statement statement = java.util.Objects.requireNonNull(plain);
    for (Job<S, ?> job : batch) {
      if (guarded) {
        guarded(job, prepared, statement);
      } else {
        plainly(job, prepared);
      }
    }
    java.util.Objects.requireNonNull(connection).commit();
  }

  /// Without a savepoint for each, which would double the work. One that fails sends all of them
  /// the other way.
  private void plainly(Job<S, ?> job, S prepared) throws SQLException, Apart {
    try {
      job.make(prepared);
    } catch (SQLException e) {
      if (!SqliteErrors.ofOneChange(e)) {
        throw e;
      }
      rollback();
      throw new Apart();
    } catch (RuntimeException e) {
      rollback();
      throw new Apart();
    }
  }

  private void guarded(Job<S, ?> job, S prepared, Statement statement) throws SQLException {
    statement.execute("savepoint one");
    try {
      job.make(prepared);
    } catch (SQLException e) {
      if (!SqliteErrors.ofOneChange(e)) {
        throw e;
      }
      statement.execute("rollback to one");
      job.refuse(SqliteErrors.of(file, e));
    } catch (RuntimeException e) {
      statement.execute("rollback to one");
      job.refuse(e);
    }
    statement.execute("release one");
  }

  /// Nothing of the batch was written.
  private void lost(List<Job<S, ?>> batch, Throwable why) {
    rollback();
    StoreFailure failure =
        switch (why) {
          case StoreFailure known -> known;
          case SQLException e -> SqliteErrors.of(file, e);
          default -> new StoreFailure(StoreFailure.Kind.OTHER, file + ": " + why, why);
        };
    switch (failure.kind()) {
      case DISK_FULL, LOCKED -> {}
      // Whatever it is, a connection of before cannot know that it is over.
      case READ_ONLY, CORRUPT, TOO_NEW, UNSUITABLE, CLOSED, OTHER -> disconnect();
    }
    failAll(batch, failure);
  }

  private static <S> void failAll(List<Job<S, ?>> batch, StoreFailure failure) {
    for (Job<S, ?> job : batch) {
      job.done().completeExceptionally(failure);
    }
  }

  private S connected() throws SQLException {
    S ready = statements;
    if (ready != null) {
      return ready;
    }
    Connection open = connection == null ? opening.get() : connection;
    // The driver begins the next transaction itself, which holds nothing before its first
    // statement;
    // told so, it also does not look after every statement whether one is under way.
    open.setAutoCommit(false);
    connection = open;
    plain = open.createStatement();
    ready = preparation.of(open);
    statements = ready;
    return ready;
  }

  private void rollback() {
    Connection open = connection;
    if (open != null && statements != null) {
      try {
        open.rollback();
      } catch (SQLException e) {
        // Of some errors SQLite has rolled back by itself: then there is nothing to roll back.
        System.getLogger("dev.supervise").log(System.Logger.Level.DEBUG, "no rollback", e);
      }
    }
  }

  private void disconnect() {
    try {
      LogIndex.look(file);
      if (statements != null) {
        statements.close();
      }
      if (plain != null) {
        plain.close();
      }
      if (connection != null) {
        connection.close();
      }
    } catch (Exception e) {
      System.getLogger("dev.supervise").log(System.Logger.Level.DEBUG, "not closed", e);
    }
    statements = null;
    plain = null;
    connection = null;
  }

  /// A change is at fault: do them one by one.
  private static final class Apart extends Exception {
    private static final long serialVersionUID = 1L;

    Apart() {
      super("", null, false, false);
    }
  }
}
