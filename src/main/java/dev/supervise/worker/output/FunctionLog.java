package dev.supervise.worker.output;

import dev.supervise.spec.Exit;
import dev.supervise.spec.Logs;
import dev.supervise.text.Secrets;
import dev.supervise.worker.Output;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// What functions log: shown at once, and kept in the same files as the output of processes,
/// `log/<path>.log`, 10 MB × 5. Secrets are blotted out of both. Any thread may log.
///
/// Who logs does not wait for a disk, but for room: each unit has 1 MB of lines that wait for its
/// file, all together have 16 MB. When a file has taken nothing for 2 s, lines are left out of it
/// and the file says how many bytes. Nobody waits for another one's file.
public final class FunctionLog implements AutoCloseable {
  private static final int WAITING = 1 << 20;
  private static final long WAITING_IN_ALL = 16 << 20;

  /// Files kept open between lines; a million functions may log.
  private static final int OPEN = 64;

  private static final int TOGETHER = 64 << 10;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /// Stacks written within [#WINDOW]; in a storm of failures the others go without.
  private static final int STACKS = 50;

  private static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(100);

  /// What a stack counts for before it is written.
  private static final int STACK_BYTES = 4096;

  private static final Logs.Captured KEPT = (Logs.Captured) Logs.DEFAULT;

  private final Output output;
  private final LogFiles files;
  private final LogWriters writers;
  private final LongSupplier nanoClock;
  private final Secrets secrets;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();

  // Under the lock.
  private final Map<String, Waiting> waiting = new HashMap<>();
  private final Map<Path, LogFile> open = new LinkedHashMap<>();
  private long inAll;
  private long window;
  private int stacks;
  private boolean closed;

  /// What waits to be written.
  private sealed interface Entry {
    /// What it counts for in the room there is.
    int weight();
  }

  private record Line(byte[] text) implements Entry {
    @Override
    public int weight() {
      return text.length;
    }
  }

  /// Put into words when it is written: that costs more than the restart of a function.
  private record Thrown(Exit.Threw exit) implements Entry {
    @Override
    public int weight() {
      return STACK_BYTES;
    }
  }

  /// The lines of one unit that wait for its file.
  private final class Waiting implements LogWriters.Job {
    final String unit;
    final Path path;
    final LogFile file;
    final ArrayDeque<Entry> lines = new ArrayDeque<>();
    int bytes;

    Waiting(String unit, Path path, LogFile file) {
      this.unit = unit;
      this.path = path;
      this.file = file;
    }

    @Override
    public boolean write() {
      List<Entry> together = take(this);
      if (together.isEmpty()) {
        file.settle();
        return goesOn(this);
      }
      try {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        together.forEach(entry -> text.writeBytes(text(entry)));
        file.write(ByteBuffer.wrap(text.toByteArray()));
      } finally {
        wrote(this, together.stream().mapToInt(Entry::weight).sum());
      }
      return true;
    }
  }

  /// @param folder where the files are; made when the first line is written
  /// @param secrets what is blotted out
  public FunctionLog(
      Path folder,
      Output output,
      Consumer<String> warnings,
      LongSupplier nanoClock,
      Secrets secrets) {
    this(new LogFiles(folder, warnings, nanoClock), output, warnings, nanoClock, secrets);
  }

  public FunctionLog(
      LogFiles files,
      Output output,
      Consumer<String> warnings,
      LongSupplier nanoClock,
      Secrets secrets) {
    this.output = output;
    this.files = files;
    this.nanoClock = nanoClock;
    this.writers = new LogWriters("supervise-function-log", warnings, nanoClock);
    this.secrets = secrets;
  }

  /// One line, or several in one text, of the unit with that full name. Any thread. Returns as soon
  /// as there is room for it; where there is none, an interrupt leaves it out.
  public void line(String unit, String text) {
    byte[] bytes = (secrets.mask(text) + "\n").getBytes(StandardCharsets.UTF_8);
    Lines shown = new Lines(unit, output);
    shown.next(bytes, 0, bytes.length);
    Line line = new Line(bytes);
    lock.lock();
    try {
      Waiting of = waiting(unit);
      while (!hasRoom(of, bytes.length) && mayWait(of)) {
        long _ = room.awaitNanos(LOOK_NANOS);
        of = waiting(unit);
      }
      put(of, line);
    } catch (InterruptedException cancelled) {
      Thread.currentThread().interrupt();
      put(waiting(unit), line);
    } finally {
      lock.unlock();
    }
  }

  /// The stack of what a function threw, into its file only: where it is shown at once, the message
  /// says enough. Any thread; does not wait for room.
  public void thrown(String unit, Exit.Threw exit) {
    lock.lock();
    try {
      long now = nanoClock.getAsLong();
      if (now - window > WINDOW) {
        window = now;
        stacks = 0;
      }
      if (++stacks <= STACKS) {
        put(waiting(unit), new Thrown(exit));
      }
    } finally {
      lock.unlock();
    }
  }

  private byte[] text(Entry entry) {
    return switch (entry) {
      case Line(byte[] text) -> text;
      case Thrown(Exit.Threw exit) ->
          (String.join("\n", exit.stack(secrets::shown)) + "\n").getBytes(StandardCharsets.UTF_8);
    };
  }

  // ---- under the lock ----

  /// With somebody who writes it.
  private Waiting waiting(String unit) {
    Waiting of = waiting.get(unit);
    if (of == null) {
      Path path = files.path(KEPT, unit, 0, "/");
      LogFile file = open.remove(path);
      of = new Waiting(unit, path, file == null ? files.acquire(path, KEPT) : file);
      waiting.put(unit, of);
      writers.add(of.file, of);
    } else {
      writers.urge();
    }
    return of;
  }

  private boolean hasRoom(Waiting of, int bytes) {
    return of.bytes == 0 || of.bytes + bytes <= WAITING && inAll + bytes <= WAITING_IN_ALL;
  }

  private boolean mayWait(Waiting of) {
    if (of.file.stuck(nanoClock.getAsLong()) >= LogFile.PATIENCE.toNanos()) {
      of.file.tellStuck("lines are counted and left out until it does");
      return false;
    }
    return !closed;
  }

  /// Where there is still no room, the line is left out.
  private void put(Waiting of, Entry line) {
    if (hasRoom(of, line.weight())) {
      of.lines.add(line);
      of.bytes += line.weight();
      inAll += line.weight();
    } else {
      boolean _ = of.file.pass(line.weight());
    }
  }

  // ---- the writers ----

  private List<Entry> take(Waiting of) {
    lock.lock();
    try {
      List<Entry> together = new ArrayList<>();
      int size = 0;
      while (!of.lines.isEmpty() && (size == 0 || size + of.lines.element().weight() <= TOGETHER)) {
        Entry entry = of.lines.remove();
        together.add(entry);
        size += entry.weight();
      }
      return together;
    } finally {
      lock.unlock();
    }
  }

  private void wrote(Waiting of, int bytes) {
    lock.lock();
    try {
      of.bytes -= bytes;
      inAll -= bytes;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// @return false when there is nothing more of this unit
  private boolean goesOn(Waiting of) {
    List<Path> unused = new ArrayList<>();
    lock.lock();
    try {
      if (!of.lines.isEmpty()) {
        return true;
      }
      waiting.remove(of.unit);
      open.put(of.path, of.file);
      Iterator<Path> oldest = open.keySet().iterator();
      for (int tooMany = open.size() - OPEN; tooMany > 0; tooMany--) {
        unused.add(oldest.next());
        oldest.remove();
      }
    } finally {
      lock.unlock();
    }
    // A disk may take its time.
    unused.forEach(files::release);
    return false;
  }

  /// Writes what waits, as long as the files take it.
  @Override
  public void close() {
    writers.close();
    List<Path> unused;
    lock.lock();
    try {
      closed = true;
      unused = List.copyOf(open.keySet());
      open.clear();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    unused.forEach(files::release);
  }
}
