package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Resource limits (getrlimit(2)); "infinite" is all ones.
public final class ResourceLimits {
  public static final int NOFILE = 7;
  public static final int LOCKS = 10;

  private static final MemorySegment PRLIMIT = Libc.symbol("prlimit");

  private ResourceLimits() {}

  public record Pair(long soft, long hard) {}

  /// @param pid 0 for this process
  /// @return the limits, or all zeros when the process is gone or not ours to ask about
  public static Pair get(int pid, int resource) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment old = arena.allocate(16, 8);
      Libc.number(PRLIMIT, pid, resource, 0, old.address(), 0, 0);
      return new Pair(old.get(ValueLayout.JAVA_LONG, 0), old.get(ValueLayout.JAVA_LONG, 8));
    }
  }

  /// Raises this process's own soft limit to its hard limit.
  public static void raise(int resource) {
    Pair now = get(0, resource);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment wanted = arena.allocate(16, 8);
      wanted.set(ValueLayout.JAVA_LONG, 0, now.hard());
      wanted.set(ValueLayout.JAVA_LONG, 8, now.hard());
      Libc.number(PRLIMIT, 0, resource, wanted.address(), 0, 0, 0);
    }
  }
}
