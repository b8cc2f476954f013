package dev.supervise.worker;

import dev.supervise.spec.Logs;
import dev.supervise.spec.Secrets;
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
  private boolean closed;

  /// The lines of one unit that wait for its file.
  private final class Waiting implements LogWriters.Job {
    final String unit;
    final Path path;
    final LogFile file;
    final ArrayDeque<byte[]> lines = new ArrayDeque<>();
    int bytes;

    Waiting(String unit, Path path, LogFile file) {
      this.unit = unit;
      this.path = path;
      this.file = file;
    }

    @Override
    public boolean write() {
      byte[] together = take(this);
      if (together.length == 0) {
        file.settle();
        return goesOn(this);
      }
      try {
        file.write(ByteBuffer.wrap(together));
      } finally {
        wrote(this, together.length);
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

  FunctionLog(
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
    lock.lock();
    try {
      Waiting of = waiting(unit);
      while (!hasRoom(of, bytes.length) && mayWait(of)) {
        long _ = room.awaitNanos(LOOK_NANOS);
        of = waiting(unit);
      }
      put(of, bytes);
    } catch (InterruptedException cancelled) {
      Thread.currentThread().interrupt();
      put(waiting(unit), bytes);
    } finally {
      lock.unlock();
    }
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
  private void put(Waiting of, byte[] line) {
    if (hasRoom(of, line.length)) {
      of.lines.add(line);
      of.bytes += line.length;
      inAll += line.length;
    } else {
      boolean _ = of.file.pass(line.length);
    }
  }

  // ---- the writers ----

  private byte[] take(Waiting of) {
    lock.lock();
    try {
      ByteArrayOutputStream together = new ByteArrayOutputStream();
      while (!of.lines.isEmpty()
          && (together.size() == 0 || together.size() + of.lines.element().length <= TOGETHER)) {
        together.writeBytes(of.lines.remove());
      }
      return together.toByteArray();
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
