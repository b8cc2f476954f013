package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// One end of a connected `SOCK_SEQPACKET` pair, non-blocking and closed on exec. Descriptors can
/// be sent along (`SCM_RIGHTS`). One thread at a time may send, and one may receive.
public final class PacketSocket implements AutoCloseable {
  /// The largest packet.
  public static final int LIMIT = 64 << 10;

  private static final MemorySegment SOCKETPAIR = Libc.symbol("socketpair");
  private static final MemorySegment SENDMSG = Libc.symbol("sendmsg");
  private static final MemorySegment RECV = Libc.symbol("recv");
  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_DONTWAIT = 0x40;

  // struct msghdr { name 0, namelen 8, iov 16, iovlen 24, control 32, controllen 40, flags 48 }, 56
  // bytes,
  // then the one iovec { base 56, len 64 }, then the control message { len 72, level 80, type 84,
  // data 88 }.
  private static final int IOV = 56;
  private static final int CONTROL = 72;
  private static final int CONTROL_DATA = 88;
  private static final int MAX_DESCRIPTORS = 4;

  private final int fd;
  private final MemorySegment header = Arena.ofAuto().allocate(CONTROL_DATA + 16, 8);
  private final MemorySegment out = Arena.ofAuto().allocate(LIMIT, 8);
  private final MemorySegment in = Arena.ofAuto().allocate(LIMIT, 8);

  private PacketSocket(int fd) {
    this.fd = fd;
    header.set(ValueLayout.JAVA_LONG, 16, header.address() + IOV);
    header.set(ValueLayout.JAVA_LONG, 24, 1);
    header.set(ValueLayout.JAVA_LONG, IOV, out.address());
    header.set(ValueLayout.JAVA_INT, CONTROL + 8, SOL_SOCKET);
    header.set(ValueLayout.JAVA_INT, CONTROL + 12, SCM_RIGHTS);
  }

  /// @param near our end
  /// @param far the other end's descriptor, blocking, closed on exec
  public record Pair(PacketSocket near, int far) {}

  public static Pair pair() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(8, 4);
      int made =
          Libc.number(SOCKETPAIR, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.address(), 0, 0);
      if (made < 0) {
        throw new IllegalStateException("socketpair: " + Errno.words(-made));
      }
      return new Pair(
          new PacketSocket(ends.get(ValueLayout.JAVA_INT, 0)), ends.get(ValueLayout.JAVA_INT, 4));
    }
  }

  public int fd() {
    return fd;
  }

  /// Sends one packet, whole or not at all.
  ///
  /// @param descriptors sent along; still the caller's to close
  /// @return 0 or a negative error number ([Errno#EAGAIN]: the socket is full)
  public int send(byte[] packet, int length, int[] descriptors, int count) {
    if (length > LIMIT || count > MAX_DESCRIPTORS) {
      throw new IllegalArgumentException(length + " bytes, " + count + " descriptors in a packet");
    }
    MemorySegment.copy(packet, 0, out, ValueLayout.JAVA_BYTE, 0, length);
    header.set(ValueLayout.JAVA_LONG, IOV + 8, length);
    header.set(ValueLayout.JAVA_LONG, CONTROL, 16 + 4L * count);
    header.set(ValueLayout.JAVA_LONG, 32, count == 0 ? 0 : header.address() + CONTROL);
    header.set(ValueLayout.JAVA_LONG, 40, count == 0 ? 0 : 16 + (4L * count + 7) / 8 * 8);
    for (int i = 0; i < count; i++) {
      header.set(ValueLayout.JAVA_INT, CONTROL_DATA + 4L * i, descriptors[i]);
    }
    long sent = Libc.word(SENDMSG, fd, header.address(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? (int) sent : 0;
  }

  /// Takes one packet.
  ///
  /// @param packet at least [#LIMIT] long
  /// @return its length, 0 when the other end is closed, or a negative error number
  public int receive(byte[] packet) {
    long n = Libc.word(RECV, fd, in.address(), LIMIT, MSG_DONTWAIT, 0, 0);
    if (n > 0) {
      MemorySegment.copy(in, ValueLayout.JAVA_BYTE, 0, packet, 0, (int) n);
    }
    return (int) n;
  }

  @Override
  public void close() {
    Fd.close(fd);
  }
}
