package dev.supervise.control.protocol;

import dev.supervise.posix.PrivateDirectory;
import dev.supervise.posix.Untrusted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where an instance's socket may be. Its name follows from the state directory alone, so that a
/// client finds it although that directory is gone; the directory is the first of these that can be
/// used: `$XDG_RUNTIME_DIR/supervise`, `/run/user/UID/supervise`, `/tmp/supervise-UID`, at last the
/// state directory itself. A client's environment may be another than the instance's, and other
/// users may be in the way of either: so the instance writes a note into its state directory, and a
/// client looks there first and then in all of them.
///
/// Names only; makes and opens nothing but the note.
public final class SocketPlaces {
  /// The note, in the state directory.
  public static final String NOTE = "socket";

  public static final String IDENTITIES = ".identities";

  /// In the state directory.
  private static final String BESIDE_STATE = "control.sock";

  private static final int LONGEST_NOTE = 4096;

  private SocketPlaces() {}

  /// What the files of the instance that keeps its state there are called in a directory that
  /// others share, without `.sock` or `.lock`.
  ///
  /// @param stateDir absolute, without links
  public static String name(Path stateDir) {
    return hash(stateDir.toString());
  }

  /// The directories for short-lived files, the best first; whether they are there and whose they
  /// are is not looked at.
  public static List<Path> directories(Map<String, String> environment) {
    Set<Path> directories = new LinkedHashSet<>();
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    // The XDG base directory specification: a relative value is to be ignored.
    if (runtime.startsWith("/")) {
      directories.add(Path.of(runtime).normalize().resolve("supervise"));
    }
    int uid = PrivateDirectory.user();
    directories.add(Path.of("/run/user", Integer.toString(uid), "supervise"));
    directories.add(Path.of("/tmp/supervise-" + uid));
    return List.copyOf(directories);
  }

  /// The socket in one of them.
  public static Path socket(Path directory, Path stateDir) {
    return directory.resolve(name(stateDir) + ".sock");
  }

  /// In one of them, the copy of what the next supervisor must know of this one.
  public static Path identities(Path directory, Path stateDir) {
    return directory.resolve(name(stateDir) + IDENTITIES);
  }

  /// Whether a program can name it as it is: an address holds 107 bytes of a path.
  public static boolean fits(Path socket) {
    return SocketAddress.fits(socket.toString());
  }

  /// The socket where none of them can be used.
  public static Path last(Path stateDir) {
    return stateDir.resolve(BESIDE_STATE);
  }

  /// Where a client looks without a note, the likeliest first.
  public static List<Path> sockets(Path stateDir, Map<String, String> environment) {
    List<Path> sockets = new ArrayList<>();
    directories(environment).forEach(each -> sockets.add(socket(each, stateDir)));
    sockets.add(last(stateDir));
    return sockets;
  }

  /// Where the note says that it is.
  ///
  /// @throws Untrusted the state directory is somebody else's
  public static Optional<Path> noted(Path stateDir) throws IOException {
    Optional<PrivateDirectory> state = PrivateDirectory.find(stateDir);
    if (state.isEmpty()) {
      return Optional.empty();
    }
    return note(state.get())
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip())
        // Nobody writes anything else; what it is is looked at before it is used.
        .filter(text -> text.startsWith("/") && text.endsWith(".sock"))
        .filter(text -> text.chars().noneMatch(Character::isISOControl))
        .flatMap(SocketPlaces::path);
  }

  private static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      // Letters that this locale has no bytes for.
      return Optional.empty();
    }
  }

  /// It only helps: what is no note of ours is passed over, and the other places are tried.
  private static Optional<byte[]> note(PrivateDirectory state) {
    try {
      return state.read(NOTE, LONGEST_NOTE);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Writes the note.
  public static void note(Path stateDir, Path socket) throws IOException {
    PrivateDirectory.create(stateDir)
        .replace(NOTE, (socket + "\n").getBytes(StandardCharsets.UTF_8));
  }

  public static void forget(Path stateDir) throws IOException {
    Optional<PrivateDirectory> state = PrivateDirectory.find(stateDir);
    if (state.isPresent()) {
      state.get().remove(NOTE);
    }
  }

  /// Whether a directory of that name can be expected to be made: the one above it is there.
  public static boolean possible(Path directory) {
    Path above = directory.getParent();
    return above != null && Files.isDirectory(above);
  }

  /// 64 bits, FNV-1a: names one of a user's own directories, protects nothing.
  private static String hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ b & 0xff) * 0x100000001b3L;
    }
    return HexFormat.of().toHexDigits(hash);
  }
}
