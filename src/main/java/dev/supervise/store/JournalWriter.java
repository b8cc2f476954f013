package dev.supervise.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Writes entries into `journal.db` and copes with what may be wrong with it: a damaged file is set
/// aside and a new one begun; where there can be none, there is one in memory, which ends with this
/// process; what a full disk does not take waits, the newest of it, for the next try. Each trouble
/// is told once. One thread.
final class JournalWriter implements AutoCloseable {
  /// Entries that wait for a disk that takes nothing.
  private static final int WAITING = 4096;

  private static final int TRIM_EVERY = 5000;

  /// @param failing is kept longer
  record Item(JournalEntry entry, boolean failing) {
    static Item note(long at, String text) {
      return new Item(JournalEntry.of(JournalEntry.Kind.NOTE, at, "", text, ""), false);
    }
  }

  private final JournalStore store;
  private final Path journal;
  private final LongSupplier wallClock;
  private final Consumer<String> warnings;
  private final JournalLimits limits;
  private List<Item> waiting = new ArrayList<>();
  private long untrimmed = TRIM_EVERY;
  private boolean failing;

  private JournalWriter(
      JournalStore store,
      Path journal,
      LongSupplier wallClock,
      Consumer<String> warnings,
      JournalLimits limits) {
    this.store = store;
    this.journal = journal;
    this.wallClock = wallClock;
    this.warnings = warnings;
    this.limits = limits;
  }

  /// @param notes told what a reader of the journal is to find in it
  /// @throws SQLException there can be none, not even in memory
  static JournalWriter open(
      Path folder, LongSupplier wallClock, Consumer<String> warnings, Consumer<String> notes)
      throws SQLException {
    JournalStore store = store(folder, wallClock, warnings.andThen(notes));
    JournalWriter writer =
        new JournalWriter(
            store, folder.resolve(Journal.FILE), wallClock, warnings, JournalLimits.DEFAULT);
    List<Item> earlier = JournalLater.take(folder, warnings);
    if (!earlier.isEmpty()) {
      writer.write(earlier);
    }
    return writer;
  }

  private static JournalStore store(Path folder, LongSupplier wallClock, Consumer<String> both)
      throws SQLException {
    try {
      return JournalStore.open(
          folder.resolve(Journal.FILE), both, () -> Long.toString(wallClock.getAsLong()));
    } catch (StoreFailure e) {
      JournalStore memory = JournalStore.inMemory(folder);
      both.accept(e.getMessage() + "; what happens is kept in memory until supervise ends");
      return memory;
    }
  }

  JournalStore store() {
    return store;
  }

  /// Writes these and what waits.
  ///
  /// @return the entries, with their numbers if they could be written
  List<JournalEntry> write(List<Item> items) {
    if (items.isEmpty()) {
      return List.of();
    }
    waiting.addAll(items);
    try {
      List<JournalEntry> written = appended();
      untrimmed += waiting.size();
      waiting = new ArrayList<>();
      if (failing) {
        failing = false;
        warnings.accept("the journal is written again");
      }
      trim();
      return written.subList(written.size() - items.size(), written.size());
    } catch (SQLException | StoreFailure e) {
      if (!failing) {
        failing = true;
        warnings.accept(
            failure(e).getMessage() + "; the journal is written again as soon as it can be");
      }
      if (waiting.size() > WAITING) {
        waiting = new ArrayList<>(waiting.subList(waiting.size() - WAITING, waiting.size()));
      }
      return items.stream().map(Item::entry).toList();
    }
  }

  private List<JournalEntry> appended() throws SQLException {
    List<JournalEntry> entries = waiting.stream().map(Item::entry).toList();
    List<Boolean> kept = waiting.stream().map(Item::failing).toList();
    try {
      return store.append(entries, kept);
    } catch (SQLException e) {
      return switch (Failures.kind(e)) {
        case DISK_FULL, LOCKED -> throw e;
        // Somebody has cut, exchanged or overwritten the file.
        case READ_ONLY, CORRUPT, TOO_NEW, UNSUITABLE, CLOSED, OTHER -> {
          store.reopen();
          yield store.append(entries, kept);
        }
      };
    }
  }

  private StoreFailure failure(Exception e) {
    return switch (e) {
      case StoreFailure known -> known;
      case SQLException sql -> Failures.of(journal, sql);
      default -> new StoreFailure(StoreFailure.Kind.OTHER, journal + ": " + e, e);
    };
  }

  /// Nothing has come for a while.
  ///
  /// @return whether there is nothing more to do
  boolean settle() {
    try {
      return store.settle(journal);
    } catch (SQLException e) {
      // The next entry says what is wrong with the file, if anything is.
      System.getLogger("dev.supervise").log(System.Logger.Level.DEBUG, "journal not settled", e);
      return true;
    }
  }

  private void trim() throws SQLException {
    if (untrimmed >= TRIM_EVERY) {
      untrimmed = 0;
      store.trim(limits, wallClock.getAsLong());
    }
  }

  /// Not a checkpoint: the next one who opens the file does that, and no end waits for it.
  @Override
  public void close() {
    if (!waiting.isEmpty()) {
      long last = waiting.getLast().entry().upTo();
      write(List.of(Item.note(Math.max(last, wallClock.getAsLong()), "ended")));
    }
  }
}
