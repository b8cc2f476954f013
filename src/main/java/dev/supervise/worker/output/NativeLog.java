package dev.supervise.worker.output;

import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.posix.FileFacts;
import dev.supervise.posix.Processes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// A log on a descriptor. What it is was asked of the descriptor, not of the path, which may lead
/// elsewhere by now. No write of one that was opened here waits for a reader; one to what was open
/// already may, as that is not ours to change.
public final class NativeLog implements OpenLog {
  /// As much as a pipe takes or leaves in one piece: it shows soon that a slow one gets on.
  private static final int A_LITTLE = 4096;

  private final Path path;
  private final int fd;
  private final FileFacts facts;
  private final boolean shared;

  /// What its folder was when it was opened.
  private final Optional<FileFacts> folder;

  private NativeLog(Path path, int fd, FileFacts facts, boolean shared) {
    this.path = path;
    this.fd = fd;
    this.facts = facts;
    this.shared = shared;
    this.folder = facts(path.toAbsolutePath().resolveSibling(""));
  }

  private static Optional<FileFacts> facts(Path path) {
    try {
      return Optional.of(FileFacts.of(path.toString()));
    } catch (FileFacts.Missing none) {
      return Optional.empty();
    }
  }

  /// @throws Unread it is a fifo that nobody has open for reading yet
  static OpenLog open(Path path) throws IOException {
    boolean shared = LogPath.followed(path) instanceof LogPath.Lead.Held;
    int fd = descriptor(path);
    if (fd == -Errno.ENXIO) {
      Optional<FileFacts.Kind> kind = facts(path).map(FileFacts::kind);
      if (kind.equals(Optional.of(FileFacts.Kind.FIFO))) {
        throw new Unread();
      }
      if (kind.equals(Optional.of(FileFacts.Kind.SOCKET))) {
        throw new IOException("is " + kind.get().words());
      }
    }
    if (fd < 0) {
      throw new IOException(words(-fd));
    }
    try {
      FileFacts facts = FileFacts.of(fd);
      if (facts.kind() == FileFacts.Kind.BLOCK) {
        Fd.close(fd);
        throw new IOException("is " + facts.kind().words());
      }
      return new NativeLog(path, fd, facts, shared);
    } catch (FileFacts.Missing e) {
      Fd.close(fd);
      throw new IOException(words(e.errno()), e);
    }
  }

  /// A descriptor to add to what a path leads to. Of what is open already, another one for the
  /// same: opened anew, it would have a place of its own to write at, and the two would overwrite
  /// each other.
  ///
  /// @return it, or a negative error number
  public static int descriptor(Path path) {
    return switch (LogPath.followed(path)) {
      case LogPath.Lead.Held(int open) -> Fd.duplicate(open);
      case LogPath.Lead.Kept _, LogPath.Lead.Astray _ -> Fd.append(path.toString());
    };
  }

  /// As the C library spells them.
  private static String words(int errno) {
    String words = Errno.words(errno);
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  @Override
  public boolean regular() {
    return facts.kind() == FileFacts.Kind.REGULAR && !shared;
  }

  @Override
  public long size() throws IOException {
    try {
      return regular() ? FileFacts.of(fd).size() : 0;
    } catch (FileFacts.Missing e) {
      throw new IOException(words(e.errno()), e);
    }
  }

  @Override
  public boolean endsInNewline() {
    // Not by its path, which may lead to a fifo by now.
    try (FileChannel reader = FileChannel.open(Path.of("/proc/self/fd/" + fd))) {
      ByteBuffer last = ByteBuffer.allocate(1);
      long size = reader.size();
      return size == 0 || reader.read(last, size - 1) == 1 && last.get(0) == '\n';
    } catch (IOException unreadable) {
      return true;
    }
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    int end = bytes.limit();
    if (shared) {
      bytes.limit(Math.min(end, bytes.position() + A_LITTLE));
    }
    long taken;
    do {
      taken = Fd.write(fd, bytes);
    } while (taken == -Errno.EINTR);
    bytes.limit(end);
    // A fifo whose reader has gone keeps what it holds until the next one comes.
    if (taken == -Errno.EAGAIN || taken == -Errno.EPIPE && fifo()) {
      return 0;
    }
    if (taken < 0) {
      throw new IOException(words((int) -taken));
    }
    return (int) taken;
  }

  private boolean fifo() {
    return facts.kind() == FileFacts.Kind.FIFO;
  }

  @Override
  public void awaitRoom(int millis) {
    if (Fd.awaitWritable(fd, millis) < 0) {
      LockSupport.parkNanos(millis * 1_000_000L);
    }
  }

  @Override
  public void truncate(long length) throws IOException {
    int answer = Fd.truncate(fd, length);
    if (answer < 0) {
      throw new IOException(words(-answer));
    }
  }

  @Override
  public Place place() {
    if (shared) {
      return Place.HERE;
    }
    try {
      return FileFacts.of(path.toString()).same(facts) ? Place.HERE : elsewhere();
    } catch (FileFacts.Missing e) {
      return e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR ? elsewhere() : Place.HERE;
    }
  }

  private Place elsewhere() {
    Optional<FileFacts> now = facts(path.toAbsolutePath().resolveSibling(""));
    return now.isPresent() && folder.isPresent() && now.get().same(folder.get())
        ? Place.ELSEWHERE
        : Place.WITH_ITS_FOLDER;
  }

  @Override
  public Optional<Path> movable() {
    return regular() ? LogPath.settled(path).filter(this::mayMove) : Optional.empty();
  }

  private boolean mayMove(Path name) {
    try {
      FileFacts link = FileFacts.ofName(path.toString());
      boolean ours =
          link.owner() == Processes.effectiveUser() && facts.owner() == Processes.effectiveUser();
      return (link.kind() != FileFacts.Kind.LINK || ours)
          && FileFacts.ofName(name.toString()).same(facts);
    } catch (FileFacts.Missing moved) {
      return false;
    }
  }

  @Override
  public void close() {
    Fd.close(fd);
  }
}
