package dev.supervise.control;

import dev.supervise.spec.InvalidJson;
import dev.supervise.spec.Json;
import dev.supervise.worker.LogReader;
import dev.supervise.worker.LogReader.Take;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

  /// Whether its lines carry times. Where they do not, `since` can only leave out whole files.
  public boolean timed() {
    return !log.format().equals("plain");
  }

  /// The last lines that are wanted, oldest first; none where nothing was written.
  ///
  /// @param since milliseconds since 1970
  public List<Stamped> last(int lines, long since, Predicate<String> wanted) throws IOException {
    List<Stamped> all = new ArrayList<>();
    for (String file : log.files()) {
      try {
        LogReader.last(
                Path.of(file),
                lines,
                part -> older(part, since),
                line -> choice(line, since, wanted))
            .forEach(line -> all.add(new Stamped(time(line), line)));
      } catch (NoSuchFileException nothingWritten) {
        continue;
      }
    }
    if (timed() && log.files().size() > 1) {
      all.sort(Comparator.comparingLong(line -> line.time().orElse(0)));
    }
    return all.subList(Math.max(0, all.size() - lines), all.size());
  }

  private Take choice(String line, long since, Predicate<String> wanted) {
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
