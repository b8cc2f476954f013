package dev.supervise.store;

import dev.supervise.posix.PrivateDirectory;
import dev.supervise.posix.Untrusted;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/// A SQLite file that is only looked at: nothing is written to it, no file is made beside it, no
/// lock is taken and none is waited for. Where what was written last still stands in the
/// write-ahead log, a copy of both is read. It is put where temporary files go, for its owner only,
/// until [#close].
final class RecordFile implements ReadConnections.Source, AutoCloseable {
  private static final int PATIENCE_MILLIS = 2000;

  /// So often a copy is made that nobody has written into.
  private static final int TRIES = 5;

  private final Path file;
  private final List<Database.Migration> form;
  private final Path scratch;
  private final String address;

  /// @param form the newest form of the file
  /// @throws StoreFailure it cannot be read, and why
  static RecordFile of(Path file, List<Database.Migration> form) {
    try {
      look(file);
      Path scratch = Files.createTempDirectory("supervise.read-");
      try {
        RecordFile record = new RecordFile(file, form, scratch, address(file, scratch));
        record.check();
        return record;
      } catch (SQLException e) {
        delete(scratch);
        throw SqliteErrors.of(file, e);
      } catch (IOException | RuntimeException e) {
        delete(scratch);
        throw e;
      }
    } catch (Untrusted e) {
      throw new StoreFailure(StoreFailure.Kind.UNSUITABLE, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new StoreFailure(StoreFailure.Kind.OTHER, file + " cannot be read: " + e, e);
    }
  }

  /// SQLite opens by path and follows links: what it will open is looked at first.
  private static void look(Path file) throws IOException {
    Optional<PrivateDirectory> state =
        PrivateDirectory.find(file.toAbsolutePath().resolveSibling(""));
    for (String part : Database.PARTS) {
      if (state.isPresent()) {
        state.get().find(file.getFileName() + part);
      }
    }
  }

  private RecordFile(Path file, List<Database.Migration> form, Path scratch, String address) {
    this.file = file;
    this.form = form;
    this.scratch = scratch;
    this.address = address;
  }

  /// Without a log the file is all there is.
  private static String address(Path file, Path scratch) throws IOException {
    Path log = beside(file, "-wal");
    if (!Files.exists(log) || Files.size(log) == 0) {
      return uri(file) + "?mode=ro&immutable=1";
    }
    Path copy = scratch.resolve(String.valueOf(file.getFileName()));
    for (int i = 0; i < TRIES; i++) {
      List<Stamp> before = List.of(Stamp.of(file), Stamp.of(log));
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(log, beside(copy, "-wal"), StandardCopyOption.REPLACE_EXISTING);
      if (before.equals(List.of(Stamp.of(file), Stamp.of(log)))) {
        return uri(copy);
      }
    }
    throw new StoreFailure(
        StoreFailure.Kind.LOCKED,
        file + " is being written by somebody else, so it is not read; try again");
  }

  /// Whether a file was written between two looks.
  private record Stamp(long size, FileTime changed) {
    static Stamp of(Path file) throws IOException {
      return new Stamp(Files.size(file), Files.getLastModifiedTime(file));
    }
  }

  private static Path beside(Path file, String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }

  /// As SQLite reads it: https://www.sqlite.org/uri.html.
  private static String uri(Path file) {
    return "file:" + file.toAbsolutePath().toUri().getRawPath();
  }

  /// In SQL, as what may be attached.
  String address() {
    return address.replace("'", "''");
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Connection reader() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("busy_timeout", Integer.toString(PATIENCE_MILLIS));
    return SqliteNative.connect(scratch, address, properties);
  }

  private void check() throws SQLException {
    int version;
    try (Connection connection = reader();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("pragma user_version")) {
      version = found.next() ? found.getInt(1) : 0;
    }
    if (version != form.size()) {
      throw new StoreFailure(
          version > form.size() ? StoreFailure.Kind.TOO_NEW : StoreFailure.Kind.OTHER,
          file
              + " was written by "
              + (version > form.size() ? "a later" : "an earlier")
              + " version of supervise (form "
              + version
              + ", this one reads "
              + form.size()
              + (version > form.size() ? ")" : "); the next start brings it up to date"));
    }
  }

  @Override
  public void close() {
    try {
      delete(scratch);
    } catch (IOException e) {
      // A megabyte among temporary files.
      System.getLogger("dev.supervise").log(System.Logger.Level.DEBUG, "not removed", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
