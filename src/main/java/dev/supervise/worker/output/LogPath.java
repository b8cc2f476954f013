package dev.supervise.worker.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Where the path of a log leads.
public final class LogPath {
  /// As many links as the kernel follows.
  private static final int LINKS = 40;

  private static final Path PROC = Path.of("/proc");
  private static final Path OWN = Path.of("/proc/self/fd");

  private static final int TYPE = 0170000;
  private static final int FIFO = 0010000;
  private static final int BLOCK = 0060000;
  private static final int SOCKET = 0140000;

  private LogPath() {}

  /// What a path comes to when its links are followed.
  sealed interface Lead {
    /// @param name under which the file is kept, and beside which it is set aside
    record Kept(Path name) implements Lead {}

    /// Something this process has open already: `/dev/stdout`.
    record Held(int descriptor) implements Lead {}

    /// A circle, what cannot be read, or what another process has open.
    record Astray() implements Lead {}
  }

  static Lead followed(Path path) {
    Path at = path;
    try {
      for (int links = 0; Files.isSymbolicLink(at); links++) {
        Path folder = at.toAbsolutePath().resolveSibling("").toRealPath();
        if (folder.startsWith(PROC)) {
          String number = at.getFileName().toString();
          return folder.equals(OWN.toRealPath()) && number.matches("\\d{1,9}")
              ? new Lead.Held(Integer.parseInt(number))
              : new Lead.Astray();
        }
        if (links == LINKS) {
          return new Lead.Astray();
        }
        at = folder.resolve(Files.readSymbolicLink(at));
      }
      return new Lead.Kept(at);
    } catch (IOException unreadable) {
      return new Lead.Astray();
    }
  }

  /// The name under which the file itself is kept, and beside which it is set aside: the path, or
  /// what it leads to where it is a link. Empty where that is nothing that could be renamed.
  public static Optional<Path> settled(Path path) {
    return switch (followed(path)) {
      case Lead.Kept(Path name) -> Optional.of(name);
      case Lead.Held _, Lead.Astray _ -> Optional.empty();
    };
  }

  /// What keeps a log at this path from being set aside when it is full, in words for people; empty
  /// for a file, and where nothing is yet. Reads the file system.
  public static Optional<String> fixed(Path path) {
    if (Files.isDirectory(path)) {
      return Optional.of("is a directory: no log can be opened there");
    }
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    if (settled(path).isEmpty()) {
      return Optional.of(
          "is open already: lines are added to it, it is never set aside" + instead(path));
    }
    if (!Files.isRegularFile(path)) {
      String kind = kind(path);
      return Optional.of(
          switch (kind) {
            case "socket", "block device" -> "is a " + kind + ": no log can be opened there";
            default ->
                "is a " + kind + ": lines are added to it, it is never set aside" + instead(path);
          });
    }
    return Optional.empty();
  }

  private static String instead(Path path) {
    return switch (path.toString()) {
      case "/dev/null" -> " (logs none keeps nothing)";
      case "/dev/stdout", "/dev/stderr", "/dev/tty" ->
          " (logs inherit writes to where supervise itself does)";
      default -> "";
    };
  }

  private static String kind(Path path) {
    try {
      return switch (((Integer) Files.getAttribute(path, "unix:mode")) & TYPE) {
        case FIFO -> "fifo";
        case BLOCK -> "block device";
        case SOCKET -> "socket";
        default -> "device";
      };
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return "device";
    }
  }
}
