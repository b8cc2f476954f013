package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// What the kernel says of a file, by statx(2), whose answer has the same layout on every machine.
///
/// @param device with `inode` it names the file, whatever it is called by now
/// @param size in bytes
/// @param owner its uid
public record FileFacts(Kind kind, long device, long inode, long size, int owner) {
  /// What stands behind a name.
  public enum Kind {
    REGULAR("a file"),
    DIRECTORY("a directory"),
    LINK("a symbolic link"),
    FIFO("a fifo"),
    CHARACTER("a device"),
    BLOCK("a block device"),
    SOCKET("a socket");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /// `a directory`.
    public String words() {
      return words;
    }
  }

  private static final MemorySegment STATX = Libc.symbol("statx");
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int BASIC_STATS = 0x7ff;

  // struct statx { … uid 20, gid 24, mode 28, ino 32, size 40, … dev_major 136, dev_minor 140 }
  private static final int UID = 20;
  private static final int MODE = 28;
  private static final int INODE = 32;
  private static final int SIZE = 40;
  private static final int DEVICE_MAJOR = 136;
  private static final int DEVICE_MINOR = 140;
  private static final int TYPE_SHIFT = 12;

  /// Whether both are the same file, under whatever names.
  public boolean same(FileFacts other) {
    return device == other.device && inode == other.inode;
  }

  /// What a path leads to, the last link followed.
  ///
  /// @throws Missing with the error number, when it leads nowhere or may not be looked at
  public static FileFacts of(String path) throws Missing {
    return ask(AT_FDCWD, path, 0);
  }

  /// What stands at a path, the link itself where it is one.
  public static FileFacts ofName(String path) throws Missing {
    return ask(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW);
  }

  /// What a descriptor is open on.
  public static FileFacts of(int fd) throws Missing {
    return ask(fd, "", AT_EMPTY_PATH);
  }

  /// There is nothing to be said of it.
  public static final class Missing extends Exception {
    private static final long serialVersionUID = 1L;
    private final int errno;

    Missing(int errno) {
      super(Errno.words(errno), null, false, false);
      this.errno = errno;
    }

    public int errno() {
      return errno;
    }
  }

  private static FileFacts ask(int from, String path, int flags) throws Missing {
    ByteBuffer found = Scratch.own().bytes;
    int answer;
    try (Arena arena = Arena.ofConfined()) {
      long name = Libc.text(arena, path).address();
      answer = Libc.number(STATX, from, name, flags, BASIC_STATS, Scratch.own().address, 0);
    }
    if (answer < 0) {
      throw new Missing(-answer);
    }
    return new FileFacts(
        kind(found.getShort(MODE)),
        (long) found.getInt(DEVICE_MAJOR) << 32 | found.getInt(DEVICE_MINOR) & 0xffffffffL,
        found.getLong(INODE),
        found.getLong(SIZE),
        found.getInt(UID));
  }

  private static Kind kind(short mode) {
    return switch ((mode & 0xffff) >> TYPE_SHIFT) {
      case 1 -> Kind.FIFO;
      case 2 -> Kind.CHARACTER;
      case 4 -> Kind.DIRECTORY;
      case 6 -> Kind.BLOCK;
      case 10 -> Kind.LINK;
      case 12 -> Kind.SOCKET;
      default -> Kind.REGULAR;
    };
  }
}
