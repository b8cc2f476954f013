package dev.supervise.store;

import dev.supervise.posix.PrivateDirectory;
import dev.supervise.posix.Untrusted;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.sqlite.SQLiteConfig;

/// One SQLite file: opened with write-ahead log, brought to the newest form, set aside when it is
/// damaged. Makes connections; whoever asks for one owns it.
///
/// @param migrations the steps from an empty file to the newest form, never changed once released;
///   each is done in a transaction of its own
/// @param synchronous `FULL`: what was committed survives a power cut; `NORMAL`: a crash of the
///   program only
/// @param warnings told of a file that was set aside
/// @param stamp a text for the names of files set aside
/// @param typeOf the type of the file system a directory is on
record Database(
    Path file,
    List<Migration> migrations,
    String synchronous,
    Consumer<String> warnings,
    Supplier<String> stamp,
    Function<Path, String> typeOf)
    implements ReadConnections.Source {

  /// How long somebody else may hold the file before that is an error.
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /// So many bytes the write-ahead log keeps when it begins anew; a reader of long ago may have
  /// made it grow without end.
  static final int LOG_LIMIT = 4 << 20;

  /// A write-ahead log up to this size is left as it is.
  private static final long GROWN = 1 << 20;

  /// A file up to this size is looked through when it is opened; that takes some milliseconds.
  private static final long LOOKED_THROUGH = 4 << 20;

  /// On these, locks and shared memory of the write-ahead log do not hold what they promise.
  private static final Set<String> REMOTE =
      Set.of(
          "nfs",
          "nfs3",
          "nfs4",
          "cifs",
          "smb",
          "smb2",
          "smb3",
          "smbfs",
          "afs",
          "ncpfs",
          "lustre",
          "ceph",
          "glusterfs",
          "fuse.sshfs",
          "fuse.glusterfs",
          "fuse.s3fs",
          "davfs");

  /// What SQLite makes of a file, the file itself last.
  static final List<String> PARTS = List.of("-wal", "-shm", "");

  /// One step from a form of the file to the next.
  record Migration(List<String> statements) {}

  /// Opens the file for writing, once.
  ///
  /// @throws StoreFailure it cannot be used, and why
  Connection open() {
    refuseRemote();
    try {
      return sound();
    } catch (SQLException e) {
      if (SqliteErrors.kind(e) != StoreFailure.Kind.CORRUPT) {
        throw SqliteErrors.of(file, e);
      }
      setAside(e);
    }
    try {
      return sound();
    } catch (SQLException e) {
      throw SqliteErrors.of(file, e);
    }
  }

  /// A connection that only reads, beside the one that writes.
  @Override
  public Connection reader() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout((int) PATIENCE.toMillis());
    return connect(config);
  }

  /// Writes what a connection shows into a new file at this path: that of a file which was removed
  /// while it was open. The connection must be in no transaction; it is to be closed before the new
  /// file is opened, because the last one to go removes the logs beside it by their names.
  ///
  /// @throws StoreFailure there is a file again, and it is not empty, or it cannot be made
  void copy(Connection connection) throws SQLException {
    create();
    try (Statement statement = connection.createStatement()) {
      statement.execute("vacuum into '" + file.toString().replace("'", "''") + "'");
    } catch (SQLException e) {
      discard(e);
      throw e;
    }
  }

  /// Half a copy is worth nothing to the next one who opens it.
  private void discard(SQLException why) {
    try {
      state().remove(name());
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  private Connection sound() throws SQLException {
    create();
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout((int) PATIENCE.toMillis());
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setGetGeneratedKeys(false);
    config.setSynchronous(SQLiteConfig.SynchronousMode.valueOf(synchronous));
    config.setJournalSizeLimit(LOG_LIMIT);
    Connection connection = connect(config);
    try {
      lookThrough(connection);
      migrate(connection);
      return connection;
    } catch (SQLException | RuntimeException e) {
      try {
        connection.close();
      } catch (SQLException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private Connection connect(SQLiteConfig config) throws SQLException {
    SqliteNative.load(directory());
    looked();
    Connection connection =
        SqliteNative.connect(directory(), file.toString(), config.toProperties());
    try {
      looked();
      return connection;
    } catch (StoreFailure e) {
      connection.close();
      throw e;
    }
  }

  /// For its owner only; the log beside it takes the same rights.
  private void create() {
    try {
      state().file(name());
    } catch (IOException e) {
      throw unmade(e);
    }
  }

  /// SQLite opens by path and follows links. What it will open is looked at first, in a directory
  /// that nobody else may change.
  private void looked() {
    try {
      PrivateDirectory state = state();
      for (String part : PARTS) {
        state.find(name() + part);
      }
    } catch (IOException e) {
      throw unmade(e);
    }
  }

  /// SQLite opens by path: what that leads to must be the directory that is held.
  private PrivateDirectory state() throws IOException {
    PrivateDirectory state =
        PrivateDirectory.find(directory())
            .orElseThrow(() -> new NoSuchFileException(directory().toString()));
    if (!state.present()) {
      throw new NoSuchFileException(
          directory().toString(), null, "no longer the directory that was opened");
    }
    return state;
  }

  private StoreFailure unmade(IOException e) {
    String reason =
        e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    return new StoreFailure(
        e instanceof Untrusted ? StoreFailure.Kind.UNSUITABLE : StoreFailure.Kind.READ_ONLY,
        e instanceof Untrusted ? reason : "cannot make " + file + ": " + reason,
        e);
  }

  private String name() {
    return String.valueOf(file.getFileName());
  }

  private Path directory() {
    return file.toAbsolutePath().resolveSibling("");
  }

  private void refuseRemote() {
    String type = typeOf.apply(directory()).toLowerCase(Locale.ROOT);
    if (REMOTE.contains(type)) {
      throw new StoreFailure(
          StoreFailure.Kind.UNSUITABLE,
          file
              + " is on a network file system ("
              + type
              + "), where its locks do not hold: tasks could be lost or run twice. Put the script"
              + " on a local disk, or keep its state on one: --state-dir DIR");
    }
  }

  /// What kind of file system a directory is on; empty where the system does not say.
  static String typeOf(Path directory) {
    try {
      return Files.getFileStore(directory).type();
    } catch (IOException e) {
      return "";
    }
  }

  private void lookThrough(Connection connection) throws SQLException {
    long size;
    try {
      size = Files.size(file);
    } catch (IOException e) {
      throw new StoreFailure(StoreFailure.Kind.OTHER, "cannot look at " + file + ": " + e, e);
    }
    if (size > LOOKED_THROUGH) {
      return;
    }
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("pragma quick_check(1)")) {
      if (found.next() && !found.getString(1).equals("ok")) {
        throw new SQLException(
            found.getString(1), "", org.sqlite.SQLiteErrorCode.SQLITE_CORRUPT.code);
      }
    }
  }

  private void migrate(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int version = version(statement);
      if (version > migrations.size()) {
        throw new StoreFailure(
            StoreFailure.Kind.TOO_NEW,
            file
                + " was written by a later version of supervise (form "
                + version
                + ", this one knows "
                + migrations.size()
                + "); nothing was changed");
      }
      for (int next = version; next < migrations.size(); next++) {
        statement.execute("begin immediate");
        try {
          for (String sql : migrations.get(next).statements()) {
            statement.execute(sql);
          }
          statement.execute("pragma user_version = " + (next + 1));
          statement.execute("commit");
        } catch (SQLException e) {
          statement.execute("rollback");
          throw e;
        }
      }
    }
  }

  /// Nothing has been written for a while: brings everything from a write-ahead log that has grown
  /// into the file, and makes the log empty. Waits for nobody: while somebody else reads what was
  /// true before, the log stays.
  ///
  /// @param connection the one that writes; no transaction is under way
  /// @return whether there is nothing more to do
  static boolean settle(Path file, Connection connection) throws SQLException {
    if (size(file.resolveSibling(file.getFileName() + "-wal")) < GROWN) {
      return true;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("pragma busy_timeout = 0");
      try (ResultSet done = statement.executeQuery("pragma wal_checkpoint(truncate)")) {
        return done.next() && done.getInt(1) == 0;
      } finally {
        statement.execute("pragma busy_timeout = " + PATIENCE.toMillis());
      }
    }
  }

  private static long size(Path log) {
    try {
      return Files.size(log);
    } catch (IOException absent) {
      return 0;
    }
  }

  private static int version(Statement statement) throws SQLException {
    try (ResultSet found = statement.executeQuery("pragma user_version")) {
      return found.next() ? found.getInt(1) : 0;
    }
  }

  /// Nothing is deleted: somebody may want to look at it.
  private void setAside(SQLException why) {
    String suffix = ".damaged-" + stamp.get();
    try {
      PrivateDirectory state = state();
      for (String part : PARTS) {
        if (state.find(name() + part).isPresent()) {
          state.move(name() + part, name() + suffix + part);
        }
      }
    } catch (IOException e) {
      StoreFailure failure = SqliteErrors.of(file, why);
      failure.addSuppressed(e);
      throw failure;
    }
    warnings.accept(
        file
            + " is damaged ("
            + why.getMessage()
            + "); it was set aside as "
            + file.getFileName()
            + suffix
            + " and a new one begun: what it held is not known to this run");
  }
}
