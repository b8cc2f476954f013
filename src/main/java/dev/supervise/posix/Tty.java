package dev.supervise.posix;

import java.lang.foreign.MemorySegment;

/// What a descriptor has to do with a terminal.
public final class Tty {
  private static final MemorySegment ISATTY = Libc.symbol("isatty");

  private Tty() {}

  public static boolean is(int fd) {
    return Libc.number(ISATTY, fd, 0, 0) == 1;
  }
}
