package dev.supervise.worker;

import dev.supervise.posix.PrivateDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One log file with its rotated predecessors `file.1` (newest) to `file.n`. Opened at the first
/// byte, mode 0600, made folders 0700. Thread-safe; several runs may write to one file.
///
/// A file that cannot be written never stops a child: what it would have held is counted, one
/// warning is given, a later write tries again after 5 s, and once it succeeds a mark in the file
/// says how much is missing.
final class LogFile {
  /// Without a pause, a disk that is full but for a few bytes would give a warning a write.
  private static final long RETRY_NANOS = 5_000_000_000L;

  /// Ends a file in the middle of an endless line.
  private static final byte[] LINE_GOES_ON = lineGoesOn();

  private record Limits(long rotateBytes, int keep) {}

  private final Path path;
  private final Optional<Path> home;
  private final Consumer<String> warnings;
  private final LongSupplier nanoClock;
  private final LongConsumer written;
  private volatile Limits limits = new Limits(Long.MAX_VALUE, 0);
  private volatile Optional<LineForm> form = Optional.empty();
  private volatile boolean failing;
  private volatile @Nullable FileChannel channel;
  private long size;
  private boolean midLine;
  private long lost;
  private long failedAt;

  LogFile(Path path, Consumer<String> warnings, LongSupplier nanoClock) {
    this(path, Optional.empty(), warnings, nanoClock, _ -> {});
  }

  /// @param home the directory of supervise's own in which it lies; empty for a file the user has
  ///   named, which may be a link and lie anywhere
  /// @param written told how many bytes come to the file
  LogFile(
      Path path,
      Optional<Path> home,
      Consumer<String> warnings,
      LongSupplier nanoClock,
      LongConsumer written) {
    this.home = home;
    this.written = written;
    this.path = path;
    this.warnings = warnings;
    this.nanoClock = nanoClock;
  }

  /// Sets when the file is set aside, and how many of those are kept. Does not wait for a writer.
  void limit(long rotateBytes, int keep) {
    limits = new Limits(rotateBytes, keep);
  }

  /// Nobody will write any more for now; a later write opens the file again.
  synchronized void close() {
    shut();
  }

  /// Whether no descriptor is held. Does not wait for a writer.
  boolean closed() {
    return channel == null;
  }

  /// Opens the file now.
  ///
  /// @throws IOException naming the reason
  synchronized void open() throws IOException {
    if (channel == null) {
      channel = opened();
    }
  }

  /// How supervise's own lines stand in it, and whether all lines are to stay whole: as the latest
  /// run wants it.
  void form(Optional<LineForm> form) {
    this.form = form;
  }

  /// Whether what it should hold is being lost. Does not wait for a writer.
  boolean failing() {
    return failing;
  }

  /// Takes all remaining bytes of `bytes`.
  synchronized void write(ByteBuffer bytes) {
    write(bytes, false);
  }

  /// The same for bytes that are lines: none of them is ever cut, however large, and none is left
  /// in pieces when the disk takes only the beginning of it.
  synchronized void writeLines(ByteBuffer bytes) {
    write(bytes, true);
  }

  private void write(ByteBuffer bytes, boolean whole) {
    int end = bytes.limit();
    if (lost > 0 && nanoClock.getAsLong() - failedAt < RETRY_NANOS) {
      lost += bytes.remaining();
      bytes.position(end);
    }
    while (bytes.hasRemaining()) {
      int from = bytes.position();
      long sizeBefore = Long.MAX_VALUE;
      try {
        FileChannel to = ready();
        sizeBefore = size;
        bytes.limit(from + cut(bytes, end, whole));
        if (bytes.hasRemaining()) {
          written.accept(bytes.remaining());
          midLine = bytes.get(bytes.limit() - 1) != '\n';
          while (bytes.hasRemaining()) {
            size += to.write(bytes);
          }
        }
        bytes.limit(end);
        if (bytes.hasRemaining()) {
          rotate();
        }
      } catch (IOException e) {
        bytes.limit(end);
        if (whole && size > sizeBefore) {
          bytes.position(from + keepWholeLines(bytes, from, sizeBefore));
        }
        fail(bytes.remaining(), e);
        bytes.position(end);
      }
    }
  }

  /// Writes a line of supervise's own, on a line of its own.
  synchronized void mark(String text) {
    try {
      markIn(ready(), text);
    } catch (IOException e) {
      fail(0, e);
    }
  }

  private void markIn(FileChannel to, String text) throws IOException {
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
      while (line.hasRemaining()) {
        size += to.write(line);
      }
      midLine = false;
    } catch (IOException e) {
      takeBack(to, before);
      throw e;
    }
  }

  /// The open file, with what was lost before marked in it.
  private FileChannel ready() throws IOException {
    open();
    FileChannel to = java.util.Objects.requireNonNull(channel);
    if (lost > 0) {
      markIn(to, lost + " bytes of output lost: this file could not be written");
      warnings.accept(
          "log file " + path + " can be written again; " + lost + " bytes of output are missing");
      lost = 0;
      failing = false;
    }
    return to;
  }

  private void fail(long bytes, IOException why) {
    if (lost == 0) {
      warnings.accept(
          "log file "
              + path
              + " cannot be written: "
              + why
              + "; output is counted and dropped until it can be");
    }
    lost += Math.max(bytes, 1);
    failing = true;
    failedAt = nanoClock.getAsLong();
    shut();
  }

  /// The disk took a part of these lines: takes the last of it, a piece of a line, out again.
  ///
  /// @return how many of the bytes from `from` on stand in the file
  private int keepWholeLines(ByteBuffer bytes, int from, long sizeBefore) {
    int written = (int) (size - sizeBefore);
    int kept = written;
    while (kept > 0 && bytes.get(from + kept - 1) != '\n') {
      kept--;
    }
    FileChannel to = channel;
    if (to != null && kept < written) {
      takeBack(to, sizeBefore + kept);
    }
    return kept;
  }

  private void takeBack(FileChannel to, long length) {
    try {
      to.truncate(length);
      size = length;
    } catch (IOException e) {
      warnings.accept("log file " + path + " keeps a piece of a line at its end: " + e);
    }
  }

  /// How many of the bytes belong into the present file: up to the last line that fits, or, where
  /// not even one fits into an empty file, that one. Unless lines are to stay whole, an endless one
  /// is cut.
  private int cut(ByteBuffer bytes, int end, boolean whole) {
    int from = bytes.position();
    int length = end - from;
    long room = limits.rotateBytes() - size;
    if (length <= room) {
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

  private void rotate() throws IOException {
    FileChannel full = channel;
    if (midLine && full != null) {
      written.accept(LINE_GOES_ON.length);
      full.write(ByteBuffer.wrap(LINE_GOES_ON));
    }
    shut();
    int keep = limits.keep();
    if (keep == 0) {
      Files.deleteIfExists(path);
    } else {
      for (int i = keep - 1; i >= 1; i--) {
        moveIfThere(numbered(i), numbered(i + 1));
      }
      moveIfThere(path, numbered(1));
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

  private Path numbered(int number) {
    return path.resolveSibling(path.getFileName() + "." + number);
  }

  /// The file, made if need be, in a folder that is.
  private FileChannel appended() throws IOException {
    if (home.isPresent()) {
      return PrivateDirectory.create(home.get()).holding(path).stream(
          String.valueOf(path.getFileName()));
    }
    Path folder = path.getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return FileChannel.open(
        path,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private FileChannel opened() throws IOException {
    FileChannel fresh = appended();
    try {
      size = fresh.size();
      midLine = size > 0 && !endsInNewline();
      if (midLine) {
        written.accept(1);
        fresh.write(ByteBuffer.wrap(new byte[] {'\n'}));
        size++;
        midLine = false;
      }
      return fresh;
    } catch (IOException e) {
      // Tried again every five seconds, on a disk that is full.
      fresh.close();
      throw e;
    }
  }

  private boolean endsInNewline() throws IOException {
    try (FileChannel reader = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      return reader.read(last, size - 1) == 1 && last.get(0) == '\n';
    }
  }

  private void shut() {
    FileChannel open = channel;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        warnings.accept("log file " + path + " could not be closed: " + e);
      }
      channel = null;
    }
  }
}
