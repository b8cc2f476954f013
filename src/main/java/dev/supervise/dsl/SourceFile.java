package dev.supervise.dsl;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A script file of a load.
///
/// @param path absolute, without `..` or links
/// @param shown as the user gave it
record SourceFile(Path path, String shown, String text) {
  /// @throws Wrong saying why the file cannot be a script
  static SourceFile read(Path path, String shown) {
    try {
      Path real = path.toRealPath();
      if (Files.isDirectory(real)) {
        throw new Wrong(shown + " is a directory, not a script");
      }
      if (Files.size(real) > 16 << 20) {
        throw new Wrong(shown + " is larger than 16 MB");
      }
      return new SourceFile(real, shown, Files.readString(real));
    } catch (NoSuchFileException _) {
      throw new Wrong(shown + " does not exist");
    } catch (CharacterCodingException _) {
      throw new Wrong(shown + " is not UTF-8 text");
    } catch (IOException unreadable) {
      throw new Wrong(shown + " cannot be read: " + unreadable.getMessage());
    }
  }

  /// How a file that an include names relative to this one is shown.
  static String sibling(String shown, String path) {
    int slash = shown.lastIndexOf('/');
    return path.startsWith("/") || slash < 0 ? path : shown.substring(0, slash + 1) + path;
  }
}
