package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Tells that something was taken away: a directory, or a name in it (inotify(7)). Costs nothing
/// while nothing is. One thread waits, any thread adds and closes.
public final class DirectoryWatch implements AutoCloseable {
  private static final MemorySegment INIT = Libc.symbol("inotify_init1");
  private static final MemorySegment ADD = Libc.symbol("inotify_add_watch");

  private static final int IN_MOVED_FROM = 0x40;
  private static final int IN_DELETE = 0x200;
  private static final int IN_DELETE_SELF = 0x400;
  private static final int IN_MOVE_SELF = 0x800;
  private static final int IN_ONLYDIR = 0x01000000;
  private static final int LOST = IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF;

  private static final int SCRATCH = 4096;

  private final int fd;
  private final Epoll epoll = new Epoll();
  private final Wakeup end = new Wakeup();
  private final MemorySegment read = Arena.ofAuto().allocate(SCRATCH, 8);
  private volatile boolean closed;

  /// What a wait came to.
  public enum News {
    LOST,
    /// Time has passed.
    NOTHING,
    CLOSED
  }

  /// @throws IllegalStateException the system has no more of them to give
  public DirectoryWatch() {
    fd = Libc.number(INIT, OpenFlags.CLOEXEC | OpenFlags.NONBLOCK, 0, 0);
    if (fd < 0) {
      epoll.close();
      end.close();
      throw new IllegalStateException("inotify: " + Errno.words(-fd));
    }
    epoll.add(fd, Epoll.IN, 0);
    epoll.add(end.fd(), Epoll.IN, 1);
  }

  /// Watches a directory from now on; one that is watched already stays so.
  ///
  /// @return 0 or a negative error number
  public int add(Path directory) {
    try (Arena arena = Arena.ofConfined()) {
      long name = Libc.text(arena, directory.toString()).address();
      return Math.min(0, Libc.number(ADD, fd, name, LOST | IN_ONLYDIR));
    }
  }

  /// Waits until something is lost.
  ///
  /// @param millis -1: for as long as it takes
  public News await(int millis) {
    int found = epoll.await(millis);
    if (closed) {
      epoll.close();
      Fd.close(fd);
      end.close();
      return News.CLOSED;
    }
    while (Fd.read(fd, read.address(), SCRATCH) > 0) {
      // Which name it was does not matter: whoever waits looks at what is left.
      found = 1;
    }
    return found > 0 ? News.LOST : News.NOTHING;
  }

  /// Ends the wait; the one who waits frees what this holds.
  @Override
  public void close() {
    closed = true;
    end.ring();
  }
}
