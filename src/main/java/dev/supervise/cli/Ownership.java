package dev.supervise.cli;

import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.posix.FileLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// One supervisor a state directory. The lock is on `lock`, a file nobody else opens, and the
/// kernel lets go of it when its holder dies in whatever way; `pid` says who that is.
final class Ownership implements AutoCloseable {
  private final int lock;
  private final Path pid;

  private Ownership(int lock, Path pid) {
    this.lock = lock;
    this.pid = pid;
  }

  /// @param directory exists
  /// @throws Refusal another supervisor is there, or the directory cannot be used
  static Ownership of(Path directory) {
    Path pid = directory.resolve("pid");
    int lock = FileLock.take(directory.resolve("lock").toString());
    if (lock == -Errno.EAGAIN) {
      throw new Refusal(
          ExitCodes.FAILED,
          "another supervisor"
              + holder(pid)
              + " owns "
              + directory
              + "; stop it first, nothing was started");
    }
    if (lock < 0) {
      throw new Refusal(
          ExitCodes.FAILED, "cannot lock " + directory.resolve("lock") + ": " + Errno.words(-lock));
    }
    try {
      // By renaming: whoever is refused meanwhile reads the old number or the new one, never half
      // of it.
      Path fresh = directory.resolve("pid.new");
      Files.writeString(fresh, ProcessHandle.current().pid() + "\n");
      Files.move(fresh, pid, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Fd.close(lock);
      throw new Refusal(ExitCodes.FAILED, "cannot write " + pid + ": " + StateDirectory.reason(e));
    }
    return new Ownership(lock, pid);
  }

  private static String holder(Path pid) {
    try {
      return " (pid " + Files.readString(pid).strip() + ")";
    } catch (IOException e) {
      // It has the lock and has not written its number yet, or is just leaving.
      return "";
    }
  }

  /// Lets go. The files stay, but for the pid.
  @Override
  public void close() {
    try {
      Files.deleteIfExists(pid);
    } catch (IOException e) {
      // Without the lock a number left behind means nothing to anyone.
    }
    Fd.close(lock);
  }
}
