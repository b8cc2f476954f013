package dev.supervise.store;

import dev.supervise.posix.PrivateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteJDBCLoader;

/// SQLite's native library. The driver unpacks it into a file and removes that at an orderly end of
/// the JVM; ours never has one, so the file is removed as soon as it is loaded.
final class Library {
  private static boolean loaded;

  private Library() {}

  /// @param directory the state directory: nobody else may write there, unlike in /tmp
  static void load(Path directory) throws SQLException {
    if (loaded) {
      return;
    }
    String before = System.getProperty("org.sqlite.tmpdir");
    boolean ours = before == null && System.getProperty("org.sqlite.lib.path") == null;
    try {
      if (ours) {
        System.setProperty("org.sqlite.tmpdir", directory.toString());
      }
      SQLiteJDBCLoader.initialize();
      loaded = true;
    } catch (Exception e) {
      throw new SQLException("SQLite's library cannot be loaded: " + e.getMessage(), e);
    } finally {
      if (ours) {
        System.clearProperty("org.sqlite.tmpdir");
        remove(directory);
      }
    }
  }

  private static void remove(Path directory) {
    try {
      PrivateDirectory ours = PrivateDirectory.create(directory);
      for (String name : ours.names("sqlite-*-libsqlitejdbc*")) {
        ours.remove(name);
      }
    } catch (IOException e) {
      // Left behind it costs a megabyte; the next start removes it.
      System.getLogger("dev.supervise").log(System.Logger.Level.DEBUG, "not removed", e);
    }
  }
}
