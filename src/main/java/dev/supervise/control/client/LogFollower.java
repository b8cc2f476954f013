package dev.supervise.control.client;

import dev.supervise.worker.output.LogReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads one log file on from its present end, through rotations: the file at hand is read to its
/// end under whatever name it has by then, then the one that came after it.
final class LogFollower implements AutoCloseable {
  /// Read in one go, so that of several files each has its turn.
  private static final int MOST = 1 << 20;

  private static final int PIECE = 1 << 16;

  /// An endless line is passed on in pieces.
  private static final int LONGEST = 1 << 20;

  private record Part(SeekableByteChannel channel, Object key) {}

  private final Path file;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
  private @Nullable Part part;

  LogFollower(Path file) {
    this.file = file;
    try {
      Part now = open(file);
      now.channel().position(now.channel().size());
      part = now;
    } catch (IOException notYet) {
      // It is made with the first line; that one belongs to what follows.
      part = null;
    }
  }

  /// Where following begins, before anything was read; empty where there was no file.
  Optional<LogReader.Newest> begins() throws IOException {
    Part now = part;
    return now == null
        ? Optional.empty()
        : Optional.of(new LogReader.Newest(now.channel(), now.key(), now.channel().position()));
  }

  /// Goes back to that place, when somebody has read elsewhere.
  void begin(LogReader.Newest newest) throws IOException {
    newest.channel().position(newest.end());
  }

  /// Adds the whole lines there are.
  void read(List<String> lines) throws IOException {
    int left = MOST;
    while (left > 0) {
      Part now = part;
      if (now == null) {
        try {
          part = open(file);
        } catch (NoSuchFileException notYet) {
          return;
        }
      } else {
        int read = piece(now.channel(), lines);
        if (read <= 0 && !replaced(now)) {
          return;
        }
        // Nothing is added to a file that has been set aside: this time its end is the end.
        read = read > 0 ? read : piece(now.channel(), lines);
        left -= Math.max(0, read);
        if (read <= 0 && !goneOn(now)) {
          return;
        }
      }
    }
  }

  /// @return how many bytes came
  private int piece(SeekableByteChannel channel, List<String> lines) throws IOException {
    if (channel.size() < channel.position()) {
      // A piece of a line was taken back, for want of room.
      channel.position(channel.size());
    }
    ByteBuffer buffer = ByteBuffer.allocate(PIECE);
    int read = channel.read(buffer);
    for (int i = 0; i < read; i++) {
      byte each = buffer.get(i);
      if (each != '\n') {
        begun.write(each);
      }
      if (each == '\n' || begun.size() >= LONGEST) {
        lines.add(begun.toString(StandardCharsets.UTF_8));
        begun.reset();
      }
    }
    return read;
  }

  private boolean replaced(Part now) throws IOException {
    return LogReader.key(file).filter(current -> !current.equals(now.key())).isPresent();
  }

  /// Goes on to the file that came after this one.
  ///
  /// @return false if that one was moved just now
  private boolean goneOn(Part now) throws IOException {
    try {
      Path newest = LogReader.kept(file);
      Path after = newest;
      for (Path older = LogReader.older(newest, newest);
          LogReader.key(older).isPresent();
          older = LogReader.older(newest, older)) {
        if (LogReader.key(older).get().equals(now.key())) {
          break;
        }
        after = older;
      }
      boolean found =
          LogReader.key(LogReader.older(newest, after)).filter(now.key()::equals).isPresent();
      // One that was set aside further than is kept, or moved by somebody: on with the newest.
      part = open(found ? after : newest);
    } catch (NoSuchFileException movedMeanwhile) {
      return false;
    }
    now.channel().close();
    return true;
  }

  private static Part open(Path named) throws IOException {
    Path path = LogReader.kept(named);
    while (true) {
      Object before =
          LogReader.key(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
      SeekableByteChannel channel = Files.newByteChannel(path);
      if (LogReader.key(path).filter(before::equals).isPresent()) {
        return new Part(channel, before);
      }
      // Renamed between the two looks.
      channel.close();
    }
  }

  @Override
  public void close() {
    Part now = part;
    part = null;
    if (now != null) {
      try {
        now.channel().close();
      } catch (IOException e) {
        // It was only read from.
        return;
      }
    }
  }
}
