package dev.supervise.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Writes entries into `journal.db` and copes with what may be wrong with it: a damaged file is set
/// aside and a new one begun; where there can be none, there is one in memory, which ends with this
/// process; what a full disk does not take waits, the newest of it, for the next try. Each trouble
/// is told once. One thread, but for [#abandon].
final class JournalWriter {
  /// Entries that wait for a disk that takes nothing.
  private static final int WAITING = 4096;

  private static final int TRIM_EVERY = 5000;

  private final JournalStore store;
  private final Path folder;
  private final Path journal;
  private final LongSupplier wallClock;
  private final Consumer<String> warnings;
  private final JournalLimits limits;

  /// What an earlier run left, until it is committed: until then it also stays where it is.
  private JournalSpill.Left earlier = JournalSpill.Left.NOTHING;

  private long untrimmed = TRIM_EVERY;
  private boolean failing;

  private final ReentrantLock lock = new ReentrantLock();

  // Under the lock.
  private List<JournalItem.Marked> waiting = new ArrayList<>();
  private boolean abandoned;

  private JournalWriter(
      JournalStore store,
      Path folder,
      LongSupplier wallClock,
      Consumer<String> warnings,
      JournalLimits limits) {
    this.store = store;
    this.folder = folder;
    this.journal = folder.resolve(JournalStore.FILE);
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
        new JournalWriter(store, folder, wallClock, warnings, JournalLimits.DEFAULT);
    writer.takeOver(JournalSpill.find(folder, warnings));
    return writer;
  }

  private static JournalStore store(Path folder, LongSupplier wallClock, Consumer<String> both)
      throws SQLException {
    try {
      return JournalStore.open(
          folder.resolve(JournalStore.FILE), both, () -> Long.toString(wallClock.getAsLong()));
    } catch (StoreFailure e) {
      JournalStore memory = JournalStore.inMemory(folder);
      both.accept(e.getMessage() + "; what happens is kept in memory until supervise ends");
      return memory;
    }
  }

  private void takeOver(JournalSpill.Left left) throws SQLException {
    List<JournalItem.Marked> fresh = new ArrayList<>();
    for (JournalItem.Marked each : left.items()) {
      if (!store.holds(each.mark())) {
        fresh.add(each);
      }
    }
    earlier = new JournalSpill.Left(fresh, left.senseless(), left.cut());
    if (!fresh.isEmpty()) {
      List<JournalEntry> _ = write(0);
    } else if (!left.equals(JournalSpill.Left.NOTHING)) {
      takenOver();
    }
  }

  /// A journal in memory takes over nothing: what was left stays for the next one on disk.
  private void takenOver() {
    if (store.onDisk() && JournalSpill.remove(folder, earlier, warnings)) {
      try {
        store.forgetMarks();
      } catch (SQLException e) {
        // A row more in a table, until the next time.
        System.getLogger("dev.supervise").log(System.Logger.Level.DEBUG, "marks are kept", e);
      }
    }
    earlier = JournalSpill.Left.NOTHING;
  }

  JournalStore store() {
    return store;
  }

  /// What is to be written next, or left by whoever calls [#abandon].
  void add(List<JournalItem.Marked> items) {
    lock.lock();
    try {
      waiting.addAll(items);
    } finally {
      lock.unlock();
    }
  }

  /// Writes what waits.
  ///
  /// @param newest so many of it were not told to anybody yet
  /// @return those, with their numbers if they could be written
  List<JournalEntry> write(int newest) {
    List<JournalItem.Marked> now = waiting();
    List<JournalItem.Marked> all = new ArrayList<>(earlier.items());
    all.addAll(now);
    if (all.isEmpty()) {
      return List.of();
    }
    try {
      List<JournalEntry> written = appended(all);
      done(now.size());
      if (!earlier.items().isEmpty()) {
        takenOver();
      }
      untrimmed += all.size();
      if (failing) {
        failing = false;
        warnings.accept("the journal is written again");
      }
      trim();
      return written.subList(written.size() - newest, written.size());
    } catch (SQLException | StoreFailure e) {
      if (!failing) {
        failing = true;
        warnings.accept(
            failure(e).getMessage() + "; the journal is written again as soon as it can be");
      }
      done(Math.max(0, waiting().size() - WAITING));
      return now.subList(now.size() - newest, now.size()).stream()
          .map(JournalItem.Marked::entry)
          .toList();
    }
  }

  private static Collection<JournalMark> marks(List<JournalItem.Marked> all) {
    Map<String, JournalMark> newest = new HashMap<>();
    for (JournalItem.Marked each : all) {
      newest.merge(each.mark().run(), each.mark(), (a, b) -> a.number() < b.number() ? b : a);
    }
    return newest.values();
  }

  /// What is not written.
  List<JournalItem.Marked> waiting() {
    lock.lock();
    try {
      return List.copyOf(waiting);
    } finally {
      lock.unlock();
    }
  }

  /// The first of them wait no more.
  private void done(int first) {
    lock.lock();
    try {
      if (!abandoned) {
        waiting = new ArrayList<>(waiting.subList(first, waiting.size()));
      }
    } finally {
      lock.unlock();
    }
  }

  private List<JournalEntry> appended(List<JournalItem.Marked> all) throws SQLException {
    List<JournalEntry> entries = all.stream().map(JournalItem.Marked::entry).toList();
    List<Boolean> kept = all.stream().map(each -> each.item().failing()).toList();
    Collection<JournalMark> marks = marks(all);
    try {
      return store.append(entries, kept, marks);
    } catch (SQLException e) {
      return switch (SqliteErrors.kind(e)) {
        case DISK_FULL, LOCKED -> throw e;
        // Somebody has cut, exchanged or overwritten the file.
        case READ_ONLY, CORRUPT, TOO_NEW, UNSUITABLE, CLOSED, OTHER -> {
          store.reopen();
          yield store.append(entries, kept, marks);
        }
      };
    }
  }

  private StoreFailure failure(Exception e) {
    return switch (e) {
      case StoreFailure known -> known;
      case SQLException sql -> SqliteErrors.of(journal, sql);
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

  /// Any thread: whoever calls this has what waits from now on, and leaves it beside the journal.
  /// Some of it may be written all the same, by whoever is at it; its marks tell.
  List<JournalItem.Marked> abandon() {
    lock.lock();
    try {
      List<JournalItem.Marked> left = waiting;
      waiting = new ArrayList<>();
      abandoned = true;
      return left;
    } finally {
      lock.unlock();
    }
  }
}
