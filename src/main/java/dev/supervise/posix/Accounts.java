package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/// Users and groups by the system's own rules (NSS): may ask a directory server and take its time.
public final class Accounts {
  private static final int SCRATCH = 64 << 10;
  private static final int ROOM = 65_536;

  private Accounts() {}

  /// @param uid its number
  /// @param gid its own group
  /// @param name as the system spells it
  /// @param home its directory; empty where it has none
  /// @param shell what it logs in to; empty where nothing is said
  public record User(String name, int uid, int gid, String home, String shell) {}

  // struct passwd { name 0, passwd 8, uid 16, gid 20, gecos 24, dir 32, shell 40 } and
  // struct group { name 0, passwd 8, gid 16, … } in glibc and musl on 64 bits.

  public static Optional<User> user(String name) {
    try (Arena arena = Arena.ofConfined()) {
      return userBy(arena, "getpwnam_r", Libc.text(arena, name).address());
    }
  }

  public static Optional<User> user(int uid) {
    try (Arena arena = Arena.ofConfined()) {
      return userBy(arena, "getpwuid_r", Integer.toUnsignedLong(uid));
    }
  }

  public static OptionalInt group(String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment entry = arena.allocate(128, 8);
      MemorySegment result = arena.allocate(8, 8);
      Libc.number(
          Libc.symbol("getgrnam_r"),
          Libc.text(arena, name).address(),
          entry.address(),
          arena.allocate(SCRATCH * 16, 8).address(),
          SCRATCH * 16,
          result.address(),
          0);
      return struct(result).getLong(0) == 0
          ? OptionalInt.empty()
          : OptionalInt.of(struct(entry).getInt(16));
    }
  }

  /// All groups `name` belongs to, `gid` among them.
  public static int[] groups(String name, int gid) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment list = arena.allocate(4L * ROOM, 8);
      MemorySegment count = arena.allocate(4, 4);
      struct(count).putInt(0, ROOM);
      Libc.number(
          Libc.symbol("getgrouplist"),
          Libc.text(arena, name).address(),
          gid,
          list.address(),
          count.address(),
          0,
          0);
      int[] groups = new int[Math.min(struct(count).getInt(0), ROOM)];
      struct(list).asIntBuffer().get(groups);
      return groups;
    }
  }

  private static ByteBuffer struct(MemorySegment memory) {
    return memory.asByteBuffer().order(ByteOrder.nativeOrder());
  }

  private static Optional<User> userBy(Arena arena, String function, long key) {
    MemorySegment entry = arena.allocate(128, 8);
    MemorySegment result = arena.allocate(8, 8);
    Libc.number(
        Libc.symbol(function),
        key,
        entry.address(),
        arena.allocate(SCRATCH, 8).address(),
        SCRATCH,
        result.address(),
        0);
    if (struct(result).getLong(0) == 0) {
      return Optional.empty();
    }
    ByteBuffer fields = struct(entry);
    return Optional.of(
        new User(
            text(fields.getLong(0)),
            fields.getInt(16),
            fields.getInt(20),
            text(fields.getLong(32)),
            text(fields.getLong(40))));
  }

  private static String text(long address) {
    return address == 0 ? "" : new String(Libc.text(address), StandardCharsets.UTF_8);
  }
}
