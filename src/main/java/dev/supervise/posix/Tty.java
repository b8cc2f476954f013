package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What a descriptor has to do with a terminal.
public final class Tty {
  private static final MemorySegment ISATTY = Libc.symbol("isatty");
  private static final MemorySegment IOCTL = Libc.symbol("ioctl");
  private static final MemorySegment TCGETPGRP = Libc.symbol("tcgetpgrp");
  private static final MemorySegment GETPGRP = Libc.symbol("getpgrp");
  private static final int TIOCGWINSZ = 0x5413;

  private Tty() {}

  public static boolean is(int fd) {
    return Libc.number(ISATTY, fd, 0, 0) == 1;
  }

  /// Whether this process is in the foreground of that terminal: may read from it.
  public static boolean foreground(int fd) {
    int group = Libc.number(TCGETPGRP, fd, 0, 0);
    return group > 0 && group == Libc.number(GETPGRP, 0, 0, 0);
  }

  /// How wide the terminal is; 0 where that is not known.
  public static int columns(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      // struct winsize { unsigned short row, col, xpixel, ypixel }
      MemorySegment size = arena.allocate(8, 8);
      ByteBuffer fields = size.asByteBuffer().order(ByteOrder.nativeOrder());
      return Libc.number(IOCTL, fd, TIOCGWINSZ, size.address()) < 0
          ? 0
          : fields.getShort(2) & 0xffff;
    }
  }
}
