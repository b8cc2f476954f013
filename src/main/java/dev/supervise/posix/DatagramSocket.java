package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A Unix datagram socket that is bound to a name, non-blocking and closed on exec. The kernel says
/// who sent each message. Descriptors that a sender passes along are closed unseen.
///
/// Addresses are written as in `NOTIFY_SOCKET`: `/a/path`, or `@name` for one in the abstract
/// namespace, which is no file and is gone with its socket. One thread at a time may receive.
public final class DatagramSocket implements AutoCloseable {
  private static final MemorySegment SOCKET = Libc.symbol("socket");
  private static final MemorySegment BIND = Libc.symbol("bind");
  private static final MemorySegment SETSOCKOPT = Libc.symbol("setsockopt");
  private static final MemorySegment RECVMSG = Libc.symbol("recvmsg");
  private static final MemorySegment SENDTO = Libc.symbol("sendto");

  private static final int AF_UNIX = 1;
  private static final int DGRAM_CLOEXEC_NONBLOCK = 2 | 02000000 | 04000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PASSCRED = 16;
  private static final int SCM_CREDENTIALS = 2;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int EMSGSIZE = 90;
  private static final int NAME_LIMIT = 107;

  // struct msghdr of 56 bytes (see PacketSocket), its one iovec, then a control message that holds
  // the sender's credentials and nothing else: descriptors that are passed along find no room, and
  // the kernel closes them.
  private static final int IOV = 56;
  private static final int CONTROL = 72;
  private static final int CONTROL_SIZE = 32;

  private final int fd;
  private final int limit;
  private final MemorySegment memory = Arena.ofAuto().allocate(CONTROL + CONTROL_SIZE, 8);
  private final ByteBuffer header = memory.asByteBuffer().order(ByteOrder.nativeOrder());
  private final MemorySegment inMemory;
  private final ByteBuffer in;

  private DatagramSocket(int fd, int limit) {
    this.fd = fd;
    this.limit = limit;
    inMemory = Arena.ofAuto().allocate(limit, 8);
    in = inMemory.asByteBuffer();
  }

  /// A message and who sent it, as the kernel knows them.
  ///
  /// @param pid 0 when it is none of this process's namespace
  public record Message(byte[] bytes, int pid, int uid) {}

  /// @param address where it is reached
  /// @param limit the longest message; longer ones are dropped
  /// @throws IllegalStateException when the system refuses it, with its reason
  public static DatagramSocket bound(String address, int limit) {
    int fd = Libc.number(SOCKET, AF_UNIX, DGRAM_CLOEXEC_NONBLOCK, 0);
    if (fd < 0) {
      throw new IllegalStateException("a socket cannot be made: " + Errno.words(-fd));
    }
    Scratch one = Scratch.own();
    one.bytes.putInt(0, 1);
    int done = Libc.number(SETSOCKOPT, fd, SOL_SOCKET, SO_PASSCRED, one.address, 4, 0);
    if (done == 0) {
      Scratch name = Scratch.own();
      done = Libc.number(BIND, fd, name.address, name(name.bytes, address));
    }
    if (done < 0) {
      Fd.close(fd);
      throw new IllegalStateException(
          "a socket cannot be bound to " + address + ": " + Errno.words(-done));
    }
    return new DatagramSocket(fd, limit);
  }

  public int fd() {
    return fd;
  }

  /// Takes the next message; an empty one with pid 0 for one that was too long.
  ///
  /// @return null when there is none
  public @Nullable Message receive() {
    header.putLong(0, 0).putInt(8, 0);
    header.putLong(16, memory.address() + IOV).putLong(24, 1);
    header.putLong(IOV, inMemory.address()).putLong(IOV + 8, limit);
    header.putLong(32, memory.address() + CONTROL).putLong(40, CONTROL_SIZE).putInt(48, 0);
    long n = Libc.word(RECVMSG, fd, memory.address(), MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0) {
      return null;
    }
    boolean known =
        header.getLong(40) >= CONTROL_SIZE - 4
            && header.getInt(CONTROL + 8) == SOL_SOCKET
            && header.getInt(CONTROL + 12) == SCM_CREDENTIALS;
    if (!known || (header.getInt(48) & MSG_TRUNC) != 0) {
      return new Message(new byte[0], 0, -1);
    }
    byte[] bytes = new byte[(int) n];
    in.get(0, bytes);
    return new Message(bytes, header.getInt(CONTROL + 16), header.getInt(CONTROL + 20));
  }

  /// Sends one message, whole or not at all; never waits.
  ///
  /// @return 0 or a negative error number ([Errno#EAGAIN]: its receiver has too many unread)
  public static int send(String address, byte[] message) {
    int fd = Libc.number(SOCKET, AF_UNIX, DGRAM_CLOEXEC_NONBLOCK, 0);
    if (fd < 0) {
      return fd;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = Libc.bytes(arena, message);
      Scratch name = Scratch.own();
      int length = name(name.bytes, address);
      if (message.length > 0xFFFF) {
        return -EMSGSIZE;
      }
      long sent =
          Libc.word(SENDTO, fd, copy.address(), message.length, MSG_NOSIGNAL, name.address, length);
      return sent < 0 ? (int) sent : 0;
    } finally {
      Fd.close(fd);
    }
  }

  /// Lays out a `sockaddr_un`.
  ///
  /// @return its length
  private static int name(ByteBuffer bytes, String address) {
    byte[] text = address.getBytes(StandardCharsets.UTF_8);
    boolean hidden = address.startsWith("@");
    if (text.length < 2 || text.length > NAME_LIMIT || !hidden && !address.startsWith("/")) {
      throw new IllegalArgumentException("'" + address + "' is no address of a Unix socket");
    }
    if (hidden) {
      text[0] = 0;
    }
    bytes.putShort(0, (short) AF_UNIX).put(2, text).put(2 + text.length, (byte) 0);
    // In the abstract namespace every byte counts, a NUL at the end too.
    return 2 + text.length + (hidden ? 0 : 1);
  }

  @Override
  public void close() {
    Fd.close(fd);
  }
}
