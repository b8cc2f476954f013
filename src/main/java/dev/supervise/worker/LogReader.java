package dev.supervise.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads log files while they are written and rotated: from the end backwards, on into the files
/// that were set aside (`web.log`, `web.log.1`, …).
public final class LogReader {
  private static final int PIECE = 8192;

  /// An endless line is cut here.
  private static final int LONGEST = 64 << 10;

  private LogReader() {}

  /// The last whole lines, at most so many, oldest first. Goes on into files set aside while the
  /// newer ones hold too few.
  ///
  /// @throws NoSuchFileException there is none of them
  public static List<String> last(Path file, int lines) throws IOException {
    List<String> found = new ArrayList<>();
    boolean any = false;
    for (Path part = file; found.size() < lines; part = older(file, part)) {
      try {
        found.addAll(0, lastOf(part, lines - found.size()));
        any = true;
      } catch (NoSuchFileException noMore) {
        // Between two moves of a rotation the newest one is not there.
        if (part.equals(file) && Files.exists(older(file, part))) {
          continue;
        }
        break;
      }
    }
    if (!any) {
      throw new NoSuchFileException(file.toString());
    }
    return found;
  }

  /// `web.log.2` after `web.log.1`.
  static Path older(Path file, Path part) {
    String name = file.getFileName().toString();
    String suffix = part.getFileName().toString().substring(name.length());
    int number = suffix.isEmpty() ? 0 : Integer.parseInt(suffix.substring(1));
    return file.resolveSibling(name + "." + (number + 1));
  }

  private static List<String> lastOf(Path file, int lines) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long from = channel.size();
      int newlines = 0;
      byte[] tail = new byte[0];
      while (from > 0 && newlines <= lines && tail.length < Math.max(LONGEST, lines * 1024L)) {
        int length = (int) Math.min(PIECE, from);
        from -= length;
        byte[] piece = read(channel, from, length);
        for (byte each : piece) {
          newlines += each == '\n' ? 1 : 0;
        }
        byte[] longer = new byte[length + tail.length];
        System.arraycopy(piece, 0, longer, 0, length);
        System.arraycopy(tail, 0, longer, length, tail.length);
        tail = longer;
      }
      List<String> all = new ArrayList<>(new String(tail, StandardCharsets.UTF_8).lines().toList());
      return all.subList(Math.max(0, all.size() - lines), all.size());
    }
  }

  private static byte[] read(SeekableByteChannel channel, long from, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    channel.position(from);
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
      // Until it is full, or the file was cut meanwhile.
      continue;
    }
    return java.util.Arrays.copyOf(buffer.array(), buffer.position());
  }
}
