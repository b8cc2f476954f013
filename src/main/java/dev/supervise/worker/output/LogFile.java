package dev.supervise.worker.output;

import dev.supervise.posix.Libc;
import dev.supervise.posix.PrivateDirectory;
import dev.supervise.spec.Logs;
import dev.supervise.text.DurationText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One log file with its rotated predecessors `file.1` (newest) to `file.n`. Opened at the first
/// byte, mode 0600, made folders 0700. Thread-safe; several runs may write to one file.
///
/// A file that cannot be written never stops a child: what it would have held is counted, one
/// warning is given, a later write tries again after 5 s, and once it succeeds a mark in the file
/// says how much is missing. One that takes nothing, a disk that hangs or a fifo nobody reads, is
/// waited for; others see by [#stuck] for how long, and decide.
///
/// One that was moved or removed is opened anew, within a second of use. What is no regular file is
/// only added to, and never set aside.
public final class LogFile {
  /// How long it may take nothing before output is dropped.
  public static final Duration PATIENCE = Duration.ofSeconds(2);

  /// Without a pause, a disk that is full but for a few bytes would give a warning a write.
  private static final long RETRY_NANOS = 5_000_000_000L;

  /// How often its path is looked at, at most.
  private static final long LOOK_NANOS = 1_000_000_000L;

  /// A fifo without a reader is tried that often.
  private static final int UNREAD_MILLIS = 50;

  private static final long NEVER = Long.MIN_VALUE;

  /// Ends a file in the middle of an endless line.
  private static final byte[] LINE_GOES_ON = lineGoesOn();

  private record Limits(long rotateBytes, int keep) {
    static final Limits NONE = new Limits(Long.MAX_VALUE, 0);

    /// Of most files, which share it.
    static final Limits USUAL = of((Logs.Captured) Logs.DEFAULT);

    private static Limits of(Logs.Captured logs) {
      return new Limits(logs.rotateBytes(), logs.keep());
    }
  }

  private final Path path;
  private final Optional<Path> home;
  private final Consumer<String> warnings;
  private final LongSupplier nanoClock;
  private final LongConsumer written;
  private final OpenLog.Opener opener;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Limits limits = Limits.NONE;
  private volatile Optional<LineForm> form = Optional.empty();
  private volatile @Nullable OpenLog log;

  /// How many bytes it could not be given. Changed under the lock.
  private volatile long lost;

  /// Since when somebody is at it without a pause; [#NEVER] where nobody is.
  private volatile long servedAt = NEVER;

  /// When it took bytes last.
  private volatile long tookAt = NEVER;

  /// Whether somebody was told that it is stuck, which it has been since.
  private volatile boolean toldStuck;

  /// Under the monitor, which nobody holds while he waits.
  private long passed;

  // Under the lock.
  private long size;

  /// Whether it may be set aside.
  private boolean movable;

  /// Where it was opened, for one in a directory of supervise's own.
  private Optional<PrivateDirectory> inside = Optional.empty();

  private boolean midLine;
  private long failedAt;
  private long lookedAt;

  LogFile(Path path, Consumer<String> warnings, LongSupplier nanoClock) {
    this(path, Optional.empty(), warnings, nanoClock, _ -> {}, usual());
  }

  /// @param home the directory of supervise's own in which it lies; empty for a file the user has
  ///   named, which may be a link and lie anywhere
  /// @param written told how many bytes come to the file
  LogFile(
      Path path,
      Optional<Path> home,
      Consumer<String> warnings,
      LongSupplier nanoClock,
      LongConsumer written,
      OpenLog.Opener opener) {
    this.home = home;
    this.written = written;
    this.path = path;
    this.warnings = warnings;
    this.nanoClock = nanoClock;
    this.opener = opener;
  }

  /// How logs are opened on this system.
  static OpenLog.Opener usual() {
    return Libc.supported() ? NativeLog::open : ChannelLog::open;
  }

  /// Sets when the file is set aside, and how many of those are kept. Does not wait for a writer.
  void limit(long rotateBytes, int keep) {
    Limits wanted = new Limits(rotateBytes, keep);
    limits = wanted.equals(Limits.USUAL) ? Limits.USUAL : wanted;
  }

  /// Nobody will write any more for now; a later write opens the file again.
  void close() {
    lock.lock();
    try {
      shut();
    } finally {
      lock.unlock();
    }
  }

  /// Whether no descriptor is held. Does not wait for a writer.
  boolean closed() {
    return log == null;
  }

  /// Opens the file now, so that what is wrong with it is known. Waits for nobody: one that is
  /// being written was opened, and a fifo nobody reads yet is in order.
  ///
  /// @throws IOException naming the reason
  public void open() throws IOException {
    if (log != null || !lock.tryLock()) {
      return;
    }
    try {
      if (log == null) {
        log = opened();
      }
    } catch (OpenLog.Unread later) {
      // Who writes first waits for the reader.
      return;
    } finally {
      lock.unlock();
    }
  }

  /// How supervise's own lines stand in it, and whether all lines are to stay whole: as the latest
  /// run wants it.
  void form(Optional<LineForm> form) {
    this.form = form;
  }

  /// Whether what it should hold is being lost. Does not wait for a writer.
  boolean failing() {
    return lost > 0;
  }

  // ---- how it gets on: any thread, without waiting for a writer ----

  /// A writer turns to it.
  void served() {
    servedAt = nanoClock.getAsLong();
  }

  /// The writer turns to others.
  void left() {
    servedAt = NEVER;
  }

  /// For how many nanoseconds a writer has been at it in vain; 0 while none is, which then waits
  /// for a writer and not for the file.
  public long stuck(long now) {
    long since = servedAt;
    return since == NEVER ? 0 : now - Math.max(since, tookAt);
  }

  /// Says, once until it goes on, that it is stuck and what becomes of the output meanwhile.
  void tellStuck(String consequence) {
    if (!toldStuck) {
      toldStuck = true;
      warnings.accept("log file " + path + " takes nothing: " + consequence);
    }
  }

  /// Says that the end has come and something for it is left.
  void tellLeft() {
    warnings.accept(
        "log file " + path + " takes nothing; what was to be written to it at the end is lost");
  }

  /// So many bytes were passed over, by somebody who could not wait for a writer. They are counted
  /// in the next mark.
  ///
  /// @return whether somebody has to call [#settle] for that to happen
  public synchronized boolean pass(long bytes) {
    boolean first = passed == 0;
    passed += bytes;
    return first;
  }

  private synchronized long passed() {
    return passed;
  }

  private synchronized void marked(long bytes) {
    passed -= bytes;
  }

  /// Marks what was passed over, if anything was.
  public void settle() {
    if (passed() == 0) {
      return;
    }
    lock.lock();
    try {
      ready();
    } catch (IOException e) {
      fail(0, e);
    } finally {
      lock.unlock();
    }
  }

  // ---- writing ----

  /// Takes all remaining bytes of `bytes`.
  void write(ByteBuffer bytes) {
    lock.lock();
    try {
      write(bytes, false);
    } finally {
      lock.unlock();
    }
  }

  /// The same for bytes that are lines: none of them is ever cut, however large, and none is left
  /// in pieces when the disk takes only the beginning of it.
  void writeLines(ByteBuffer bytes) {
    lock.lock();
    try {
      write(bytes, true);
    } finally {
      lock.unlock();
    }
  }

  private void write(ByteBuffer bytes, boolean whole) {
    int end = bytes.limit();
    if (failing() && nanoClock.getAsLong() - failedAt < RETRY_NANOS) {
      lose(bytes.remaining());
      bytes.position(end);
    }
    while (bytes.hasRemaining()) {
      int from = bytes.position();
      try {
        OpenLog to = ready();
        bytes.limit(from + cut(bytes, end, whole));
        if (bytes.hasRemaining()) {
          written.accept(bytes.remaining());
          midLine = bytes.get(bytes.limit() - 1) != '\n';
          push(bytes);
        }
        bytes.limit(end);
        if (bytes.hasRemaining()) {
          rotate(to);
        }
      } catch (IOException e) {
        bytes.limit(end);
        if (whole) {
          keepWholeLines(bytes, from);
        }
        fail(bytes.remaining(), e);
        bytes.position(end);
      }
    }
  }

  /// Waits for as long as it takes; but not for a file that is no longer there.
  private void push(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      OpenLog to = current();
      int taken = to.write(bytes);
      if (taken > 0) {
        size += taken;
        tookAt = nanoClock.getAsLong();
        toldStuck = false;
      } else {
        to.awaitRoom(UNREAD_MILLIS);
        look();
      }
    }
  }

  /// Writes a line of supervise's own, on a line of its own.
  void mark(String text) {
    lock.lock();
    try {
      ready();
      markIn(text);
    } catch (IOException e) {
      fail(0, e);
    } finally {
      lock.unlock();
    }
  }

  /// Marks that so many bytes are missing here, which could not wait for it any longer.
  void gap(long bytes) {
    lock.lock();
    try {
      ready();
      markGap(bytes);
    } catch (IOException e) {
      fail(0, e);
    } finally {
      lock.unlock();
    }
  }

  private void markGap(long bytes) throws IOException {
    markIn(
        bytes
            + " bytes of output dropped: this log took nothing for "
            + DurationText.exact(PATIENCE));
    warnings.accept(
        "log file " + path + " takes output again; " + bytes + " bytes of output were dropped");
  }

  private void markIn(String text) throws IOException {
    byte[] mark =
        form.map(each -> each.mark(text))
            .orElseGet(() -> ("[supervise: " + text + "]\n").getBytes(StandardCharsets.UTF_8));
    ByteBuffer line = ByteBuffer.allocate(mark.length + 1);
    if (midLine) {
      line.put((byte) '\n');
    }
    line.put(mark).flip();
    written.accept(line.remaining());
    long before = size;
    try {
      push(line);
      midLine = false;
    } catch (IOException e) {
      takeBack(before);
      throw e;
    }
  }

  /// The open file, with what was lost before marked in it.
  private OpenLog ready() throws IOException {
    look();
    OpenLog to = current();
    for (long missed; (missed = passed()) > 0; marked(missed)) {
      markGap(missed);
    }
    long missing = lost;
    if (missing > 0) {
      markIn(missing + " bytes of output lost: this file could not be written");
      warnings.accept(
          "log file "
              + path
              + " can be written again; "
              + missing
              + " bytes of output are missing");
      lost = 0;
    }
    return to;
  }

  /// The open file, opened if need be; waits for whoever is to read a fifo.
  private OpenLog current() throws IOException {
    OpenLog to = log;
    while (to == null) {
      try {
        to = opened();
        log = to;
      } catch (OpenLog.Unread nobodyThere) {
        LockSupport.parkNanos(UNREAD_MILLIS * 1_000_000L);
      }
    }
    return to;
  }

  /// Lets go of a file that its path does not lead to any more, and learns what others did to the
  /// length of one that it does.
  private void look() throws IOException {
    OpenLog open = log;
    long now = nanoClock.getAsLong();
    if (open == null || now - lookedAt < LOOK_NANOS) {
      return;
    }
    lookedAt = now;
    switch (open.place()) {
      case HERE -> {
        if (open.regular()) {
          size = open.size();
        }
      }
      case ELSEWHERE -> gone("log file " + path + " was moved or removed; it is begun anew");
      case WITH_ITS_FOLDER ->
          gone(
              "folder "
                  + path.toAbsolutePath().resolveSibling("")
                  + " was moved or removed; the logs in it are begun anew");
    }
  }

  /// Whoever keeps the folder of supervise's own says it where that was taken away.
  private void gone(String remark) {
    if (inside.isEmpty() || inside.get().present()) {
      warnings.accept(remark);
    }
    shut();
  }

  private void fail(long bytes, IOException why) {
    if (!failing()) {
      warnings.accept(
          "log file "
              + path
              + " cannot be written: "
              + reason(why)
              + "; output is counted and dropped until it can be");
    }
    lose(Math.max(bytes, 1));
    failedAt = nanoClock.getAsLong();
    shut();
  }

  /// Under the lock, so that nobody else adds meanwhile.
  private void lose(long bytes) {
    long before = lost;
    lost = before + bytes;
  }

  /// An exception of the JDK's says which file, and we have said that.
  public static String reason(IOException why) {
    return why.getClass().equals(IOException.class) && why.getMessage() != null
        ? why.getMessage()
        : why.toString();
  }

  /// The disk took a part of these lines: takes the last of it, a piece of a line, out again.
  private void keepWholeLines(ByteBuffer bytes, int from) {
    int taken = bytes.position();
    int kept = taken;
    while (kept > from && bytes.get(kept - 1) != '\n') {
      kept--;
    }
    if (kept < taken) {
      takeBack(size - (taken - kept));
      bytes.position(kept);
    }
  }

  private void takeBack(long length) {
    OpenLog to = log;
    if (to == null || !to.regular()) {
      return;
    }
    try {
      to.truncate(length);
      size = length;
    } catch (IOException e) {
      warnings.accept("log file " + path + " keeps a piece of a line at its end: " + reason(e));
    }
  }

  /// How many of the bytes belong into the present file: up to the last line that fits, or, where
  /// not even one fits into an empty file, that one. Unless lines are to stay whole, an endless one
  /// is cut.
  private int cut(ByteBuffer bytes, int end, boolean whole) {
    int from = bytes.position();
    int length = end - from;
    long room = limits.rotateBytes() - size;
    if (length <= room || !movable) {
      return length;
    }
    for (int i = from + (int) Math.max(room, 0) - 1; i >= from; i--) {
      if (bytes.get(i) == '\n') {
        return i + 1 - from;
      }
    }
    if (size > 0 && !midLine) {
      return 0;
    }
    long allowed = whole ? length : Math.min(length, room + Lines.LIMIT);
    for (int i = 0; i < allowed; i++) {
      if (bytes.get(from + i) == '\n') {
        return i + 1;
      }
    }
    return (int) Math.max(allowed, 0);
  }

  private void rotate(OpenLog full) throws IOException {
    if (midLine) {
      written.accept(LINE_GOES_ON.length);
      push(ByteBuffer.wrap(LINE_GOES_ON));
    }
    Optional<Path> name = full.movable();
    if (name.isEmpty()) {
      // Somebody was quicker, and moved it himself.
      lookedAt = nanoClock.getAsLong() - LOOK_NANOS;
      look();
      shut();
      return;
    }
    shut();
    Path own = name.get();
    int keep = limits.keep();
    if (keep == 0) {
      Files.deleteIfExists(own);
    } else {
      for (int i = keep - 1; i >= 1; i--) {
        moveIfThere(numbered(own, i), numbered(own, i + 1));
      }
      moveIfThere(own, numbered(own, 1));
    }
  }

  private static byte[] lineGoesOn() {
    byte[] text = Lines.goesOn();
    byte[] line = Arrays.copyOf(text, text.length + 1);
    line[text.length] = '\n';
    return line;
  }

  private static void moveIfThere(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException gap) {
      // Somebody cleared the older ones away, which is theirs to do.
      return;
    }
  }

  private static Path numbered(Path file, int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  private OpenLog opened() throws IOException {
    if (home.isPresent()) {
      PrivateDirectory own = PrivateDirectory.create(home.get());
      OpenLog fresh = opened(own.holding(path).stream(String.valueOf(path.getFileName())));
      inside = Optional.of(own);
      return fresh;
    }
    Path folder = path.getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return opened(path);
  }

  private OpenLog opened(Path path) throws IOException {
    OpenLog fresh = opener.open(path);
    try {
      lookedAt = nanoClock.getAsLong();
      size = fresh.size();
      movable = fresh.movable().isPresent();
      midLine = false;
      if (size > 0 && !fresh.endsInNewline()) {
        written.accept(1);
        size += fresh.write(ByteBuffer.wrap(new byte[] {'\n'}));
      }
      return fresh;
    } catch (IOException e) {
      // Tried again every five seconds, on a disk that is full.
      fresh.close();
      throw e;
    }
  }

  private void shut() {
    OpenLog open = log;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        warnings.accept("log file " + path + " could not be closed: " + reason(e));
      }
      log = null;
    }
  }
}
