package dev.supervise.posix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// A directory of ours that stays open for as long as this process needs what lies in it. What
/// leads to it may be renamed, removed or replaced by a link meanwhile: what is read, written and
/// removed lies in the directory that was opened and in no other.
///
/// What a path means is one fact of the process: while a directory is held,
/// [PrivateDirectory#create], [PrivateDirectory#find] and [PrivateDirectory#child] answer its path
/// with it. When the path does not lead to it any more, `create` has the one owner make it again;
/// nobody else does. The descriptor keeps its number then, so that a way into the directory of
/// before leads into the new one. While it is open the system gives its inode number to nothing
/// else: a directory made again is never taken for the one before.
///
/// Any thread. Where there is no C library nothing stays open, and only the path is looked at.
public final class HeldDirectory implements AutoCloseable {
  private static final Map<Path, HeldDirectory> HELD = new ConcurrentHashMap<>();

  /// What its owner does about one that was taken away.
  public interface Owner {
    /// Makes it again, looks whose it is, and answers with it. May ask for another directory that
    /// is held: for one above this, never for one below.
    ///
    /// @throws IOException it cannot be made, or is none of ours
    PrivateDirectory again() throws IOException;
  }

  private final Path path;
  private final Owner owner;
  private final int descriptor;

  /// @param times how often it was made again
  private record Now(PrivateDirectory directory, int times) {}

  private volatile Now now;

  private HeldDirectory(PrivateDirectory directory, int descriptor, Owner owner) {
    this.path = directory.path();
    this.descriptor = descriptor;
    this.now = new Now(directory.by(way(directory, descriptor)), 0);
    this.owner = owner;
  }

  /// Holds it until [#close].
  ///
  /// @throws IOException its path leads to another one by now
  public static HeldDirectory of(PrivateDirectory directory, Owner owner) throws IOException {
    HeldDirectory held = new HeldDirectory(directory, opened(directory), owner);
    HELD.put(directory.path(), held);
    return held;
  }

  static Optional<HeldDirectory> at(Path path) {
    return HELD.isEmpty() ? Optional.empty() : Optional.ofNullable(HELD.get(path));
  }

  /// @return -1 where nothing can be held
  private static int opened(PrivateDirectory directory) throws IOException {
    if (!Libc.supported()) {
      return -1;
    }
    int descriptor = Fd.directory(directory.way().toString());
    if (descriptor < 0) {
      throw new IOException(directory.path() + ": " + Errno.words(-descriptor));
    }
    if (!directory.by(way(directory, descriptor)).same()) {
      Fd.close(descriptor);
      throw new IOException(directory.path() + " was replaced while it was being opened");
    }
    return descriptor;
  }

  private static Path way(PrivateDirectory directory, int descriptor) {
    return descriptor < 0
        ? directory.path()
        : Path.of("/proc/self/fd", Integer.toString(descriptor));
  }

  /// The one that is held, wherever it is by now.
  public PrivateDirectory directory() {
    return now.directory;
  }

  /// The one its path leads to, made again by its owner if need be.
  ///
  /// @throws IOException it was taken away and cannot be made again
  public synchronized PrivateDirectory there() throws IOException {
    if (!now.directory.present()) {
      become(owner.again());
    }
    return now.directory;
  }

  private void become(PrivateDirectory fresh) throws IOException {
    int opened = opened(fresh);
    if (opened >= 0) {
      int answer = Fd.replace(opened, descriptor);
      Fd.close(opened);
      if (answer < 0) {
        throw new IOException(path + ": " + Errno.words(-answer));
      }
    }
    now = new Now(fresh.by(way(fresh, descriptor)), now.times + 1);
  }

  /// How many times it was made again: whoever has seen the same number before knows that nothing
  /// was taken away since.
  public int times() {
    return now.times;
  }

  /// Its path means what the file system says from now on.
  @Override
  public synchronized void close() {
    if (HELD.remove(path, this) && descriptor >= 0) {
      Fd.close(descriptor);
    }
  }
}
