package dev.supervise.posix;

import java.lang.foreign.MemorySegment;

/// An event counter that any thread may ring to wake one that waits on its descriptor.
public final class Wakeup implements AutoCloseable {
  private static final MemorySegment EVENTFD = Libc.symbol("eventfd");
  private static final int O_CLOEXEC = 02000000;
  private static final int O_NONBLOCK = 04000;

  private boolean closed;
  private final int fd = Libc.number(EVENTFD, 0, O_CLOEXEC | O_NONBLOCK, 0);

  public Wakeup() {
    if (fd < 0) {
      throw new IllegalStateException("eventfd: " + Errno.words(-fd));
    }
  }

  public int fd() {
    return fd;
  }

  /// Does nothing after the end: its number may be somebody else's by then.
  public synchronized void ring() {
    if (closed) {
      return;
    }
    Scratch one = Scratch.own();
    one.bytes.putLong(0, 1);
    Fd.write(fd, one.address, 8);
  }

  /// Takes back all rings so far.
  public void clear() {
    Fd.read(fd, Scratch.own().address, 8);
  }

  @Override
  public synchronized void close() {
    closed = true;
    Fd.close(fd);
  }
}
