package dev.supervise.worker.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Reads log files while they are written and rotated: from the end backwards, on into the files
/// that were set aside (`web.log`, `web.log.1`, …), no further than it must.
public final class LogReader {
  private static final int PIECE = 1 << 16;

  /// Of an endless line so much is kept in memory.
  private static final int LONGEST = 1 << 20;

  private LogReader() {}

  /// What a line is taken for.
  public enum Take {
    YES,
    NO,
    /// Nor any before it.
    ENOUGH
  }

  /// Says of each line, from the last one backwards, whether it is wanted; a newline is counted
  /// among its bytes.
  public interface Choice {
    Take of(String line, int bytes);
  }

  /// The last lines, at most so many, oldest first.
  ///
  /// @throws NoSuchFileException there is no such file, nor one set aside
  public static List<String> last(Path file, int lines) throws IOException {
    return last(file, Optional.empty(), lines, _ -> false, (_, _) -> Take.YES);
  }

  /// The end of a regular file, at most so many bytes, none of those before `from`.
  public static ByteBuffer end(Path file, long from, int most) throws IOException {
    if (!Files.isRegularFile(file)) {
      return ByteBuffer.allocate(0);
    }
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      // One that was cut meanwhile is all new.
      long begin = channel.size() < from ? 0 : from;
      long start = Math.max(begin, channel.size() - most);
      return ByteBuffer.wrap(read(channel, start, (int) (channel.size() - start)));
    }
  }

  /// A file that is open already: it is read from `end` backwards, whatever it is called by now.
  ///
  /// @param key what the system knows it by
  public record Newest(SeekableByteChannel channel, Object key, long end) {}

  /// The last lines that are wanted, at most so many, oldest first.
  ///
  /// @param newest where to begin; empty: at the end of the newest file
  /// @param skipped whether a file need not be read, nor those set aside before it
  /// @throws NoSuchFileException there is no such file, nor one set aside
  public static List<String> last(
      Path path, Optional<Newest> newest, int lines, Predicate<Path> skipped, Choice choice)
      throws IOException {
    Path file = kept(path);
    List<String> found = new ArrayList<>();
    Set<Object> read = new HashSet<>();
    boolean more = true;
    if (newest.isPresent()) {
      read.add(newest.get().key());
      more = backwards(newest.get().channel(), newest.get().end(), lines, choice, found);
    }
    // Of the files there are, those before that one.
    boolean passed = newest.isEmpty();
    for (Path part = file; more && found.size() < lines; part = older(file, part)) {
      try (SeekableByteChannel channel = Files.newByteChannel(part)) {
        Object key = key(part).orElse(part);
        boolean fresh = read.add(key);
        if (passed && fresh) {
          more = !skipped.test(part) && backwards(channel, channel.size(), lines, choice, found);
        }
        // One met twice was set aside meanwhile.
        passed |= !fresh;
      } catch (NoSuchFileException noMore) {
        // Between two moves of a rotation the newest one is not there.
        more = part.equals(file);
      }
    }
    if (read.isEmpty()) {
      throw new NoSuchFileException(file.toString());
    }
    return found.reversed();
  }

  /// The file in which the lines of a log are, beside which those set aside stand: what its path
  /// leads to.
  ///
  /// @throws NoSuchFileException there is none: what it leads to keeps nothing (a device, a fifo)
  public static Path kept(Path path) throws NoSuchFileException {
    if (keepsNothing(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return LogPath.settled(path).orElse(path);
  }

  /// Whether what is written to a log goes where nobody can read it a second time. Opens nothing: a
  /// fifo may have a reader, and he is to have all of it.
  public static boolean keepsNothing(Path path) {
    return Files.exists(path) && (!Files.isRegularFile(path) || LogPath.settled(path).isEmpty());
  }

  /// What the system knows a file by, whatever it is called; empty when there is none.
  public static Optional<Object> key(Path path) throws IOException {
    try {
      return Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  /// `web.log.2` after `web.log.1`.
  public static Path older(Path file, Path part) {
    String name = file.getFileName().toString();
    String suffix = part.getFileName().toString().substring(name.length());
    int number = suffix.isEmpty() ? 0 : Integer.parseInt(suffix.substring(1));
    return file.resolveSibling(name + "." + (number + 1));
  }

  /// @param found what is wanted is added, the newest first
  /// @return whether older ones may be wanted too
  private static boolean backwards(
      SeekableByteChannel channel, long end, int lines, Choice choice, List<String> found)
      throws IOException {
    long from = end;
    byte[] begun = new byte[0];
    boolean last = true;
    while (from > 0) {
      int length = (int) Math.min(PIECE, from);
      from -= length;
      byte[] piece = joined(read(channel, from, length), begun);
      int stop = piece.length;
      for (int i = piece.length - 1; i >= 0; i--) {
        if (piece[i] == '\n') {
          // What follows the last newline of a file is a line only if there is anything.
          if ((!last || i + 1 < stop) && !taken(piece, i + 1, stop, lines, choice, found)) {
            return false;
          }
          last = false;
          stop = i;
        }
      }
      begun = Arrays.copyOf(piece, Math.min(stop, LONGEST));
    }
    return begun.length == 0 && last || taken(begun, 0, begun.length, lines, choice, found);
  }

  private static boolean taken(
      byte[] bytes, int from, int to, int lines, Choice choice, List<String> found) {
    String line = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    return switch (choice.of(line, to - from + 1)) {
      case YES -> {
        found.add(line);
        yield found.size() < lines;
      }
      case NO -> true;
      case ENOUGH -> false;
    };
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] read(SeekableByteChannel channel, long from, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    channel.position(from);
    int read = 0;
    // Until it is full, or the file was cut meanwhile.
    while (buffer.hasRemaining() && read >= 0) {
      read = channel.read(buffer);
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
