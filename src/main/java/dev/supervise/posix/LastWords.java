package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What a process still says and does when it ends at once: on memory taken beforehand, without
/// waiting for anybody. Any thread; two at a time may garble each other's words.
public final class LastWords {
  private static final MemorySegment POLL = Libc.symbol("poll");
  private static final MemorySegment WRITE = Libc.symbol("write");
  private static final MemorySegment IOCTL = Libc.symbol("ioctl");
  private static final MemorySegment TCGETPGRP = Libc.symbol("tcgetpgrp");
  private static final MemorySegment GETPGRP = Libc.symbol("getpgrp");
  private static final MemorySegment EXIT = Libc.symbol("_exit");
  private static final int STDERR = 2;
  private static final short POLLOUT = 4;
  private static final int TCGETS = 0x5401;
  private static final int TCSETS = 0x5402;

  /// A pipe that is ready takes so much without blocking (POSIX: PIPE_BUF is 4096 on Linux).
  private static final int ROOM = 4096;

  // struct pollfd { int fd; short events, revents }; then struct termios (60 bytes); then the text.
  private static final int TERMIOS = 16;
  private static final int TEXT = 128;

  private final MemorySegment memory = Arena.ofAuto().allocate(TEXT + ROOM, 16);
  private final ByteBuffer bytes = memory.asByteBuffer().order(ByteOrder.nativeOrder());
  private final long address = memory.address();
  private final MemorySegment state = Arena.ofAuto().allocate(Scratch.STATE);
  private final boolean terminal;

  /// Remembers how the terminal is set, if standard input is one.
  public LastWords() {
    bytes.putInt(0, STDERR).putShort(4, POLLOUT);
    terminal = call(IOCTL, 0, TCGETS, address + TERMIOS) == 0;
    // Whatever the first call of its kind needs, it has from now on.
    call(POLL, address, 1, 0);
    call(WRITE, STDERR, address + TEXT, 0);
    call(TCGETPGRP, 0, 0, 0);
    call(GETPGRP, 0, 0, 0);
  }

  /// Writes to standard error what goes in there now; nothing where its reader does not read.
  public void say(byte[] text, int length) {
    int said = Math.min(length, ROOM);
    bytes.put(TEXT, text, 0, said);
    if (call(POLL, address, 1, 0) == 1 && (bytes.getShort(6) & POLLOUT) != 0) {
      call(WRITE, STDERR, address + TEXT, said);
    }
  }

  /// Ends the process now. A terminal in whose foreground it is, is set as it was found.
  public void leave(int code) {
    if (terminal && call(TCGETPGRP, 0, 0, 0) == call(GETPGRP, 0, 0, 0)) {
      call(IOCTL, 0, TCSETS, address + TERMIOS);
    }
    call(EXIT, code, 0, 0);
  }

  private int call(MemorySegment function, long a, long b, long c) {
    return (int) Libc.call(function, state, a, b, c, 0, 0, 0);
  }
}
