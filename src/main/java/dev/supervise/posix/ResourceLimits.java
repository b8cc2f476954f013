package dev.supervise.posix;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/// Resource limits (getrlimit(2)); "infinite" is all ones.
public final class ResourceLimits {
  public static final int NOFILE = 7;
  public static final int LOCKS = 10;

  private static final MemorySegment PRLIMIT = Libc.symbol("prlimit");

  /// The limits of open files this process was started with, whatever it has raised since.
  public static final Pair FILES_AT_START = get(0, NOFILE);

  private ResourceLimits() {}

  public record Pair(long soft, long hard) {}

  /// @param pid 0 for this process
  /// @return the limits, or all zeros when the process is gone or not ours to ask about
  public static Pair get(int pid, int resource) {
    Scratch old = Scratch.own();
    old.bytes.putLong(0, 0).putLong(8, 0);
    Libc.number(PRLIMIT, pid, resource, 0, old.address, 0, 0);
    return new Pair(old.bytes.getLong(0), old.bytes.getLong(8));
  }

  /// The soft limit of file locks, of any process: where the kernel refuses the call for one of
  /// another user (without `CAP_SYS_RESOURCE`), `/proc/PID/limits` has it, which anybody may read.
  ///
  /// @return empty when the process is gone, or `/proc` hides it
  public static OptionalLong softLocks(int pid) {
    Scratch old = Scratch.own();
    return Libc.number(PRLIMIT, pid, LOCKS, 0, old.address, 0, 0) == 0
        ? OptionalLong.of(old.bytes.getLong(0))
        : softLocksOfAnother(pid);
  }

  private static OptionalLong softLocksOfAnother(int pid) {
    try {
      String text = ProcessStat.text("/proc/" + pid + "/limits");
      int row = text.indexOf("Max file locks ");
      if (row < 0) {
        return OptionalLong.empty();
      }
      String soft = text.substring(row + 15).stripLeading().split("\\s", 2)[0];
      return OptionalLong.of(soft.equals("unlimited") ? -1 : Long.parseUnsignedLong(soft));
    } catch (IOException gone) {
      return OptionalLong.empty();
    }
  }

  /// Raises this process's own soft limit to its hard limit.
  public static void raise(int resource) {
    Pair now = get(0, resource);
    Scratch wanted = Scratch.own();
    wanted.bytes.putLong(0, now.hard()).putLong(8, now.hard());
    Libc.number(PRLIMIT, 0, resource, wanted.address, 0, 0, 0);
  }
}
