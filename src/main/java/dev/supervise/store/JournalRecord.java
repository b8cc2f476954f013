package dev.supervise.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The journal of an instance that does not run, as it is on disk: `journal.db`, and what an end
/// left beside it for the next start. Nothing there is changed. For one thread; takes some 100 ms
/// the first time in a JVM.
public final class JournalRecord implements AutoCloseable {
  private final JournalStore store;
  private final Path file;

  private JournalRecord(JournalStore store, Path file) {
    this.store = store;
    this.file = file;
  }

  /// @param folder the state directory
  /// @return empty where no journal has been kept
  /// @throws StoreFailure there is one, and it cannot be read
  public static Optional<JournalRecord> open(Path folder) {
    Path file = folder.resolve(JournalStore.FILE);
    List<JournalItem.Marked> later = JournalSpill.read(folder);
    if (!Files.exists(file) && later.isEmpty()) {
      return Optional.empty();
    }
    try {
      JournalStore store = JournalStore.copyOf(file);
      List<JournalItem.Marked> fresh = new ArrayList<>();
      for (JournalItem.Marked each : later) {
        if (!store.holds(each.mark())) {
          fresh.add(each);
        }
      }
      store.append(
          fresh.stream().map(JournalItem.Marked::entry).toList(),
          fresh.stream().map(each -> each.item().failing()).toList());
      return Optional.of(new JournalRecord(store, file));
    } catch (SQLException e) {
      throw SqliteErrors.of(file, e);
    }
  }

  /// As [Journal#newest].
  public List<JournalEntry> newest(List<String> paths, long since, int limit) {
    return read(pages -> pages.newest(paths, since, limit));
  }

  /// As [Journal#explain].
  public UnitPast explain(String path, int limit) {
    return read(pages -> pages.explain(path, limit));
  }

  /// The full names of all units of which there are entries; the tree itself has the empty one.
  public List<String> units() {
    return read(JournalQueries::units);
  }

  private interface Read<T> {
    T from(JournalQueries pages) throws SQLException;
  }

  private <T> T read(Read<T> read) {
    try {
      return read.from(store.pages());
    } catch (SQLException e) {
      throw SqliteErrors.of(file, e);
    }
  }

  @Override
  public void close() {
    try {
      store.close();
    } catch (SQLException e) {
      throw SqliteErrors.of(file, e);
    }
  }
}
