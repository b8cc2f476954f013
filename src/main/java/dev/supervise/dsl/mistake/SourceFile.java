package dev.supervise.dsl.mistake;

import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.zip.CRC32;

/// A script file of a load.
///
/// @param path absolute, without `..` or links
/// @param shown as the user gave it
/// @param text without a byte order mark
public record SourceFile(Path path, String shown, String text) {
  private static final int LIMIT_BYTES = 16 << 20;
  private static final int KIND = 0170000;

  /// Reads a regular file, and of one that grows meanwhile no more than a script may have.
  ///
  /// @throws WordError saying why the file cannot be a script
  /// @throws ScriptMistakes its bytes are no text
  public static SourceFile read(Path path, String shown) {
    try {
      BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class);
      if (!is.isRegularFile()) {
        throw new WordError(shown + " is " + kind(path, is) + ", not a script");
      }
      Path real = path.toRealPath();
      byte[] bytes;
      try (InputStream in = Files.newInputStream(real)) {
        bytes = in.readNBytes(LIMIT_BYTES + 1);
      }
      if (bytes.length > LIMIT_BYTES) {
        throw new WordError(shown + " is larger than 16 MB");
      }
      return new SourceFile(real, shown, decoded(bytes, shown));
    } catch (NoSuchFileException _) {
      throw new WordError(shown + " does not exist");
    } catch (IOException unreadable) {
      throw new WordError(shown + " cannot be read: " + reason(unreadable));
    }
  }

  /// The file that an include names, relative to this one.
  ///
  /// @throws WordError it is no path
  public Path sibling(String path) {
    try {
      return this.path.resolveSibling(path);
    } catch (InvalidPathException _) {
      throw new WordError("'" + path + "' is no path of a file");
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  private static String kind(Path path, BasicFileAttributes is) throws IOException {
    if (is.isDirectory()) {
      return "a directory";
    }
    try {
      Object mode = Files.getAttribute(path, "unix:mode");
      return switch (mode instanceof Integer bits ? bits & KIND : 0) {
        case 0010000 -> "a pipe";
        case 0140000 -> "a socket";
        case 0020000, 0060000 -> "a device";
        default -> "no regular file";
      };
    } catch (UnsupportedOperationException | IllegalArgumentException notUnix) {
      return "no regular file";
    }
  }

  private static String decoded(byte[] bytes, String shown) {
    if (begins(bytes, 0xfe, 0xff) || begins(bytes, 0xff, 0xfe)) {
      throw noText(shown, 1, "this is UTF-16 text, and a script is UTF-8");
    }
    int mark = begins(bytes, 0xef, 0xbb, 0xbf) ? 3 : 0;
    ByteBuffer in = ByteBuffer.wrap(bytes, mark, bytes.length - mark);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      int line = 1;
      for (int i = 0; i < in.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw noText(
          shown,
          line,
          String.format("this is no UTF-8 text: there is a byte 0x%02X", bytes[in.position()]));
    }
    return out.flip().toString();
  }

  private static boolean begins(byte[] bytes, int... with) {
    for (int i = 0; i < with.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xff) != with[i]) {
        return false;
      }
    }
    return true;
  }

  private static ScriptMistakes noText(String shown, int line, String message) {
    Mistake mistake =
        new Mistake(new Origin(shown, line), 0, "", "", message, "save the script as UTF-8");
    return ScriptMistakes.unparsed(List.of(mistake), "");
  }

  /// A name for its class of its own, so that a stack frame names one file.
  public String className() {
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
  public static String sibling(String shown, String path) {
    int slash = shown.lastIndexOf('/');
    return path.startsWith("/") || slash < 0 ? path : shown.substring(0, slash + 1) + path;
  }
}
