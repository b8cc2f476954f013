package dev.supervise.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// Tasks in `state.db`.
public final class SqliteTaskStore implements TaskStore {
  /// The file behind it.
  private sealed interface Kept {
    /// This instance's own.
    record Own(Database database, GroupCommitWriter<SqlTaskTable> writer) implements Kept {}

    /// What one that does not run has left.
    record Left(RecordFile record) implements Kept {}
  }

  private final Kept kept;
  private final ReadConnections readers;

  private SqliteTaskStore(Database database) {
    Connection connection = database.open();
    this.kept =
        new Kept.Own(
            database,
            new GroupCommitWriter<>(
                database.file(), connection, database::open, SqlTaskTable::new));
    this.readers = new ReadConnections(database);
  }

  private SqliteTaskStore(RecordFile record) {
    this.kept = new Kept.Left(record);
    this.readers = new ReadConnections(record);
  }

  /// Opens the file, makes it where it is not there, brings it to the newest form. Takes some 100
  /// ms the first time in a JVM.
  ///
  /// @param file in a directory that exists and that this program alone owns
  /// @param warnings told of a damaged file that was set aside
  /// @param stamp a text for such a file's new name, letters and digits
  /// @throws StoreFailure it cannot be used, and why
  public static SqliteTaskStore open(Path file, Consumer<String> warnings, Supplier<String> stamp) {
    return new SqliteTaskStore(database(file, warnings, stamp, Database::typeOf));
  }

  /// What an instance that does not run has left: it can be read, and what is to be written fails.
  /// Nothing on disk is changed by opening it.
  ///
  /// @param file exists
  /// @throws StoreFailure it cannot be read, and why
  public static SqliteTaskStore left(Path file) {
    return new SqliteTaskStore(RecordFile.of(file, TaskMigrations.ALL));
  }

  static Database database(
      Path file,
      Consumer<String> warnings,
      Supplier<String> stamp,
      Function<Path, String> fileSystem) {
    return new Database(file, TaskMigrations.ALL, "FULL", warnings, stamp, fileSystem);
  }

  @Override
  public <T> CompletableFuture<T> write(Function<TaskTable, T> change, boolean patient) {
    return switch (kept) {
      case Kept.Left(RecordFile record) -> CompletableFuture.failedFuture(onlyRead(record));
      case Kept.Own(Database _, GroupCommitWriter<SqlTaskTable> writer) ->
          writer.write(
              table -> {
                try {
                  return change.apply(table);
                } catch (SqlTaskTable.Failed e) {
                  throw e.sql();
                }
              },
              patient);
    };
  }

  private static StoreFailure onlyRead(RecordFile record) {
    return new StoreFailure(
        StoreFailure.Kind.CLOSED, record.file() + " is only read: nothing runs");
  }

  @Override
  public Optional<TaskRow> find(UUID id) {
    return rows("where id=?", statement -> statement.setBytes(1, TaskColumns.bytes(id))).stream()
        .findFirst();
  }

  @Override
  public List<TaskRow> newest(Filter filter, OptionalLong before, int limit) {
    List<String> claims = new ArrayList<>();
    filter.type().ifPresent(_ -> claims.add("type=?"));
    filter.state().ifPresent(state -> claims.add("state=" + state.ordinal()));
    // The literal lets SQLite see that the index of the open ones will do.
    filter.state().filter(state -> !state.over()).ifPresent(_ -> claims.add("state<2"));
    before.ifPresent(seq -> claims.add("seq<" + seq));
    String where = claims.isEmpty() ? "" : "where " + String.join(" and ", claims);
    return rows(
        where + " order by seq desc limit " + limit,
        statement -> {
          if (filter.type().isPresent()) {
            statement.setString(1, filter.type().get());
          }
        });
  }

  @Override
  public List<TaskRow> open() {
    return rows("where state<2 order by seq", _ -> {});
  }

  @Override
  public List<AttemptRow> attempts(UUID id) {
    return all(
        "select number, started, ended, outcome, error from attempt"
            + " where task=(select seq from task where id=?) order by number",
        statement -> statement.setBytes(1, TaskColumns.bytes(id)),
        row ->
            new AttemptRow(
                row.getInt(1), row.getLong(2), row.getLong(3), row.getString(4), row.getString(5)));
  }

  @Override
  public long seqAfterNewest(String type, int count) {
    return all(
            "select seq from task where type=? and state>=2 order by seq desc limit 1 offset ?",
            statement -> {
              statement.setString(1, type);
              statement.setInt(2, count);
            },
            row -> row.getLong(1))
        .stream()
        .findFirst()
        .orElse(0L);
  }

  @Override
  public List<String> types() {
    return all("select distinct type from task order by type", _ -> {}, row -> row.getString(1));
  }

  @Override
  public List<Long> prunable(String type, long after, long upTo, long endedBefore, int limit) {
    return all(
        "select seq from task where type=? and seq>? and seq<=? and state>=2 and completed<?"
            + " order by seq limit ?",
        statement -> {
          statement.setString(1, type);
          statement.setLong(2, after);
          statement.setLong(3, upTo);
          statement.setLong(4, endedBefore);
          statement.setInt(5, limit);
        },
        row -> row.getLong(1));
  }

  @Override
  public List<ScheduleRow> schedules() {
    return all("select * from schedule order by name", _ -> {}, TaskColumns::schedule);
  }

  @Override
  public String fact(String name) {
    return all(
            "select value from fact where name=?",
            statement -> statement.setString(1, name),
            row -> row.getString(1))
        .stream()
        .findFirst()
        .orElse("");
  }

  /// The file was taken away while it was open: makes it again with all that was in it.
  ///
  /// @return completes when it is there, with a [StoreFailure] where it cannot be: what was in it
  ///   is lost then
  public CompletableFuture<Void> renew() {
    return switch (kept) {
      case Kept.Left(RecordFile record) -> CompletableFuture.failedFuture(onlyRead(record));
      // Readers go on with what is open until there is a file for them.
      case Kept.Own(Database database, GroupCommitWriter<SqlTaskTable> writer) ->
          writer.renew(database).whenComplete((_, _) -> readers.renew());
    };
  }

  /// Those who read are waited for.
  @Override
  public void close() {
    // The last connection to go takes the log beside the file with it, if it may write.
    readers.close();
    switch (kept) {
      case Kept.Own(Database _, GroupCommitWriter<SqlTaskTable> writer) -> writer.close();
      case Kept.Left(RecordFile record) -> record.close();
    }
  }

  private interface Filling {
    void fill(PreparedStatement statement) throws SQLException;
  }

  private interface Reading<T> {
    T read(ResultSet row) throws SQLException;
  }

  private List<TaskRow> rows(String rest, Filling filling) {
    return all("select " + TaskColumns.TASK + " from task " + rest, filling, TaskColumns::task);
  }

  private <T> List<T> all(String sql, Filling filling, Reading<T> reading) {
    return readers.ask(connection -> {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        filling.fill(statement);
        List<T> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            found.add(reading.read(rows));
          }
        }
        return found;
      }
    });
  }
}
