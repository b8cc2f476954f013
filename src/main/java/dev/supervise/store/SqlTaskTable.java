package dev.supervise.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The rows for changes, on the writer's connection. Belongs to the writer's thread.
final class SqlTaskTable implements TaskTable, AutoCloseable {
  private static final String INSERT =
      "insert into task (state, attempt, failures, crashes, alone, mark, started, completed, due,"
          + " error, result, fraction, said, saved, seq, id, type, params, submitted,"
          + " follows) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
  private static final String UPDATE =
      "update task set state=?, attempt=?, failures=?, crashes=?, alone=?, mark=?, started=?,"
          + " completed=?, due=?, error=?, result=?, fraction=?, said=?, saved=? where seq=?";

  /// What carries an SQL error through a change to the writer.
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final SQLException cause;

    Failed(SQLException cause) {
      super(cause);
      this.cause = cause;
    }

    SQLException sql() {
      return cause;
    }
  }

  private final Connection connection;
  private long last = -1;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  SqlTaskTable(Connection connection) {
    this.connection = connection;
  }

  private interface Work<T> {
    T with(PreparedStatement statement) throws SQLException;
  }

  private <T> T use(String sql, Work<T> work) {
    try {
      PreparedStatement statement = prepared.get(sql);
      if (statement == null) {
        statement = connection.prepareStatement(sql);
        prepared.put(sql, statement);
      }
      return work.with(statement);
    } catch (SQLException e) {
      throw new Failed(e);
    }
  }

  @Override
  public Optional<TaskRow> find(UUID id) {
    return use(
        "select " + TaskColumns.TASK + " from task where id=?",
        find -> {
          find.setBytes(1, TaskColumns.bytes(id));
          try (ResultSet row = find.executeQuery()) {
            return row.next() ? Optional.of(TaskColumns.task(row)) : Optional.<TaskRow>empty();
          }
        });
  }

  @Override
  public long nextSeq() {
    if (last < 0) {
      last =
          use(
              "select coalesce(max(seq), 0) from task",
              max -> {
                try (ResultSet row = max.executeQuery()) {
                  row.next();
                  return row.getLong(1);
                }
              });
    }
    return ++last;
  }

  @Override
  public void insert(TaskRow row) {
    use(
        INSERT,
        insert -> {
          TaskColumns.changing(insert, row);
          TaskColumns.fixed(insert, row);
          return insert.executeUpdate();
        });
  }

  @Override
  public boolean update(TaskRow row, int attempt) {
    return use(
        UPDATE + " and state<2 and attempt=?",
        update -> {
          TaskColumns.changing(update, row);
          update.setInt(16, attempt);
          return update.executeUpdate() == 1;
        });
  }

  @Override
  public boolean reopen(TaskRow row) {
    return use(
        UPDATE + " and state>=2",
        update -> {
          TaskColumns.changing(update, row);
          return update.executeUpdate() == 1;
        });
  }

  @Override
  public void keep(UUID id, AttemptRow attempt) {
    use(
        "insert or replace into attempt select seq, ?, ?, ?, ?, ? from task where id=?",
        keep -> {
          keep.setInt(1, attempt.number());
          keep.setLong(2, attempt.startedAt());
          keep.setLong(3, attempt.endedAt());
          keep.setString(4, attempt.outcome());
          keep.setString(5, attempt.error());
          keep.setBytes(6, TaskColumns.bytes(id));
          return keep.executeUpdate();
        });
  }

  @Override
  public boolean delete(UUID id) {
    use(
        "delete from attempt where task in (select seq from task where id=?)",
        delete -> {
          delete.setBytes(1, TaskColumns.bytes(id));
          return delete.executeUpdate();
        });
    return use(
        "delete from task where id=?",
        delete -> {
          delete.setBytes(1, TaskColumns.bytes(id));
          return delete.executeUpdate() == 1;
        });
  }

  @Override
  public int prune(List<Long> seqs) {
    int pruned = 0;
    for (long seq : seqs) {
      boolean over =
          use(
              "delete from task where seq=? and state>=2",
              delete -> {
                delete.setLong(1, seq);
                return delete.executeUpdate() == 1;
              });
      if (over) {
        use(
            "delete from attempt where task=?",
            delete -> {
              delete.setLong(1, seq);
              return delete.executeUpdate();
            });
        pruned++;
      }
    }
    return pruned;
  }

  @Override
  public String fact(String name) {
    return use(
        "select value from fact where name=?",
        find -> {
          find.setString(1, name);
          try (ResultSet row = find.executeQuery()) {
            return row.next() ? row.getString(1) : "";
          }
        });
  }

  @Override
  public void note(String name, String value) {
    use(
        "insert or replace into fact (name, value) values (?,?)",
        note -> {
          note.setString(1, name);
          note.setString(2, value);
          return note.executeUpdate();
        });
  }

  @Override
  public Optional<ScheduleRow> schedule(String name) {
    return use(
        "select * from schedule where name=?",
        find -> {
          find.setString(1, name);
          try (ResultSet row = find.executeQuery()) {
            return row.next()
                ? Optional.of(TaskColumns.schedule(row))
                : Optional.<ScheduleRow>empty();
          }
        });
  }

  @Override
  public void put(ScheduleRow schedule) {
    use(
        "insert or replace into schedule values (?,?,?,?,?,?,?)",
        put -> {
          put.setString(1, schedule.name());
          put.setString(2, schedule.plan());
          put.setLong(3, schedule.since());
          put.setInt(4, schedule.suspended() ? 1 : 0);
          put.setLong(5, schedule.lastFire());
          put.setLong(6, schedule.nextFire());
          if (schedule.lastTask().isPresent()) {
            put.setBytes(7, TaskColumns.bytes(schedule.lastTask().get()));
          } else {
            put.setNull(7, java.sql.Types.BLOB);
          }
          return put.executeUpdate();
        });
  }

  @Override
  public boolean forgetSchedule(String name) {
    return use(
        "delete from schedule where name=?",
        delete -> {
          delete.setString(1, name);
          return delete.executeUpdate() == 1;
        });
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : prepared.values()) {
      statement.close();
    }
  }
}
