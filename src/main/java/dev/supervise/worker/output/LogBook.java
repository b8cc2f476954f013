package dev.supervise.worker.output;

import dev.supervise.spec.FileNames;
import dev.supervise.spec.Logs;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/// Where each unit's output is kept, for those who want to read it. Knows the files that units
/// named themselves from their first run on; all others follow from the unit's name. Thread-safe.
public final class LogBook {
  /// Where the lines of one unit are.
  ///
  /// @param files its file; where standard error is kept apart, that one's too
  /// @param format how a line stands in it
  public record Place(List<Path> files, Logs.Format format) {
    public Place {
      files = List.copyOf(files);
    }
  }

  private final Path folder;
  private final LongSupplier nanoClock;
  private final long opened;
  private final Map<String, Place> named = new ConcurrentHashMap<>();
  private final Map<Path, LogMarks> marks = new ConcurrentHashMap<>();

  /// @param folder where units log that name no file
  LogBook(Path folder, LongSupplier nanoClock) {
    this.folder = folder;
    this.nanoClock = nanoClock;
    this.opened = nanoClock.getAsLong();
  }

  /// Of an instance that does not run: where its units logged that name no file.
  ///
  /// @param folder need not exist
  public static LogBook left(Path folder) {
    return new LogBook(folder, () -> 0);
  }

  /// The units whose files lie in the folder, by full name: a file that was set aside belongs to
  /// the one it was.
  public Map<String, Place> written() throws IOException {
    Map<String, Place> found = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (name.endsWith(ERRORS) && Files.exists(folder.resolve(withoutErrors(name)))) {
          continue;
        }
        if (name.endsWith(LOG)) {
          Path errors = FileNames.errors(file);
          found.put(
              name.substring(0, name.length() - LOG.length()),
              new Place(
                  Files.exists(errors) ? List.of(file, errors) : List.of(file), Logs.Format.PLAIN));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return found;
  }

  private static final String LOG = ".log";
  private static final String ERRORS = ".err.log";

  private static String withoutErrors(String name) {
    return name.substring(0, name.length() - ERRORS.length()) + LOG;
  }

  /// So many bytes are being written to a file.
  void wrote(Path file, long bytes) {
    marks.computeIfAbsent(file, _ -> new LogMarks()).wrote(nanoClock.getAsLong(), bytes);
  }

  /// How many bytes were written to a file and its predecessors within the last `age`: never fewer,
  /// perhaps some that were written just before. Empty where that reaches back beyond this book.
  public OptionalLong recent(Path file, Duration age) {
    long moment = nanoClock.getAsLong() - age.toNanos();
    if (moment < opened) {
      return OptionalLong.empty();
    }
    LogMarks of = marks.get(file);
    return OptionalLong.of(of == null ? 0 : of.since(moment));
  }

  /// The folder of supervise's own that a file lies in; empty for one elsewhere.
  public Optional<Path> home(Path file) {
    return file.startsWith(folder) ? Optional.of(folder) : Optional.empty();
  }

  /// Where a unit of that full name logs that names no file.
  Path usual(String unit) {
    return FileNames.log(folder, unit);
  }

  /// The file of one unit; an instance of several has its own, `web-2.log` for `web.log`.
  ///
  /// @param dir what a relative file is below
  Path file(Logs.Captured logs, String unit, int instance, String dir) {
    Path file =
        logs.file().isEmpty()
            ? usual(unit)
            : FileNames.ofInstance(Path.of(dir).resolve(logs.file()).normalize(), instance);
    if (!logs.file().isEmpty() || logs.separate() || logs.format() != Logs.Format.PLAIN) {
      named.put(
          unit,
          new Place(
              logs.separate() ? List.of(file, FileNames.errors(file)) : List.of(file),
              logs.format()));
    }
    return file;
  }

  /// Where the lines of a unit are. Whether there are any is seen there.
  public Place of(String unit) {
    Place place = named.get(unit);
    return place != null ? place : new Place(List.of(usual(unit)), Logs.Format.PLAIN);
  }

  /// The same, also for a unit that has not run yet; empty for one whose output is not kept.
  public Optional<Place> of(String unit, UnitSpec spec, int instance) {
    if (named.containsKey(unit) || !(spec instanceof ProcessSpec process)) {
      return Optional.of(of(unit));
    }
    return switch (process.logs()) {
      case Logs.None(), Logs.Inherit() -> Optional.empty();
      case Logs.Captured captured -> {
        if (process.dir() instanceof Value.Fixed(String dir)) {
          file(captured, unit, instance, Path.of(process.base()).resolve(dir).toString());
        }
        yield Optional.of(of(unit));
      }
    };
  }
}
