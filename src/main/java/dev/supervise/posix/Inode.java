package dev.supervise.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// What a name in the file system stands for, the name itself looked at and not what it may point
/// to. Does without the C library, which takes longer to wake than a client's whole answer.
///
/// @param path its name for people
/// @param way how the system is asked for it
/// @param key device and number: the same for as long as it is the same thing
record Inode(Path path, Path way, Kind kind, int mode, int owner, int group, int names, Key key) {
  enum Kind {
    FILE("a file"),
    DIRECTORY("a directory"),
    LINK("a symbolic link"),
    PIPE("a named pipe"),
    SOCKET("a socket"),
    DEVICE("a device");

    final String words;

    Kind(String words) {
      this.words = words;
    }

    // The types of st_mode, inode(7).
    static Kind of(int mode) {
      return switch (mode & 0170000) {
        case 0100000 -> FILE;
        case 0040000 -> DIRECTORY;
        case 0120000 -> LINK;
        case 0010000 -> PIPE;
        case 0140000 -> SOCKET;
        default -> DEVICE;
      };
    }
  }

  record Key(long device, long number) {}

  /// What is there now; empty where nothing is.
  static Optional<Inode> at(Path path) throws IOException {
    return at(path, path);
  }

  /// The same for what the system is asked for in another way.
  static Optional<Inode> at(Path path, Path way) throws IOException {
    Map<String, Object> is;
    try {
      is = Files.readAttributes(way, "unix:mode,uid,gid,nlink,dev,ino", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    int mode = (int) number(is, "mode");
    return Optional.of(
        new Inode(
            path,
            way,
            Kind.of(mode),
            mode & 07777,
            (int) number(is, "uid"),
            (int) number(is, "gid"),
            (int) number(is, "nlink"),
            new Key(number(is, "dev"), number(is, "ino"))));
  }

  private static long number(Map<String, Object> is, String name) {
    return ((Number) Objects.requireNonNull(is.get(name))).longValue();
  }

  boolean ours() {
    return owner == Self.UID;
  }

  /// Others of the group, or everybody, may do something with it.
  boolean open() {
    return (mode & 077) != 0;
  }

  /// Makes it the owner's alone: `rwx------` or `rw-------`.
  void close() throws IOException {
    Files.setPosixFilePermissions(way, permissions(kind == Kind.DIRECTORY));
  }

  static Set<PosixFilePermission> permissions(boolean executable) {
    return PosixFilePermissions.fromString(executable ? "rwx------" : "rw-------");
  }

  /// `mallory`, or the number where the system knows no name.
  String ownerName() {
    try {
      return Files.getOwner(way, LinkOption.NOFOLLOW_LINKS).getName();
    } catch (IOException gone) {
      return Integer.toString(owner);
    }
  }

  /// Says why it is not taken for what should be there.
  ///
  /// @param wanted `a directory`, `a file`
  Untrusted refused(Kind wanted) {
    String tail = "; remove it";
    if (kind == Kind.LINK) {
      return new Untrusted(
          path, "is a symbolic link, where " + wanted.words + " is wanted" + tail, "");
    }
    if (!ours()) {
      String name = ownerName();
      return new Untrusted(
          path, "belongs to " + name + " (uid " + owner + ") and not to uid " + Self.UID, name);
    }
    if (kind != wanted) {
      return new Untrusted(
          path, "is " + kind.words + ", where " + wanted.words + " is wanted" + tail, "");
    }
    if (kind == Kind.FILE && names > 1) {
      return new Untrusted(
          path, "has " + names + " names (hard links), so it may be another file too" + tail, "");
    }
    return new Untrusted(path, "stays open to others whatever is done" + tail, "");
  }

  /// This process' effective user.
  static final class Self {
    static final int UID = uid();

    private Self() {}

    private static int uid() {
      Path self = Path.of("/proc/self");
      // Where there is no /proc: whose home it has.
      Path ours = Files.exists(self) ? self : Path.of(System.getProperty("user.home", "/"));
      try {
        return (Integer) Files.getAttribute(ours, "unix:uid");
      } catch (IOException e) {
        throw new IllegalStateException("whose process this is cannot be told: " + e, e);
      }
    }
  }
}
