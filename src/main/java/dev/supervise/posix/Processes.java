package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;

/// Processes by number. Waits for one named pid at a time, never for "any": the JDK waits for its
/// own children, and an answer taken here would be missing there.
public final class Processes {
  private static final MemorySegment WAITPID = Libc.symbol("waitpid");
  private static final MemorySegment KILL = Libc.symbol("kill");
  private static final MemorySegment SYSCALL = Libc.symbol("syscall");
  private static final MemorySegment PRCTL = Libc.symbol("prctl");
  private static final MemorySegment SIGNAL = Libc.symbol("signal");
  private static final MemorySegment GETPID = Libc.symbol("getpid");
  private static final MemorySegment GETEUID = Libc.symbol("geteuid");
  private static final MemorySegment GETEGID = Libc.symbol("getegid");
  private static final MemorySegment SETSID = Libc.symbol("setsid");
  private static final MemorySegment SPAWN = Libc.symbol("posix_spawn");
  private static final MemorySegment ACTIONS_INIT = Libc.symbol("posix_spawn_file_actions_init");
  private static final MemorySegment ACTIONS_DUP2 = Libc.symbol("posix_spawn_file_actions_adddup2");
  private static final MemorySegment ACTIONS_OPEN = Libc.symbol("posix_spawn_file_actions_addopen");
  private static final MemorySegment ACTIONS_DESTROY =
      Libc.symbol("posix_spawn_file_actions_destroy");

  private static final int WNOHANG = 1;
  private static final int SIGCHLD = 17;
  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final long SYS_PIDFD_SEND_SIGNAL = 424;
  private static final long SYS_PIDFD_OPEN = 434;
  private static final int O_RDWR = 2;

  private Processes() {}

  /// Leaves the session and with it the terminal: what the terminal does (its end, Ctrl-C) is no
  /// longer our affair.
  ///
  /// @return 0 or a negative error number (EPERM: this process leads a group already)
  public static int leaveTerminal() {
    int session = Libc.number(SETSID, 0, 0, 0);
    return Math.min(session, 0);
  }

  /// Makes this process the parent of what its descendants orphan, and SIGCHLD one that children
  /// can be waited for under, whatever the caller's caller left it at.
  public static void becomeSubreaper() {
    Libc.word(SIGNAL, SIGCHLD, 0, 0);
    Libc.number(PRCTL, PR_SET_CHILD_SUBREAPER, 1, 0);
  }

  /// Starts a program with one descriptor besides standard error; its standard input and output are
  /// `/dev/null`. Descriptors of ours without close-on-exec come along: the program has to close
  /// them.
  ///
  /// @param environment `K=V` each
  /// @return its pid, or a negative error number
  public static int spawn(
      String program, List<String> arguments, List<byte[]> environment, int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      // Both libcs' posix_spawn_file_actions_t are 80 bytes.
      MemorySegment actions = arena.allocate(256, 16);
      Libc.number(ACTIONS_INIT, actions.address(), 0, 0);
      long devNull = Libc.text(arena, "/dev/null").address();
      Libc.number(ACTIONS_OPEN, actions.address(), 0, devNull, O_RDWR, 0, 0);
      Libc.number(ACTIONS_OPEN, actions.address(), 1, devNull, O_RDWR, 0, 0);
      // Onto itself: clears close-on-exec in the child alone (glibc ≥ 2.29, musl ≥ 1.2).
      Libc.number(ACTIONS_DUP2, actions.address(), descriptor, descriptor);
      long argv = pointers(arena, arguments.stream().map(t -> Libc.text(arena, t)).toList());
      long envp = pointers(arena, environment.stream().map(t -> Libc.bytes(arena, t)).toList());
      Scratch pid = Scratch.own();
      // posix_spawn answers the error number itself.
      int error =
          Libc.number(
              SPAWN,
              pid.address,
              Libc.text(arena, program).address(),
              actions.address(),
              0,
              argv,
              envp);
      Libc.number(ACTIONS_DESTROY, actions.address(), 0, 0);
      return error == 0 ? pid.bytes.getInt(0) : -error;
    }
  }

  /// A NULL-terminated array of pointers.
  private static long pointers(Arena arena, List<MemorySegment> targets) {
    MemorySegment array = arena.allocate(8L * (targets.size() + 1), 8);
    ByteBuffer words = array.asByteBuffer().order(ByteOrder.nativeOrder());
    targets.forEach(target -> words.putLong(target.address()));
    return array.address();
  }

  /// Takes the end of one child, without waiting.
  ///
  /// @return the raw wait status; empty while it lives, or when it is no child of ours
  public static OptionalInt reap(int pid) {
    if (pid <= 0) {
      throw new IllegalArgumentException("wait for pid " + pid);
    }
    Scratch status = Scratch.own();
    return Libc.number(WAITPID, pid, status.address, WNOHANG) == pid
        ? OptionalInt.of(status.bytes.getInt(0))
        : OptionalInt.empty();
  }

  /// Signals a child that has not been reaped: only such a pid cannot have become somebody else's.
  ///
  /// @return 0 or a negative error number
  public static int signalChild(int pid, int signal) {
    if (pid <= 1) {
      throw new IllegalArgumentException("signal to pid " + pid);
    }
    return Libc.number(KILL, pid, signal, 0);
  }

  /// A descriptor that names the process now bearing `pid`, or a negative error number.
  public static int pidfd(int pid) {
    return (int) Libc.word(SYSCALL, SYS_PIDFD_OPEN, pid, 0);
  }

  public static int signal(int pidfd, int signal) {
    return (int) Libc.word(SYSCALL, SYS_PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0, 0);
  }

  public static int self() {
    return Libc.number(GETPID, 0, 0, 0);
  }

  public static int effectiveGroup() {
    return Libc.number(GETEGID, 0, 0, 0);
  }

  public static int effectiveUser() {
    return Libc.number(GETEUID, 0, 0, 0);
  }
}
