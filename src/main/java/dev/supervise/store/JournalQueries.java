package dev.supervise.store;

import dev.supervise.text.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// What stands in `journal.db`, for those who ask. On the journal's thread.
record JournalQueries(Connection connection) {
  private static final String COLUMNS =
      "e.id, e.at, e.kind, u.path, e.was, e.status, e.what, e.next, e.causes, e.output, e.times,"
          + " e.up_to, e.stack FROM entry e JOIN unit u ON u.id = e.unit ";

  /// The newest entries of some units, or of all, in the order in which they happened.
  ///
  /// @param paths full names, with all below them; empty: everything
  /// @param since milliseconds since 1970
  List<JournalEntry> newest(List<String> paths, long since, int limit) throws SQLException {
    StringBuilder sql = new StringBuilder("SELECT " + COLUMNS + "WHERE e.up_to >= ?");
    if (!paths.isEmpty()) {
      String each = "u.path = ? OR u.path LIKE ? ESCAPE '\\'";
      sql.append(" AND e.unit IN (SELECT u.id FROM unit u WHERE ")
          .append(String.join(" OR ", java.util.Collections.nCopies(paths.size(), each)))
          .append(")");
    }
    sql.append(" ORDER BY e.id DESC LIMIT ?");
    try (PreparedStatement query = connection.prepareStatement(sql.toString())) {
      int i = 0;
      query.setLong(++i, since);
      for (String path : paths) {
        query.setString(++i, path);
        query.setString(
            ++i, path.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "/%");
      }
      query.setInt(++i, limit);
      List<JournalEntry> found = new ArrayList<>();
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          found.add(entry(row));
        }
      }
      return found.reversed();
    }
  }

  /// See `Journal.explain`.
  UnitPast explain(String path, int limit) throws SQLException {
    List<JournalEntry> own = of("e.kind = 'STATE' and u.path = ?", path, Long.MAX_VALUE, limit);
    List<JournalEntry> origins = new ArrayList<>();
    if (!own.isEmpty()) {
      for (JournalEntry.Link link : own.getLast().causes()) {
        // The entry of an end is made when it is clear what follows from it.
        origins.addAll(of("e.failing = 1 and u.path = ?", link.path(), link.at() + 1000, 1));
      }
    }
    return new UnitPast(own, origins.stream().distinct().toList());
  }

  private List<JournalEntry> of(String condition, String path, long until, int limit)
      throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "select "
                + COLUMNS
                + "where "
                + condition
                + " and e.at <= ? order by e.id desc limit ?")) {
      query.setString(1, path);
      query.setLong(2, until);
      query.setInt(3, limit);
      List<JournalEntry> found = new ArrayList<>();
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          found.add(entry(row));
        }
      }
      return found.reversed();
    }
  }

  /// The full names an entry exists of that end with this one.
  List<String> named(String name) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT path FROM unit WHERE path = ?1 OR substr(path, -length(?1) - 1) = '/' || ?1"
                + " ORDER BY path <> ?1, path LIMIT 20")) {
      query.setString(1, name);
      List<String> found = new ArrayList<>();
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          found.add(row.getString(1));
        }
      }
      return found.contains(name) ? List.of(name) : found;
    }
  }

  /// The full names of all of which there are entries.
  List<String> units() throws SQLException {
    try (PreparedStatement query = connection.prepareStatement("SELECT path FROM unit");
        ResultSet row = query.executeQuery()) {
      List<String> found = new ArrayList<>();
      while (row.next()) {
        found.add(row.getString(1));
      }
      return found;
    }
  }

  private static JournalEntry entry(ResultSet row) throws SQLException {
    List<JournalEntry.Link> causes = new ArrayList<>();
    for (Object link : list(row.getString(9))) {
      List<?> parts = (List<?>) link;
      causes.add(
          new JournalEntry.Link(
              ((Number) parts.get(0)).longValue(),
              String.valueOf(parts.get(1)),
              String.valueOf(parts.get(2))));
    }
    return new JournalEntry(
        row.getLong(1),
        row.getLong(2),
        JournalEntry.Kind.valueOf(row.getString(3)),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getString(8),
        causes,
        list(row.getString(10)).stream().map(String::valueOf).toList(),
        list(row.getString(13)).stream().map(String::valueOf).toList(),
        row.getLong(11),
        row.getLong(12));
  }

  private static List<?> list(String json) {
    return !json.isEmpty() && Json.read(json) instanceof List<?> list ? list : List.of();
  }
}
