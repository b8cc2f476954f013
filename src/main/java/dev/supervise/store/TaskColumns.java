package dev.supervise.store;

import dev.supervise.store.TaskRow.Mark;
import dev.supervise.store.TaskRow.Tally;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/// Rows as columns and back.
final class TaskColumns {
  static final String TASK =
      "seq, id, type, params, state, attempt, failures, crashes, alone, mark, submitted, started,"
          + " completed, due, error, result, fraction, said, saved, follows";

  private static final TaskState[] STATES = TaskState.values();
  private static final Mark[] MARKS = Mark.values();

  private TaskColumns() {}

  static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  static UUID id(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  static TaskRow task(ResultSet row) throws SQLException {
    return new TaskRow(
        row.getLong(1),
        id(row.getBytes(2)),
        row.getString(3),
        row.getString(4),
        STATES[row.getInt(5)],
        row.getInt(6),
        new Tally(row.getInt(7), row.getInt(8), row.getInt(9), MARKS[row.getInt(10)]),
        row.getLong(11),
        row.getLong(12),
        row.getLong(13),
        row.getLong(14),
        row.getString(15),
        row.getString(16),
        row.getDouble(17),
        row.getString(18),
        row.getString(19),
        Optional.ofNullable(row.getBytes(20)).map(TaskColumns::id));
  }

  /// What may change, from parameter 1 on.
  static void changing(PreparedStatement into, TaskRow row) throws SQLException {
    into.setInt(1, row.state().ordinal());
    into.setInt(2, row.attempt());
    into.setInt(3, row.tally().failures());
    into.setInt(4, row.tally().crashes());
    into.setInt(5, row.tally().alone());
    into.setInt(6, row.tally().mark().ordinal());
    into.setLong(7, row.startedAt());
    into.setLong(8, row.completedAt());
    into.setLong(9, row.due());
    into.setString(10, row.error());
    into.setString(11, row.result());
    into.setDouble(12, row.fraction());
    into.setString(13, row.said());
    into.setString(14, row.saved());
    into.setLong(15, row.seq());
  }

  /// What never changes.
  static void fixed(PreparedStatement into, TaskRow row) throws SQLException {
    into.setBytes(16, bytes(row.id()));
    into.setString(17, row.type());
    into.setString(18, row.params());
    into.setLong(19, row.submittedAt());
    into.setBytes(20, row.follows().map(TaskColumns::bytes).orElse(null));
  }

  static ScheduleRow schedule(ResultSet row) throws SQLException {
    byte[] task = row.getBytes(7);
    return new ScheduleRow(
        row.getString(1),
        row.getString(2),
        row.getLong(3),
        row.getInt(4) != 0,
        row.getLong(5),
        row.getLong(6),
        task == null ? Optional.empty() : Optional.of(id(task)));
  }
}
