package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// File descriptors as plain numbers. The caller owns each one and closes it once.
public final class Fd {
  private static final MemorySegment READ = Libc.symbol("read");
  private static final MemorySegment WRITE = Libc.symbol("write");
  private static final MemorySegment CLOSE = Libc.symbol("close");
  private static final MemorySegment PIPE2 = Libc.symbol("pipe2");
  private static final MemorySegment FCNTL = Libc.symbol("fcntl");
  private static final MemorySegment IOCTL = Libc.symbol("ioctl");
  private static final MemorySegment OPEN = Libc.symbol("open");
  private static final MemorySegment DUP2 = Libc.symbol("dup2");
  private static final MemorySegment DUP3 = Libc.symbol("dup3");
  private static final MemorySegment MEMFD_CREATE = Libc.symbol("memfd_create");
  private static final MemorySegment FTRUNCATE = Libc.symbol("ftruncate");
  private static final MemorySegment POLL = Libc.symbol("poll");

  private static final int O_CLOEXEC = 02000000;
  private static final int O_NONBLOCK = 04000;
  private static final int OWNER_ONLY = 0600;
  private static final int F_SETFL = 4;
  private static final int POLLOUT = 4;
  private static final int POLLERR = 8;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int FIONREAD = 0x541B;
  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_EXEC = 0x10;

  /// Where bytes on the heap are put for the kernel to see, a thread's own.
  private static final ThreadLocal<ByteBuffer> STAGE =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(64 << 10));

  private Fd() {}

  /// @param address where to put the bytes
  /// @return the count, 0 at the end of the file, or a negative error number
  public static long read(int fd, long address, long length) {
    return Libc.word(READ, fd, address, length);
  }

  /// @return how many bytes were taken, or a negative error number
  public static long write(int fd, long address, long length) {
    return Libc.word(WRITE, fd, address, length);
  }

  /// As many of the bytes as are taken at once, the first ones; the buffer stands behind them then.
  ///
  /// @return how many bytes were taken, or a negative error number
  public static long write(int fd, ByteBuffer bytes) {
    ByteBuffer from = bytes;
    if (!bytes.isDirect()) {
      from = STAGE.get().clear();
      from.put(0, bytes, bytes.position(), Math.min(from.capacity(), bytes.remaining()));
      from.limit(Math.min(from.capacity(), bytes.remaining()));
    }
    long n = write(fd, MemorySegment.ofBuffer(from).address(), from.remaining());
    if (n > 0) {
      bytes.position(bytes.position() + (int) n);
    }
    return n;
  }

  public static void close(int fd) {
    // Linux has released the descriptor whatever close answers.
    Libc.number(CLOSE, fd, 0, 0);
  }

  /// A pipe, closed on exec, its read end non-blocking, its write end blocking as programs expect.
  ///
  /// @param ends filled with the read and the write end
  /// @return 0 or a negative error number
  public static int pipe(int[] ends) {
    Scratch pair = Scratch.own();
    int made = Libc.number(PIPE2, pair.address, O_CLOEXEC, 0);
    ends[0] = pair.bytes.getInt(0);
    ends[1] = pair.bytes.getInt(4);
    if (made == 0) {
      Libc.number(FCNTL, ends[0], F_SETFL, O_NONBLOCK);
    }
    return made;
  }

  /// Asks for room for `bytes` in a pipe; the kernel may refuse, and the pipe then stays as it was.
  ///
  /// @return for how many there is room now, or a negative error number
  public static int growPipe(int fd, int bytes) {
    return Libc.number(FCNTL, fd, F_SETPIPE_SZ, bytes);
  }

  /// How many bytes a pipe holds now.
  public static int available(int fd) {
    Scratch count = Scratch.own();
    return Libc.number(IOCTL, fd, FIONREAD, count.address) < 0 ? 0 : count.bytes.getInt(0);
  }

  /// Another descriptor for the same open file, closed on exec, or a negative error number.
  public static int duplicate(int fd) {
    return Libc.number(FCNTL, fd, F_DUPFD_CLOEXEC, 3);
  }

  /// A file to be added to, created for its owner if it is not there, closed on exec. Never waits:
  /// not for the reader of a fifo, which then answers `-ENXIO`, and no write waits for one either.
  ///
  /// @return its descriptor or a negative error number
  public static int append(String path) {
    try (Arena arena = Arena.ofConfined()) {
      long name = Libc.text(arena, path).address();
      int flags =
          OpenFlags.WRONLY
              | OpenFlags.APPEND
              | OpenFlags.CREAT
              | OpenFlags.NOCTTY
              | OpenFlags.CLOEXEC
              | O_NONBLOCK;
      return Libc.number(OPEN, name, flags, OWNER_ONLY);
    }
  }

  /// A directory as a starting point for short paths, `/proc/self/fd/N/…`: neither to be read nor
  /// written, closed on exec.
  ///
  /// @return its descriptor or a negative error number
  public static int directory(String path) {
    try (Arena arena = Arena.ofConfined()) {
      long name = Libc.text(arena, path).address();
      int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
      return Libc.number(OPEN, name, flags, 0);
    }
  }

  /// Makes `to` another name of the file that `from` is open on; what `to` was is closed.
  ///
  /// @return a negative error number when it stays what it was
  public static int become(int from, int to) {
    return Libc.number(DUP2, from, to, 0);
  }

  /// The same for a descriptor that is closed on exec.
  ///
  /// @return a negative error number when it stays what it was
  static int replace(int from, int to) {
    return Libc.number(DUP3, from, to, O_CLOEXEC);
  }

  /// From now on writes to it wait, as programs expect.
  public static void blocking(int fd) {
    Libc.number(FCNTL, fd, F_SETFL, OpenFlags.APPEND);
  }

  /// Cuts or lengthens a file.
  ///
  /// @return 0 or a negative error number
  public static int truncate(int fd, long length) {
    return Libc.number(FTRUNCATE, fd, length, 0);
  }

  /// Waits until something can be written, for at most so long.
  ///
  /// @return whether it can: 1, 0 for not yet, or a negative error number, at once, where nobody is
  ///   at the other end
  public static int awaitWritable(int fd, int millis) {
    Scratch one = Scratch.own();
    one.bytes.putInt(0, fd).putShort(4, (short) POLLOUT).putShort(6, (short) 0);
    int ready = Libc.number(POLL, one.address, 1, millis);
    return ready > 0 && (one.bytes.getShort(6) & POLLERR) != 0 ? -Errno.EPIPE : ready;
  }

  /// An anonymous file in memory that may be executed, closed on exec.
  public static int memfd(String name) {
    try (Arena arena = Arena.ofConfined()) {
      long text = Libc.text(arena, name).address();
      int fd = Libc.number(MEMFD_CREATE, text, MFD_CLOEXEC | MFD_EXEC, 0);
      // Kernels before 6.3 do not know MFD_EXEC and always allow it.
      return fd == -Errno.EINVAL ? Libc.number(MEMFD_CREATE, text, MFD_CLOEXEC, 0) : fd;
    }
  }

  /// Writes all of `bytes` to a file that never blocks (a memfd).
  ///
  /// @return 0 or a negative error number
  public static int writeAll(int fd, byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = Libc.bytes(arena, bytes);
      for (long done = 0; done < bytes.length; ) {
        long n = write(fd, copy.address() + done, bytes.length - done);
        if (n < 0 && n != -Errno.EINTR) {
          return (int) n;
        }
        done += Math.max(n, 0);
      }
      return 0;
    }
  }
}
