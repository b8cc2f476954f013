package dev.supervise.store;

import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.posix.Libc;
import dev.supervise.posix.PrivateDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.jdbc4.JDBC4Connection;

/// SQLite's native library. The driver would unpack it into a file below `/tmp`; here it is loaded
/// from memory, which no full disk and nobody else can spoil, or, where the system executes nothing
/// from there, from a file of the state directory that is gone again at once. All connections are
/// made here: the driver, asked for one by itself, would load a second copy, and the JVM would mix
/// the functions of both.
final class SqliteNative {
  private static final String PATH = "org.sqlite.lib.path";
  private static final String NAME = "org.sqlite.lib.name";

  /// The driver's own names for what it was built for.
  private static final Map<String, String> BUILT =
      Map.of(
          "amd64", "/org/sqlite/native/Linux/x86_64/libsqlitejdbc.so",
          "aarch64", "/org/sqlite/native/Linux/aarch64/libsqlitejdbc.so");

  private static boolean loaded;

  private SqliteNative() {}

  /// @param directory the state directory: nobody else may write there, unlike in /tmp
  static synchronized void load(Path directory) throws SQLException {
    if (loaded) {
      return;
    }
    try {
      Optional<byte[]> library = library();
      if (library.isPresent()) {
        fromMemory(library.get(), directory);
      } else {
        SQLiteJDBCLoader.initialize();
      }
      loaded = true;
    } catch (Exception e) {
      throw new SQLException("SQLite's library cannot be loaded: " + e.getMessage(), e);
    }
  }

  /// A connection; whoever asks for it owns it.
  ///
  /// @param directory as of [#load]
  /// @param address a file, a URI of one, or `:memory:`
  static Connection connect(Path directory, String address, Properties properties)
      throws SQLException {
    load(directory);
    return new JDBC4Connection("jdbc:sqlite:" + address, address, properties);
  }

  /// What to load; empty where that is the driver's affair: another system, or a library or a
  /// directory that somebody has named to it.
  private static Optional<byte[]> library() throws IOException {
    boolean named =
        System.getProperty(PATH) != null || System.getProperty("org.sqlite.tmpdir") != null;
    String resource = BUILT.get(System.getProperty("os.arch", ""));
    if (named || !Libc.supported() || resource == null) {
      return Optional.empty();
    }
    try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    }
  }

  private static void fromMemory(byte[] library, Path directory) throws Exception {
    int memory = Fd.memfd("supervise-sqlite");
    if (memory < 0) {
      throw new IOException(Errno.words(-memory));
    }
    try {
      int written = Fd.writeAll(memory, library);
      if (written < 0) {
        throw new IOException(Errno.words(-written));
      }
      from(Path.of("/proc/self/fd", Integer.toString(memory)));
    } catch (UnsatisfiedLinkError notFromThere) {
      fromFile(library, directory);
    } finally {
      Fd.close(memory);
    }
  }

  private static void fromFile(byte[] library, Path directory) throws Exception {
    String name = "sqlite-" + ProcessHandle.current().pid() + ".so";
    PrivateDirectory state = PrivateDirectory.create(directory);
    state.replace(name, library);
    try {
      from(state.file(name));
    } catch (UnsatisfiedLinkError e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      state.remove(name);
    }
  }

  /// Has the driver load it, and nobody else: what is loaded twice is there twice, and of each
  /// native method either may be taken. Where the driver has been used before, what it has loaded
  /// stays. Looked at first, because what the driver fails to load it tells with a stack.
  private static void from(Path file) throws Exception {
    Libc.tryLoading(file);
    try {
      System.setProperty(PATH, String.valueOf(file.getParent()));
      System.setProperty(NAME, String.valueOf(file.getFileName()));
      SQLiteJDBCLoader.initialize();
    } finally {
      System.clearProperty(PATH);
      System.clearProperty(NAME);
    }
  }
}
