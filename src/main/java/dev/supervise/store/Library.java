package dev.supervise.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/// SQLite's native library. It has to be a file to be loaded: it is unpacked into a folder of its
/// own, for its owner only, where there is room and programs may be run from, loaded, and removed
/// at once.
final class Library {
  /// Where the driver is told to look instead of unpacking the library itself.
  private static final String PATH = "org.sqlite.lib.path";

  private static boolean loaded;

  private Library() {}

  /// @param directory the state directory, tried first: nobody else may write there
  /// @throws SQLException it can be loaded from nowhere; says from where it was tried, and why not
  static void load(Path directory) throws SQLException {
    if (loaded) {
      return;
    }
    // Whoever names a library of his own has it.
    if (System.getProperty(PATH) == null) {
      unpacked(directory);
    } else {
      initialize();
    }
    loaded = true;
  }

  private static void unpacked(Path directory) throws SQLException {
    List<String> failures = new ArrayList<>();
    for (Path place : places(directory)) {
      try {
        from(place);
        return;
      } catch (IOException e) {
        failures.add(place + ": " + reason(e));
      } catch (UnsatisfiedLinkError e) {
        // A file system that nothing may be run from, for one.
        failures.add(place + ": " + e.getMessage());
      }
    }
    throw new SQLException(
        "its library cannot be unpacked and loaded; tried " + String.join("; ", failures));
  }

  private static Set<Path> places(Path directory) {
    Set<Path> places = new LinkedHashSet<>();
    places.add(directory);
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    if (runtime != null && runtime.startsWith("/")) {
      places.add(Path.of(runtime));
    }
    places.add(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
    return places;
  }

  private static void from(Path place) throws IOException, SQLException {
    Path folder =
        Files.createTempDirectory(
            place,
            "sqlite-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path file = folder.resolve(LibraryLoaderUtil.getNativeLibName());
    try {
      String name =
          LibraryLoaderUtil.getNativeLibResourcePath() + "/" + LibraryLoaderUtil.getNativeLibName();
      try (InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(name)) {
        if (library == null) {
          throw new IOException("there is none for this system (" + name + ")");
        }
        Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
      }
      // Here and not by the driver, which keeps the reason to itself; to the driver it is loaded
      // then.
      System.load(file.toString());
      System.setProperty(PATH, folder.toString());
      initialize();
    } finally {
      System.clearProperty(PATH);
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  private static void initialize() throws SQLException {
    try {
      SQLiteJDBCLoader.initialize();
    } catch (Exception e) {
      throw new SQLException("its library cannot be loaded: " + e.getMessage(), e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof FileSystemException known && known.getReason() != null
        ? known.getReason()
        : String.valueOf(e.getMessage());
  }
}
