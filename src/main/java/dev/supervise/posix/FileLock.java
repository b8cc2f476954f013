package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// flock(2): a lock that belongs to the open file, and so outlives whatever else this process opens
/// and closes, and ends with the process however that ends.
public final class FileLock {
  private static final MemorySegment OPEN = Libc.symbol("open");
  private static final MemorySegment FLOCK = Libc.symbol("flock");

  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;

  private FileLock() {}

  /// Locks a file that is there; does not wait. A symbolic link is not followed.
  ///
  /// @return the descriptor that holds the lock until it is closed; `-EAGAIN` when another process
  ///   has it; another negative error number when the file cannot be opened or locked
  public static int take(String path) {
    int fd;
    try (Arena arena = Arena.ofConfined()) {
      long name = Libc.text(arena, path).address();
      int flags = OpenFlags.RDWR | OpenFlags.NOFOLLOW | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
      fd = Libc.number(OPEN, name, flags, 0);
    }
    if (fd < 0) {
      return fd;
    }
    int locked = Libc.number(FLOCK, fd, LOCK_EX | LOCK_NB, 0);
    if (locked < 0) {
      Fd.close(fd);
      return locked;
    }
    return fd;
  }
}
