package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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
  private final MemorySegment memory = Arena.ofAuto().allocate(CONTROL_DATA + 16, 8);
  private final ByteBuffer header = memory.asByteBuffer().order(ByteOrder.nativeOrder());
  private final MemorySegment outMemory = Arena.ofAuto().allocate(LIMIT, 8);
  private final ByteBuffer out = outMemory.asByteBuffer();
  private final MemorySegment inMemory = Arena.ofAuto().allocate(LIMIT, 8);
  private final ByteBuffer in = inMemory.asByteBuffer();

  private PacketSocket(int fd) {
    this.fd = fd;
    header.putLong(16, memory.address() + IOV);
    header.putLong(24, 1);
    header.putLong(IOV, outMemory.address());
    header.putInt(CONTROL + 8, SOL_SOCKET);
    header.putInt(CONTROL + 12, SCM_RIGHTS);
  }

  /// @param near our end
  /// @param far the other end's descriptor, blocking, closed on exec
  public record Pair(PacketSocket near, int far) {}

  public static Pair pair() {
    Scratch ends = Scratch.own();
    int made =
        Libc.number(SOCKETPAIR, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.address, 0, 0);
    if (made < 0) {
      throw new IllegalStateException("socketpair: " + Errno.words(-made));
    }
    return new Pair(new PacketSocket(ends.bytes.getInt(0)), ends.bytes.getInt(4));
  }

  /// One end of a pair that was made elsewhere.
  public static PacketSocket over(int fd) {
    return new PacketSocket(fd);
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
    out.put(0, packet, 0, length);
    header.putLong(IOV + 8, length);
    header.putLong(CONTROL, 16 + 4L * count);
    header.putLong(32, count == 0 ? 0 : memory.address() + CONTROL);
    header.putLong(40, count == 0 ? 0 : 16 + (4L * count + 7) / 8 * 8);
    for (int i = 0; i < count; i++) {
      header.putInt(CONTROL_DATA + 4 * i, descriptors[i]);
    }
    long sent = Libc.word(SENDMSG, fd, memory.address(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? (int) sent : 0;
  }

  /// Takes one packet.
  ///
  /// @param packet at least [#LIMIT] long
  /// @return its length, 0 when the other end is closed, or a negative error number
  public int receive(byte[] packet) {
    long n = Libc.word(RECV, fd, inMemory.address(), LIMIT, MSG_DONTWAIT, 0, 0);
    if (n > 0) {
      in.get(0, packet, 0, (int) n);
    }
    return (int) n;
  }

  @Override
  public void close() {
    Fd.close(fd);
  }
}
