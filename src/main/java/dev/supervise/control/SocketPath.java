package dev.supervise.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where an instance's socket is: a short hashed name, because a socket's path may not be longer
/// than 107 bytes, in `$XDG_RUNTIME_DIR/supervise`, else in `/tmp/supervise-UID`. The instance
/// writes it into its state directory too, for clients whose environment is another.
public final class SocketPath {
  /// `sun_path` less its NUL.
  private static final int LONGEST = 107;

  private static final String RECORD = "socket";

  private SocketPath() {}

  /// The socket of the instance that keeps its state there. Creates nothing.
  public static Path of(Path stateDir, Map<String, String> environment) throws IOException {
    String name = hash(stateDir.toAbsolutePath().normalize().toString()) + ".sock";
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    // The XDG base directory specification: a relative value is to be ignored.
    if (runtime.startsWith("/") && Files.isWritable(Path.of(runtime))) {
      Path path = Path.of(runtime, "supervise", name);
      if (path.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length <= LONGEST) {
        return path;
      }
    }
    return Path.of("/tmp", "supervise-" + uid(), name);
  }

  /// Where clients look, the likeliest first.
  public static Set<Path> candidates(Path stateDir, Map<String, String> environment)
      throws IOException {
    Set<Path> paths = new java.util.LinkedHashSet<>();
    recorded(stateDir).ifPresent(paths::add);
    paths.add(of(stateDir, environment));
    return paths;
  }

  private static Optional<Path> recorded(Path stateDir) throws IOException {
    Path record = stateDir.resolve(RECORD);
    return Files.exists(record)
        ? Optional.of(Path.of(Files.readString(record).strip()))
        : Optional.empty();
  }

  static void record(Path stateDir, Path socket) throws IOException {
    Files.writeString(stateDir.resolve(RECORD), socket + "\n");
  }

  static void unrecord(Path stateDir) throws IOException {
    Files.deleteIfExists(stateDir.resolve(RECORD));
  }

  /// Makes the socket's directory, for its owner only, or checks the one that is there: it must be
  /// a real directory, ours, and nobody else's to look into.
  ///
  /// @throws IOException it is somebody else's, or cannot be made
  static void prepare(Path directory) throws IOException {
    Set<PosixFilePermission> ours = PosixFilePermissions.fromString("rwx------");
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(ours));
    }
    boolean fine =
        Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
            && uid().equals(Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    if (!fine) {
      throw new IOException(
          directory + " is not a directory of ours; remove it, or set XDG_RUNTIME_DIR");
    }
    Files.setPosixFilePermissions(directory, ours);
  }

  /// Whose process this is; where there is no /proc, whose home it has.
  private static Object uid() throws IOException {
    Path self = Path.of("/proc/self");
    Path ours = Files.exists(self) ? self : Path.of(System.getProperty("user.home", "/"));
    return Files.getAttribute(ours, "unix:uid");
  }

  /// 64 bits, FNV-1a: names one of a user's own directories, protects nothing.
  private static String hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      hash = (hash ^ b & 0xff) * 0x100000001b3L;
    }
    return java.util.HexFormat.of().toHexDigits(hash);
  }
}
