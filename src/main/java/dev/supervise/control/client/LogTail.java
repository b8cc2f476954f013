package dev.supervise.control.client;

import dev.supervise.control.protocol.UnitLog;
import dev.supervise.text.InvalidJson;
import dev.supervise.text.Json;
import dev.supervise.worker.output.LogReader;
import dev.supervise.worker.output.LogReader.Take;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/// Reads the lines of one unit from its files, on the client's side. One thread at a time.
public final class LogTail implements AutoCloseable {
  /// A line with what is known of its time.
  ///
  /// @param time milliseconds since 1970; empty where the file keeps no times
  public record Stamped(OptionalLong time, String text) {}

  private final UnitLog log;
  private final List<LogFollower> followers = new ArrayList<>();

  public LogTail(UnitLog log) {
    this.log = log;
  }

  public UnitLog log() {
    return log;
  }

  /// Whether a log's file is none that could be read: a device, a fifo.
  public static boolean keepsNothing(String file) {
    return LogReader.keepsNothing(Path.of(file));
  }

  /// Whether its lines carry times.
  public boolean timed() {
    return !log.format().equals("plain");
  }

  /// Whether it is known where the time asked for begins. Where it is not, only whole files can be
  /// left out.
  public boolean exact() {
    return timed() || !log.recent().isEmpty() && !log.recent().contains(-1L);
  }

  /// The last lines that are wanted, oldest first; none where nothing was written.
  ///
  /// @param since milliseconds since 1970
  public List<Stamped> last(int lines, long since, Predicate<String> wanted) throws IOException {
    List<Stamped> all = new ArrayList<>();
    for (int i = 0; i < log.files().size(); i++) {
      String file = log.files().get(i);
      long[] left = {!timed() && since > 0 && exact() ? log.recent().get(i) : Long.MAX_VALUE};
      Optional<LogReader.Newest> begins = begins(i);
      try {
        LogReader.last(
                Path.of(file),
                begins,
                lines,
                part -> older(part, since),
                (line, bytes) -> choice(line, bytes, left, since, wanted))
            .forEach(line -> all.add(new Stamped(time(line), line)));
      } catch (NoSuchFileException nothingWritten) {
        continue;
      } finally {
        if (begins.isPresent()) {
          followers.get(i).begin(begins.get());
        }
      }
    }
    if (timed() && log.files().size() > 1) {
      all.sort(Comparator.comparingLong(line -> line.time().orElse(0)));
    }
    return all.subList(Math.max(0, all.size() - lines), all.size());
  }

  /// The past ends where following begins, so that no line is lost or told twice.
  private Optional<LogReader.Newest> begins(int file) throws IOException {
    return followers.isEmpty() ? Optional.empty() : followers.get(file).begins();
  }

  private Take choice(String line, int bytes, long[] left, long since, Predicate<String> wanted) {
    if (left[0] <= 0) {
      return Take.ENOUGH;
    }
    left[0] -= bytes;
    OptionalLong time = since > 0 ? time(line) : OptionalLong.empty();
    if (time.isPresent() && time.getAsLong() < since) {
      return Take.ENOUGH;
    }
    return wanted.test(line) ? Take.YES : Take.NO;
  }

  private static boolean older(Path part, long since) {
    try {
      return since > 0 && Files.getLastModifiedTime(part).toMillis() < since;
    } catch (IOException gone) {
      return false;
    }
  }

  private OptionalLong time(String line) {
    try {
      return switch (log.format()) {
        case "timestamps" -> {
          int end = line.indexOf(' ');
          yield OptionalLong.of(
              Instant.parse(end < 0 ? line : line.substring(0, end)).toEpochMilli());
        }
        case "json" ->
            OptionalLong.of(
                Instant.parse(String.valueOf(Json.object(line).get("time"))).toEpochMilli());
        default -> OptionalLong.empty();
      };
    } catch (DateTimeParseException | InvalidJson notOne) {
      // Written before the format was chosen.
      return OptionalLong.empty();
    }
  }

  /// From here on [#next] yields what is written.
  public void follow() {
    for (String file : log.files()) {
      followers.add(new LogFollower(Path.of(file)));
    }
  }

  /// What was written since the last call, whole lines; does not wait.
  public List<String> next() throws IOException {
    List<String> lines = new ArrayList<>();
    for (LogFollower follower : followers) {
      follower.read(lines);
    }
    return lines;
  }

  @Override
  public void close() {
    followers.forEach(LogFollower::close);
  }
}
