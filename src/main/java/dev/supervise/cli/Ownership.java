package dev.supervise.cli;

import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.posix.FileLock;
import dev.supervise.posix.Libc;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// One supervisor a state directory. The lock is on `lock`, a file nobody else opens, and the
/// system lets go of it when its holder dies in whatever way; `pid` says who that is.
final class Ownership implements Closeable {
  private final Closeable lock;
  private final Path pid;

  private Ownership(Closeable lock, Path pid) {
    this.lock = lock;
    this.pid = pid;
  }

  /// @param directory exists
  /// @throws Refusal another supervisor is there, or the directory cannot be used
  static Ownership of(Path directory) {
    Path pid = directory.resolve("pid");
    try {
      Ownership owned = new Ownership(lock(directory), pid);
      owned.sign();
      return owned;
    } catch (IOException e) {
      throw new Refusal(
          ExitCodes.FAILED, "cannot own " + directory + ": " + StateDirectory.reason(e));
    }
  }

  private static Closeable lock(Path directory) throws IOException {
    Path file = directory.resolve("lock");
    if (!Libc.supported()) {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        throw taken(directory);
      }
      return channel;
    }
    int lock = FileLock.take(file.toString());
    if (lock == -Errno.EAGAIN) {
      throw taken(directory);
    }
    if (lock < 0) {
      throw new IOException(Errno.words(-lock));
    }
    return () -> Fd.close(lock);
  }

  private static Refusal taken(Path directory) {
    String holder = "";
    try {
      holder = " (pid " + Files.readString(directory.resolve("pid")).strip() + ")";
    } catch (IOException e) {
      // It has the lock and has not written its number yet, or is just leaving.
    }
    return new Refusal(
        ExitCodes.FAILED,
        "another supervisor"
            + holder
            + " owns "
            + directory
            + "; stop it first, nothing was started");
  }

  private void sign() throws IOException {
    // By renaming: whoever is refused meanwhile reads the old number or the new one, never half of
    // it.
    Path fresh = pid.resolveSibling("pid.new");
    Files.writeString(fresh, ProcessHandle.current().pid() + "\n");
    Files.move(fresh, pid, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Lets go. The files stay, but for the pid.
  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(pid);
    } finally {
      lock.close();
    }
  }
}
