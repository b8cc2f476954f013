package dev.supervise.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/// Where a script's state is kept: `.supervise` beside it, or, when that directory cannot be
/// written, `$XDG_STATE_HOME/supervise/<hash of the directory>` (`~/.local/state` where that is
/// unset).
final class StateDirectory {
  private StateDirectory() {}

  /// Names the directory; creates nothing.
  ///
  /// @param base the script's directory, absolute
  static Path of(Path base, Map<String, String> environment) {
    Path beside = base.resolve(".supervise");
    if (Files.isDirectory(beside) ? Files.isWritable(beside) : Files.isWritable(base)) {
      return beside;
    }
    String home = environment.getOrDefault("XDG_STATE_HOME", "");
    Path states =
        // The XDG base directory specification: a relative value is to be ignored.
        home.startsWith("/")
            ? Path.of(home)
            : Path.of(environment.getOrDefault("HOME", "/"), ".local", "state");
    return states.resolve("supervise").resolve(hash(base.toString()));
  }

  /// Creates it, for its owner only, if it is not there.
  ///
  /// @throws Refusal it cannot be created
  static void create(Path directory) {
    if (Files.isDirectory(directory)) {
      return;
    }
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new Refusal(
          ExitCodes.FAILED, "cannot create the state directory " + directory + ": " + reason(e));
    }
  }

  /// What went wrong with a file, without the file's name.
  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
