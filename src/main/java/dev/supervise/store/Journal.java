package dev.supervise.store;

import dev.supervise.text.DurationText;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What happened, kept on disk: every transition with its causes, what was asked and by whom.
/// [#offer] takes well under a microsecond and never waits for a disk; a thread of its own writes
/// in batches, at most ten a second, and does nothing while nothing happens. What is too much is
/// merged, then counted (see [JournalQueue]).
///
/// The file is opened when the tree has come to rest for the first time, or somebody asks: no start
/// waits for it. A tree that ends before that leaves what there is in a small file beside it, and
/// the next one takes it over.
public final class Journal implements AutoCloseable {
  /// In its folder.
  public static final String FILE = JournalStore.FILE;

  private static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /// So much time passes for each entry of a batch before the next one: a storm of them costs a
  /// tenth of a processor, not one.
  private static final long NANOS_AN_ENTRY = 100_000;

  /// After so long without anything new the file is put in order.
  private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /// How long the end waits for the database, and after that for the file beside it: no end waits
  /// for a disk that hangs.
  private static final long CLOSE_MILLIS = 1000;

  private static final long LEAVE_MILLIS = 500;

  /// More entries than these are too many for the database at the end: it is waited for.
  private static final int QUICK = 50;

  private static final int ALL = Integer.MAX_VALUE;

  private interface Read<T> {
    T from(JournalStore store) throws SQLException;
  }

  private record Question<T>(Read<T> read, CompletableFuture<T> reply) {
    void answer(JournalStore store) {
      try {
        reply.complete(read.from(store));
      } catch (SQLException | StoreFailure e) {
        reply.completeExceptionally(new IOException("the journal cannot be read: " + e, e));
      }
    }
  }

  private enum Stage {
    NEW,
    OPEN,
    CLOSING
  }

  /// @param items how many there are for the writer
  private record Taken(int items, List<Question<?>> questions, boolean last) {
    boolean idle() {
      return items == 0 && questions.isEmpty() && !last;
    }
  }

  private final Path folder;
  private final LongSupplier nanoClock;
  private final LongSupplier wallClock;
  private final Consumer<String> warnings;
  private @Nullable Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final JournalQueue queue = new JournalQueue();
  private List<Question<?>> questions = new ArrayList<>();
  private final List<Follower> followers = new CopyOnWriteArrayList<>();
  private Stage stage = Stage.NEW;
  private volatile boolean onDisk;
  private boolean idle;
  private boolean refused;

  /// Held from when something leaves the queue until the writer has it: all that is not written is
  /// then in the one or the other. Before the other lock.
  private final ReentrantLock handing = new ReentrantLock();

  // Under that lock.
  private final Dates dates;
  private @Nullable JournalWriter writer;
  private @Nullable String run;
  private long batches;

  /// How many entries are being left beside the database.
  private volatile int leaving;

  /// @param folder where `journal.db` is
  /// @param nanoClock the engine's clock
  /// @param wallClock milliseconds since 1970
  /// @param warnings told when there is something wrong with the file; any thread
  public Journal(
      Path folder, LongSupplier nanoClock, LongSupplier wallClock, Consumer<String> warnings) {
    this.folder = folder;
    this.nanoClock = nanoClock;
    this.wallClock = wallClock;
    this.warnings = warnings;
    this.dates = new Dates(nanoClock, wallClock);
  }

  /// From any thread; never waits for a disk.
  public void offer(JournalSource item) {
    lock.lock();
    try {
      if (stage == Stage.CLOSING) {
        return;
      }
      queue.offer(item);
      begin();
      if (idle) {
        idle = false;
        news.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Where no thread can be had, what comes waits, and the next one tries again. Under the lock.
  private void begin() {
    if (stage != Stage.NEW) {
      return;
    }
    try {
      thread = Threads.start(Threads.vital("supervise-journal", this::serve));
      stage = Stage.OPEN;
    } catch (NoThread e) {
      if (!refused) {
        refused = true;
        warnings.accept("the journal is not written yet: " + e.getMessage());
      }
    }
  }

  /// The newest entries of some units and all below them, or of everything, in the order in which
  /// they happened; with all that was offered before. Fails when they cannot be read.
  ///
  /// @param paths full names; empty: everything
  /// @param since milliseconds since 1970
  public CompletableFuture<List<JournalEntry>> newest(List<String> paths, long since, int limit) {
    return ask(store -> store.pages().newest(paths, since, limit));
  }

  /// What one unit has been through, its children apart.
  public CompletableFuture<UnitPast> explain(String path, int limit) {
    return ask(store -> store.pages().explain(path, limit));
  }

  /// The full names of which there are entries and that a name may mean.
  public CompletableFuture<List<String>> named(String name) {
    return ask(store -> store.pages().named(name));
  }

  /// Whether it is kept in a file by now. Any thread.
  public boolean onDisk() {
    return onDisk;
  }

  /// The file was taken away while it was open: makes it again with all that was in it. Fails when
  /// it cannot be made.
  public CompletableFuture<Void> renew() {
    if (!onDisk) {
      return CompletableFuture.completedFuture(null);
    }
    return ask(
            store -> {
              store.renew();
              return true;
            })
        .thenAccept(_ -> {});
  }

  private <T> CompletableFuture<T> ask(Read<T> read) {
    CompletableFuture<T> reply = new CompletableFuture<>();
    lock.lock();
    try {
      if (stage == Stage.CLOSING) {
        reply.completeExceptionally(new IOException("the journal is closed"));
      } else {
        begin();
        if (stage == Stage.NEW) {
          reply.completeExceptionally(
              new IOException("the journal cannot be read now: no further thread can be started"));
        } else {
          questions.add(new Question<>(read, reply));
        }
        news.signal();
      }
    } finally {
      lock.unlock();
    }
    return reply;
  }

  /// Is told what is written; on the journal's thread: queue and return.
  public interface Follower {
    void wrote(JournalEntry entry);

    /// Nothing comes any more.
    void over();
  }

  /// From now on tells each entry as it is written.
  public void follow(Follower follower) {
    followers.add(follower);
  }

  /// Tells this one no more.
  public void unfollow(Follower follower) {
    followers.remove(follower);
  }

  /// Writes what waits. A database that takes nothing is given up after a second; what it was to
  /// take is then left for the next start, and that is said, or said to be lost, after another half
  /// a second at the latest.
  @Override
  public void close() {
    Thread writing;
    lock.lock();
    try {
      writing = thread;
      stage = Stage.CLOSING;
      news.signal();
    } finally {
      lock.unlock();
    }
    try {
      if (writing == null) {
        int _ = leave(ALL);
        followers.forEach(Follower::over);
      } else if (!writing.join(Duration.ofMillis(CLOSE_MILLIS))) {
        giveUp();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The journal's thread is held up, by whatever. What it has in hand is left by another one,
  /// which may be held up too.
  private void giveUp() throws InterruptedException {
    try {
      Thread leaver =
          Threads.start(Threads.vital("supervise-journal-end", () -> leaveHeldUp(leaving)));
      if (!leaver.join(Duration.ofMillis(LEAVE_MILLIS))) {
        warnings.accept(
            (leaving > 0 ? "the last " + counted(leaving) : "what was still to be written")
                + " of the journal may be lost: nothing can be written to "
                + folder
                + " now");
      }
    } catch (NoThread e) {
      warnings.accept("what was still to be written of the journal is lost: " + e.getMessage());
    }
  }

  /// @param held what the journal's thread is at leaving itself
  private void leaveHeldUp(int held) {
    if (held > 0) {
      warnings.accept(
          "the last "
              + counted(held)
              + " of the journal may be lost: "
              + later()
              + " takes nothing");
    }
    int left = leave(0);
    if (left > 0) {
      warnings.accept(
          left(
              left,
              FILE
                  + " has taken nothing for "
                  + DurationText.text(Duration.ofMillis(CLOSE_MILLIS))));
    }
  }

  private Path later() {
    return folder.resolve(JournalSpill.NAME);
  }

  private String left(int count, String why) {
    return "the last "
        + counted(count)
        + " of the journal could not be written ("
        + why
        + "): they are in "
        + later()
        + ", and the next start takes them over";
  }

  private static String counted(int entries) {
    return entries == 1 ? "entry" : entries + " entries";
  }

  // ---- the journal's thread ----

  private void serve() {
    try {
      if (!rested()) {
        int _ = leave(ALL);
        return;
      }
      JournalWriter writing = opened();
      long due = nanoClock.getAsLong();
      boolean last = false;
      boolean settled = false;
      while (!last) {
        await(due, !settled);
        Taken taken = hand(writing);
        settled = taken.idle() && writing.settle();
        if (taken.last() && taken.items() > QUICK && taken.questions().isEmpty()) {
          int _ = leave(taken.items());
          return;
        }
        writing.write(taken.items()).forEach(this::tell);
        taken.questions().forEach(question -> question.answer(writing.store()));
        last = taken.last();
        due = nanoClock.getAsLong() + Math.max(BATCH_NANOS, NANOS_AN_ENTRY * taken.items());
      }
      int left = leave(0);
      if (left > 0) {
        warnings.accept(left(left, FILE + " takes nothing"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException | LinkageError e) {
      refuse(e);
    } finally {
      followers.forEach(Follower::over);
    }
  }

  /// From the queue to the writer.
  private Taken hand(JournalWriter writing) {
    handing.lock();
    try {
      // In this order: after the end nothing comes, and an answer knows what was told before it.
      boolean last = closing();
      List<Question<?>> asked = questions();
      List<JournalItem.Marked> items = marked(entries(taken()));
      writing.add(items);
      return new Taken(items.size(), asked, last);
    } finally {
      handing.unlock();
    }
  }

  /// Leaves all that is not written beside the database. Any thread, when nothing comes any more.
  ///
  /// @param untold how many of the last ones followers were not told of; at most
  /// @return how many entries are there; what is lost is said
  private int leave(int untold) {
    List<JournalItem.Marked> items;
    handing.lock();
    try {
      items = new ArrayList<>(writer == null ? List.of() : writer.abandon());
      items.addAll(marked(entries(taken())));
    } finally {
      handing.unlock();
    }
    items
        .subList(Math.max(0, items.size() - untold), items.size())
        .forEach(item -> tell(item.entry()));
    leaving = items.size();
    try {
      JournalSpill.write(folder, items, warnings);
      leaving = 0;
      return items.size();
    } catch (IOException e) {
      leaving = 0;
      warnings.accept(
          "the last "
              + counted(items.size())
              + " of the journal are lost: "
              + later()
              + " cannot be written: "
              + e.getMessage());
      return 0;
    }
  }

  private List<JournalItem.Marked> marked(List<JournalItem> items) {
    if (items.isEmpty()) {
      return List.of();
    }
    if (run == null) {
      run = UUID.randomUUID().toString();
    }
    JournalMark mark = new JournalMark(run, ++batches);
    return items.stream().map(item -> new JournalItem.Marked(mark, item)).toList();
  }

  private void tell(JournalEntry entry) {
    followers.forEach(each -> each.wrote(entry));
  }

  private JournalWriter opened() throws SQLException {
    JournalWriter opened =
        JournalWriter.open(
            folder, wallClock, warnings, text -> offer(new Note(text, nanoClock.getAsLong())));
    onDisk = opened.store().onDisk();
    handing.lock();
    try {
      writer = opened;
    } finally {
      handing.unlock();
    }
    return opened;
  }

  /// There is no journal, then.
  private void refuse(Throwable why) {
    lock.lock();
    try {
      stage = Stage.CLOSING;
    } finally {
      lock.unlock();
    }
    String reason = "SQLite cannot be used: " + why.getMessage();
    warnings.accept("no journal is kept: " + reason);
    IOException cause = new IOException("no journal is kept: " + reason);
    questions().forEach(question -> question.reply().completeExceptionally(cause));
  }

  /// Waits until nothing has happened for a while, or somebody asks.
  ///
  /// @return false if the end came first
  private boolean rested() throws InterruptedException {
    long patience = nanoClock.getAsLong() + PATIENCE_NANOS;
    lock.lock();
    try {
      while (stage == Stage.OPEN && questions.isEmpty()) {
        long left = Math.min(queue.newest() + REST_NANOS, patience) - nanoClock.getAsLong();
        if (left <= 0
            || news.awaitNanos(left) <= 0 && queue.newest() + REST_NANOS <= nanoClock.getAsLong()) {
          return true;
        }
      }
      return !questions.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until there is something, and until `earliest` for more of it; no longer when somebody
  /// asks.
  ///
  /// @param settling and no longer than until the file is to be put in order
  private void await(long earliest, boolean settling) throws InterruptedException {
    lock.lock();
    try {
      long due = earliest;
      while (stage == Stage.OPEN && questions.isEmpty()) {
        if (queue.isEmpty()) {
          idle = true;
          boolean quiet = settling && news.awaitNanos(SETTLE_NANOS) <= 0;
          if (!settling) {
            news.await();
          }
          idle = false;
          if (quiet && queue.isEmpty() && questions.isEmpty()) {
            break;
          }
          // Whatever this is the first news of has the processors to itself for a while.
          due = Math.max(due, nanoClock.getAsLong() + BATCH_NANOS);
        } else {
          long left = due - nanoClock.getAsLong();
          if (left <= 0 || news.awaitNanos(left) <= 0) {
            break;
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Question<?>> questions() {
    lock.lock();
    try {
      List<Question<?>> asked = questions;
      questions = new ArrayList<>();
      return asked;
    } finally {
      lock.unlock();
    }
  }

  private JournalQueue.Batch taken() {
    lock.lock();
    try {
      return queue.take();
    } finally {
      lock.unlock();
    }
  }

  private boolean closing() {
    lock.lock();
    try {
      return stage == Stage.CLOSING;
    } finally {
      lock.unlock();
    }
  }

  private List<JournalItem> entries(JournalQueue.Batch batch) {
    List<JournalQueue.Waiting> all = batch.waiting();
    List<JournalItem> items = new ArrayList<>();
    if (all.isEmpty()) {
      return items;
    }
    long first = all.getFirst().first();
    long moved = dates.look(first);
    if (moved != 0) {
      items.add(JournalItem.note(dates.of(first), set(moved)));
    }
    for (JournalQueue.Waiting waiting : all) {
      JournalSource newest = waiting.newest();
      items.add(
          new JournalItem(
              newest.entry(dates.zero(), waiting.first(), waiting.last(), waiting.times()),
              newest.failing()));
    }
    if (batch.dropped() > 0) {
      items.add(
          JournalItem.note(
              dates.of(batch.newest()),
              batch.dropped() + " entries left out: they came faster than they can be written"));
    }
    dates.dated(batch.newest());
    return items;
  }

  private static String set(long moved) {
    String by = DurationText.text(Duration.ofMillis(Math.abs(moved)));
    return moved < 0
        ? "the time of day was set back by " + by + ": what follows happened after what is above"
        : "the time of day has gone forward by " + by + ": it was set, or the machine slept";
  }

  /// Something about the journal itself.
  private record Note(String text, long nanos) implements JournalSource {
    @Override
    public String path() {
      return "";
    }

    @Override
    public boolean failing() {
      return false;
    }

    @Override
    public String gist() {
      return text;
    }

    @Override
    public JournalEntry entry(long zero, long first, long last, long times) {
      long at = zero + TimeUnit.NANOSECONDS.toMillis(first);
      return JournalEntry.of(JournalEntry.Kind.NOTE, at, "", text, "");
    }
  }
}
