package dev.supervise.dsl;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32;

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

  /// A name for its class of its own, so that a stack frame names one file.
  String className() {
    String base = String.valueOf(path.getFileName());
    StringBuilder name = new StringBuilder();
    int end = base.endsWith(".groovy") ? base.length() - ".groovy".length() : base.length();
    for (int i = 0; i < end; i++) {
      char c = base.charAt(i);
      name.append(c < 128 && Character.isLetterOrDigit(c) ? c : '_');
    }
    CRC32 sum = new CRC32();
    sum.update(path.toString().getBytes(StandardCharsets.UTF_8));
    return name.append('_').append(Long.toHexString(sum.getValue())).toString();
  }

  /// How a file that an include names relative to this one is shown.
  static String sibling(String shown, String path) {
    int slash = shown.lastIndexOf('/');
    return path.startsWith("/") || slash < 0 ? path : shown.substring(0, slash + 1) + path;
  }
}
