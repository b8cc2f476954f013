package dev.supervise.store;

import dev.supervise.text.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// `journal.db`: the entries as rows, in SQLite, WAL, `synchronous=NORMAL`: a crash of the machine
/// may cost the newest ones, never the file. One thread at a time.
final class JournalStore implements AutoCloseable {
  static final String FILE = "journal.db";

  /// The forms of the file.
  private static final List<Database.Migration> FORMS =
      List.of(
          new Database.Migration(
              List.of(
                  "create table unit (id integer primary key, path text not null unique)",
                  """
                  create table entry (
                    id integer primary key, at integer not null, kind text not null,
                    unit integer not null references unit (id), was text not null,
                    status text not null, failing integer not null, what text not null,
                    next text not null, causes text not null, output text not null,
                    times integer not null, up_to integer not null)\
                  """,
                  "create index entry_unit on entry (unit, id)",
                  "create index entry_failing on entry (unit, id) where failing = 1")),
          new Database.Migration(
              List.of("alter table entry add column stack text not null default ''")),
          new Database.Migration(
              List.of("create table batch (run text primary key, number integer not null)")));

  /// Longer texts are cut.
  private static final int LONGEST = 2000;

  private static final String INSERT =
      "insert into entry values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  /// Empty for one in memory.
  private final Optional<Database> database;

  private Connection connection;
  private PreparedStatement insert;
  private final Map<String, Long> units = new HashMap<>();
  private long last;

  private JournalStore(Optional<Database> database, Connection connection) throws SQLException {
    this.database = database;
    this.connection = connection;
    this.insert = prepared();
    last = number("select coalesce(max(id), 0) from entry");
  }

  private PreparedStatement prepared() throws SQLException {
    execute("pragma cache_size=-1024");
    execute("pragma temp_store=memory");
    return connection.prepareStatement(INSERT);
  }

  /// Whether it outlives this process.
  boolean onDisk() {
    return database.isPresent();
  }

  /// The file was taken away while it was open: makes it again with all that was in it.
  ///
  /// @throws SQLException it cannot be made; what comes is written into the one that has no name
  /// @throws StoreFailure the same
  void renew() throws SQLException {
    if (database.isEmpty()) {
      return;
    }
    look();
    database.get().copy(connection);
    insert.close();
    connection.close();
    open();
  }

  /// After an error that this connection cannot know to be over: opens the file anew, where it is
  /// damaged another one.
  ///
  /// @throws SQLException it cannot be opened; nothing can be written or read before this succeeds
  /// @throws StoreFailure the same, and why
  void reopen() throws SQLException {
    if (database.isEmpty()) {
      return;
    }
    try {
      close();
    } catch (SQLException e) {
      System.getLogger("dev.supervise").log(System.Logger.Level.DEBUG, "journal not closed", e);
    }
    open();
  }

  private void open() throws SQLException {
    connection = database.orElseThrow().open();
    insert = prepared();
    units.clear();
    last = number("select coalesce(max(id), 0) from entry");
  }

  private void look() throws SQLException {
    if (database.isPresent()) {
      LogIndex.look(database.get().file());
    }
  }

  /// Opens the file, makes it where it is not there; a damaged one is set aside.
  ///
  /// @param stamp a text for the name of one that is set aside
  /// @throws StoreFailure it cannot be used, and why
  static JournalStore open(Path file, Consumer<String> warnings, Supplier<String> stamp)
      throws SQLException {
    Database database = new Database(file, FORMS, "NORMAL", warnings, stamp, Database::typeOf);
    return new JournalStore(Optional.of(database), database.open());
  }

  /// One that ends with this process.
  ///
  /// @param directory the state directory
  static JournalStore inMemory(Path directory) throws SQLException {
    Connection connection = SqliteNative.connect(directory, ":memory:", new Properties());
    try (Statement statement = connection.createStatement()) {
      for (Database.Migration form : FORMS) {
        for (String sql : form.statements()) {
          statement.execute(sql);
        }
      }
    }
    return new JournalStore(Optional.empty(), connection);
  }

  /// What is in a file, in memory: it may be read and added to, and nothing of the file changes.
  ///
  /// @param file need not exist
  /// @throws StoreFailure it cannot be read, and why
  static JournalStore copyOf(Path file) throws SQLException {
    Path directory = file.toAbsolutePath().resolveSibling("");
    if (!Files.exists(file)) {
      return inMemory(directory);
    }
    try (RecordFile record = RecordFile.of(file, FORMS)) {
      JournalStore copy = inMemory(directory);
      copy.execute("attach '" + record.address() + "' as disk");
      copy.execute("insert into unit select * from disk.unit");
      copy.execute("insert into entry select * from disk.entry");
      copy.execute("insert into batch select * from disk.batch");
      copy.execute("detach disk");
      copy.last = copy.number("select coalesce(max(id), 0) from entry");
      return copy;
    }
  }

  /// Writes all of them, or none.
  ///
  /// @return them with their numbers
  List<JournalEntry> append(List<JournalEntry> entries, List<Boolean> failing) throws SQLException {
    return append(entries, failing, List.of());
  }

  /// The same, and with them, or not at all, that it holds what these marks stand for.
  List<JournalEntry> append(
      List<JournalEntry> entries, List<Boolean> failing, Collection<JournalMark> marks)
      throws SQLException {
    List<JournalEntry> written = new ArrayList<>(entries.size());
    look();
    connection.setAutoCommit(false);
    long number = last;
    try {
      for (int i = 0; i < entries.size(); i++) {
        JournalEntry entry = entries.get(i).numbered(++number);
        set(insert, entry, unit(entry.path()), failing.get(i));
        insert.addBatch();
        written.add(entry);
      }
      insert.executeBatch();
      for (JournalMark mark : marks) {
        hold(mark);
      }
      connection.commit();
      last = number;
      return written;
    } catch (SQLException e) {
      insert.clearBatch();
      connection.rollback();
      units.clear();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private void hold(JournalMark mark) throws SQLException {
    try (PreparedStatement row =
        connection.prepareStatement(
            "insert into batch values (?, ?)"
                + " on conflict (run) do update set number = max(number, excluded.number)")) {
      row.setString(1, mark.run());
      row.setLong(2, mark.number());
      row.executeUpdate();
    }
  }

  /// Whether what the mark stands for was written, though it may be trimmed by now.
  boolean holds(JournalMark mark) throws SQLException {
    try (PreparedStatement find =
        connection.prepareStatement("select 1 from batch where run = ? and number >= ?")) {
      find.setString(1, mark.run());
      find.setLong(2, mark.number());
      try (ResultSet row = find.executeQuery()) {
        return row.next();
      }
    }
  }

  /// Nothing that was written is left elsewhere: nobody will ask for it.
  void forgetMarks() throws SQLException {
    execute("delete from batch");
  }

  private static void set(PreparedStatement row, JournalEntry e, long unit, boolean failing)
      throws SQLException {
    int i = 0;
    row.setLong(++i, e.id());
    row.setLong(++i, e.at());
    row.setString(++i, e.kind().name());
    row.setLong(++i, unit);
    row.setString(++i, e.was());
    row.setString(++i, e.status());
    row.setInt(++i, failing ? 1 : 0);
    row.setString(++i, cut(e.what()));
    row.setString(++i, cut(e.next()));
    row.setString(++i, e.causes().isEmpty() ? "" : Json.write(links(e.causes())));
    row.setString(++i, e.output().isEmpty() ? "" : Json.write(e.output()));
    row.setLong(++i, e.times());
    row.setLong(++i, e.upTo());
    row.setString(++i, e.stack().isEmpty() ? "" : Json.write(e.stack()));
  }

  private static List<List<Object>> links(List<JournalEntry.Link> causes) {
    List<List<Object>> links = new ArrayList<>();
    causes.forEach(link -> links.add(List.of(link.at(), link.path(), cut(link.text()))));
    return links;
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  private long unit(String path) throws SQLException {
    Long known = units.get(path);
    if (known != null) {
      return known;
    }
    if (units.size() > 10_000) {
      units.clear();
    }
    try (PreparedStatement make =
            connection.prepareStatement("INSERT OR IGNORE INTO unit (path) VALUES (?)");
        PreparedStatement find =
            connection.prepareStatement("SELECT id FROM unit WHERE path = ?")) {
      make.setString(1, path);
      make.executeUpdate();
      find.setString(1, path);
      try (ResultSet row = find.executeQuery()) {
        row.next();
        long id = row.getLong(1);
        units.put(path, id);
        return id;
      }
    }
  }

  /// See [Database#settle].
  boolean settle(Path file) throws SQLException {
    look();
    return Database.settle(file, connection);
  }

  /// What it holds.
  JournalQueries pages() throws SQLException {
    look();
    return new JournalQueries(connection);
  }

  /// Deletes what is too old or too much. Of each unit the newest failures stay.
  JournalLimits.Trimmed trim(JournalLimits limits, long now) throws SQLException {
    long count = number("SELECT count(*) FROM entry");
    long bytes =
        (number("PRAGMA page_count") - number("PRAGMA freelist_count"))
            * number("PRAGMA page_size");
    long old =
        number("SELECT coalesce(max(id), 0) FROM entry WHERE up_to < " + (now - limits.age()));
    long surplus = limits.surplus(count, bytes);
    long much =
        surplus == 0
            ? 0
            : number("SELECT id FROM entry ORDER BY id LIMIT 1 OFFSET " + (surplus - 1));
    long cut = Math.max(old, much);
    long before = count;
    connection.setAutoCommit(false);
    try {
      for (long unit :
          numbers(
              "SELECT unit FROM entry GROUP BY unit HAVING count(*) > "
                  + limits.share()
                  + " OR min(id) <= "
                  + cut)) {
        long own =
            number(
                "SELECT id FROM entry WHERE unit = "
                    + unit
                    + " ORDER BY id DESC LIMIT 1 OFFSET "
                    + limits.share());
        long kept =
            number(
                "SELECT id FROM entry WHERE unit = "
                    + unit
                    + " AND failing = 1 ORDER BY id DESC LIMIT 1 OFFSET "
                    + (limits.failures() - 1));
        execute(
            "DELETE FROM entry WHERE unit = "
                + unit
                + " AND id <= "
                + Math.max(cut, own)
                + " AND (failing = 0 OR id < "
                + kept
                + " OR up_to < "
                + (now - limits.failureAge())
                + ")");
      }
      execute("DELETE FROM unit WHERE id NOT IN (SELECT unit FROM entry)");
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
      units.clear();
    }
    return new JournalLimits.Trimmed(before - number("SELECT count(*) FROM entry"));
  }

  private long number(String sql) throws SQLException {
    List<Long> all = numbers(sql);
    return all.isEmpty() ? 0 : all.getFirst();
  }

  private List<Long> numbers(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<Long> all = new ArrayList<>();
      while (row.next()) {
        all.add(row.getLong(1));
      }
      return all;
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    look();
    connection.close();
  }
}
