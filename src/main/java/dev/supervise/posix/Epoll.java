package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// One epoll instance. `add`, `change` and `remove` may be called from any thread, `await` and the
/// accessors of what it found by one thread only.
public final class Epoll implements AutoCloseable {
  public static final int IN = 1;
  public static final int OUT = 4;

  private static final MemorySegment CREATE = Libc.symbol("epoll_create1");
  private static final MemorySegment CTL = Libc.symbol("epoll_ctl");
  private static final MemorySegment WAIT = Libc.symbol("epoll_wait");
  private static final int EPOLL_CLOEXEC = 02000000;
  private static final int ADD = 1;
  private static final int DEL = 2;
  private static final int MOD = 3;
  private static final int CAPACITY = 256;

  // struct epoll_event is packed on x86-64 and nowhere else.
  private static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");
  private static final int SIZE = PACKED ? 12 : 16;
  private static final int DATA = PACKED ? 4 : 8;

  private final int fd;
  private final MemorySegment memory = Arena.ofAuto().allocate((long) SIZE * CAPACITY, 8);
  private final ByteBuffer found = memory.asByteBuffer().order(ByteOrder.nativeOrder());

  public Epoll() {
    fd = Libc.number(CREATE, EPOLL_CLOEXEC, 0, 0);
    if (fd < 0) {
      throw new IllegalStateException("epoll_create1: " + Errno.words(-fd));
    }
  }

  /// @param tag comes back with every event
  /// @return 0 or a negative error number
  public int add(int watched, int events, long tag) {
    return control(ADD, watched, events, tag);
  }

  public int change(int watched, int events, long tag) {
    return control(MOD, watched, events, tag);
  }

  public int remove(int watched) {
    return control(DEL, watched, 0, 0);
  }

  /// Waits for events.
  ///
  /// @param millis -1: for as long as it takes
  /// @return how many; 0 when the time passed or a signal came
  public int await(int millis) {
    int n = Libc.number(WAIT, fd, memory.address(), CAPACITY, millis, 0, 0);
    if (n < 0 && n != -Errno.EINTR) {
      throw new IllegalStateException("epoll_wait: " + Errno.words(-n));
    }
    return Math.max(n, 0);
  }

  public long tag(int index) {
    return found.getLong(index * SIZE + DATA);
  }

  public int events(int index) {
    return found.getInt(index * SIZE);
  }

  @Override
  public void close() {
    Fd.close(fd);
  }

  private int control(int operation, int watched, int events, long tag) {
    Scratch event = Scratch.own();
    event.bytes.putInt(0, events).putLong(DATA, tag);
    return Libc.number(CTL, fd, operation, watched, event.address, 0, 0);
  }
}
