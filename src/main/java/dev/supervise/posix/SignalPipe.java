package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Signals, as numbers in a pipe (the self-pipe trick), for a thread that is there already. The JDK
/// makes a thread for each signal that comes, and loses the signal where it gets none.
///
/// The handler is a dozen instructions that write one byte by a system call and touch nothing else:
/// it may run on any thread at any moment, in the middle of compiled code or of a collection, where
/// no Java could. One pipe a process; it is never closed, as a handler may be on its way into it.
public final class SignalPipe {
  /// No signal: there is nothing more to come.
  public static final int OVER = 0;

  private static final MemorySegment MMAP = Libc.symbol("mmap");
  private static final MemorySegment MPROTECT = Libc.symbol("mprotect");
  private static final MemorySegment SIGACTION = Libc.symbol("sigaction");
  private static final MemorySegment PIPE2 = Libc.symbol("pipe2");
  private static final MemorySegment FCNTL = Libc.symbol("fcntl");
  private static final MemorySegment READ = Libc.symbol("read");

  private static final int PAGE = 1 << 16;
  private static final int PROT_READ_WRITE = 3;
  private static final int PROT_READ_EXEC = 5;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final int O_CLOEXEC = 02000000;
  private static final int O_NONBLOCK = 04000;
  private static final int F_SETFL = 4;
  private static final int SA_RESTART = 0x10000000;
  private static final int SA_ONSTACK = 0x08000000;
  private static final long SIG_IGN = 1;

  // struct sigaction of glibc and musl alike: handler 0, mask 8 (1024 bits), flags 136, restorer
  // 144.
  private static final int ACTION_SIZE = 152;
  private static final int ACTION_FLAGS = 136;

  private final int from;
  private final int to;
  private final long handler;
  private final MemorySegment action = Arena.ofAuto().allocate(2 * ACTION_SIZE, 8);
  private final ByteBuffer bytes = action.asByteBuffer().order(ByteOrder.nativeOrder());
  private final MemorySegment one = Arena.ofAuto().allocate(8, 8);

  private volatile boolean over;
  private final List<Integer> taken = new ArrayList<>();

  private SignalPipe(int from, int to, long handler) {
    this.from = from;
    this.to = to;
    this.handler = handler;
  }

  /// @return empty where the system refuses a pipe, or memory that may be executed
  public static Optional<SignalPipe> open() {
    if (!Libc.supported()) {
      return Optional.empty();
    }
    Scratch pair = Scratch.own();
    if (Libc.number(PIPE2, pair.address, O_CLOEXEC, 0) < 0) {
      return Optional.empty();
    }
    int from = pair.bytes.getInt(0);
    int to = pair.bytes.getInt(4);
    // A full pipe must not hold up the thread that a signal has come upon.
    Libc.number(FCNTL, to, F_SETFL, O_NONBLOCK);
    long page =
        to > 0xffff ? -1 : Libc.word(MMAP, 0, PAGE, PROT_READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
    if (page > 0) {
      Libc.at(page, PAGE).put(0, code(System.getProperty("os.arch", ""), to));
      // The kernel makes the instruction cache of every processor see what was written.
      if (Libc.number(MPROTECT, page, PAGE, PROT_READ_EXEC) == 0) {
        return Optional.of(new SignalPipe(from, to, page));
      }
    }
    Fd.close(from);
    Fd.close(to);
    return Optional.empty();
  }

  /// `void handler(int signal) { write(to, &signal, 1); }`, with the number of the descriptor in
  /// it. The error number of the interrupted thread is the C library's, and stays as it is.
  ///
  /// @param to below 65,536
  static byte[] code(String arch, int to) {
    String hex =
        switch (arch) {
          // push rdi; mov edi, TO; mov rsi, rsp; mov edx, 1; mov eax, 1; syscall; pop rdi; ret
          case "amd64" ->
              "57"
                  + "bf"
                  + little(to)
                  + "4889e6"
                  + "ba01000000"
                  + "b801000000"
                  + "0f05"
                  + "5f"
                  + "c3";
          // str x0, [sp, #-16]!; mov w0, TO; mov x1, sp; mov x2, 1; mov x8, 64; svc 0;
          // ldr x0, [sp], #16; ret
          case "aarch64" ->
              little(0xf81f0fe0)
                  + little(0x52800000 | to << 5)
                  + little(0x910003e1)
                  + little(0xd2800022)
                  + little(0xd2800808)
                  + little(0xd4000001)
                  + little(0xf84107e0)
                  + little(0xd65f03c0);
          default -> throw new IllegalArgumentException("no code for " + arch);
        };
    return HexFormat.of().parseHex(hex);
  }

  private static String little(int word) {
    return HexFormat.of().toHexDigits(Integer.reverseBytes(word));
  }

  /// From now on this signal comes through the pipe. One that was ignored when this process was
  /// started (nohup, a background job of a script) stays so.
  public synchronized void take(int signal) {
    MemorySegment before = action.asSlice(ACTION_SIZE);
    Libc.number(SIGACTION, signal, 0, before.address());
    if (bytes.getLong(ACTION_SIZE) == SIG_IGN) {
      return;
    }
    for (int i = 0; i < ACTION_SIZE; i += 8) {
      bytes.putLong(i, 0);
    }
    bytes.putLong(0, handler).putInt(ACTION_FLAGS, SA_RESTART | SA_ONSTACK);
    Libc.number(SIGACTION, signal, action.address(), 0);
    taken.add(signal);
  }

  /// Signals do again what they do by default, and who waits for the next one is told that it is
  /// over: a thread that waits outside of the JVM holds its end up by 0.3 s (measured).
  public synchronized void end() {
    for (int i = 0; i < ACTION_SIZE; i += 8) {
      bytes.putLong(i, 0);
    }
    for (int signal : taken) {
      Libc.number(SIGACTION, signal, action.address(), 0);
    }
    taken.clear();
    over = true;
    int answer = Fd.writeAll(to, new byte[] {OVER});
    if (answer < 0 && answer != -Errno.EAGAIN) {
      throw new IllegalStateException("the pipe of signals: " + Errno.words(-answer));
    }
  }

  /// Waits for the next one.
  ///
  /// @return its number, or [#OVER]
  public int next() {
    while (true) {
      long n = Libc.word(READ, from, one.address(), 1);
      if (over) {
        return OVER;
      }
      if (n == 1) {
        return one.asByteBuffer().get(0);
      }
      if (n != -Errno.EINTR) {
        throw new IllegalStateException("the pipe of signals: " + Errno.words((int) -n));
      }
    }
  }
}
