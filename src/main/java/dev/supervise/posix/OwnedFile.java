package dev.supervise.posix;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;

/// A file that others write and this process is to act on: what it says is believed only when
/// nobody but its writers can have said it. Unlike what lies in a [PrivateDirectory] it may be
/// exchanged at any moment, so what is looked at is the open file and not its name.
///
/// @param owner the user who owns it, by number
public record OwnedFile(int owner, byte[] bytes) {
  private static final MemorySegment OPEN = Libc.symbol("open");
  private static final MemorySegment SYSCALL = Libc.symbol("syscall");

  // By number: not every C library has a function for it.
  private static final int SYS_STATX =
      System.getProperty("os.arch", "").equals("aarch64") ? 291 : 332;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int BASIC_STATS = 0x7ff;
  private static final int ELOOP = 40;
  private static final int ENXIO = 6;

  // struct statx of statx(2), the same everywhere.
  private static final int STATX_SIZE = 256;
  private static final int UID = 20;
  private static final int GID = 24;
  private static final int MODE = 28;

  /// It is there and is not believed. The message says why, without the name.
  public static final class Doubtful extends IOException {
    private static final long serialVersionUID = 1L;

    Doubtful(String why) {
      super(why);
    }
  }

  /// Reads it. Never waits: a pipe or a device is not read.
  ///
  /// @param users whose word is taken, by number
  /// @param groups who may have the right to write it besides, by number
  /// @param limit bytes; what is beyond is left out
  /// @throws NoSuchFileException there is none
  /// @throws Doubtful somebody else can have written it
  /// @throws IOException the system refuses it, with its reason
  public static OwnedFile read(Path path, Set<Integer> users, Set<Integer> groups, int limit)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      long name = Libc.text(arena, path.toString()).address();
      int flags = OpenFlags.NOFOLLOW | OpenFlags.NONBLOCK | OpenFlags.NOCTTY | OpenFlags.CLOEXEC;
      int fd = Libc.number(OPEN, name, flags, 0);
      switch (-fd) {
        case Errno.ENOENT, Errno.ENOTDIR -> throw new NoSuchFileException(path.toString());
        case ELOOP -> throw new Doubtful("is a symbolic link; name the file itself");
        case ENXIO -> throw new Doubtful("is no regular file");
        default -> {
          if (fd < 0) {
            throw new IOException(Errno.words(-fd));
          }
        }
      }
      try {
        return read(arena, fd, users, groups, limit);
      } finally {
        Fd.close(fd);
      }
    }
  }

  private static OwnedFile read(
      Arena arena, int fd, Set<Integer> users, Set<Integer> groups, int limit) throws IOException {
    MemorySegment is = arena.allocate(STATX_SIZE, 8);
    long empty = Libc.text(arena, "").address();
    int looked =
        Libc.number(SYSCALL, SYS_STATX, fd, empty, AT_EMPTY_PATH, BASIC_STATS, is.address());
    if (looked < 0) {
      throw new IOException(Errno.words(-looked));
    }
    ByteBuffer fields = is.asByteBuffer().order(java.nio.ByteOrder.nativeOrder());
    int owner = fields.getInt(UID);
    doubt(owner, fields.getInt(GID), fields.getShort(MODE) & 0xffff, users, groups);
    MemorySegment room = arena.allocate(limit, 1);
    long length = 0;
    while (length < limit) {
      long n = Fd.read(fd, room.address() + length, limit - length);
      if (n == 0) {
        break;
      }
      if (n < 0) {
        throw new IOException(Errno.words((int) -n));
      }
      length += n;
    }
    byte[] bytes = new byte[(int) length];
    room.asByteBuffer().get(bytes);
    return new OwnedFile(owner, bytes);
  }

  private static void doubt(int owner, int group, int mode, Set<Integer> users, Set<Integer> groups)
      throws Doubtful {
    if (Inode.Kind.of(mode) != Inode.Kind.FILE) {
      throw new Doubtful("is no regular file");
    }
    if (!users.contains(owner)) {
      throw new Doubtful("belongs to uid " + owner + ", whose word is not taken");
    }
    if ((mode & 02) != 0) {
      throw new Doubtful("may be written by everybody");
    }
    if ((mode & 020) != 0 && !groups.contains(group)) {
      throw new Doubtful("may be written by others of its group (gid " + group + ")");
    }
  }
}
