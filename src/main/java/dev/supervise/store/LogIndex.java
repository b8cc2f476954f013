package dev.supervise.store;

import dev.supervise.posix.PrivateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/// The index of a write-ahead log, `-shm`. SQLite has it mapped into memory: where somebody has cut
/// the file (`: > journal.db-shm`), touching what was cut off would end this process with SIGBUS.
/// So its length is looked at before a connection touches it, between two transactions, and what is
/// missing is put back as zeros. SQLite takes an index of zeros for one that nobody has made yet,
/// and makes it from the log.
final class LogIndex {
  // https://www.sqlite.org/walformat.html
  private static final long LOG_HEADER = 32;
  private static final long FRAME = 24 + 4096;
  private static final long REGION = 32 << 10;
  private static final long FRAMES_A_REGION = 4096;

  /// Frames for which there is no room in the first region, as the index has a header.
  private static final long HEADER_FRAMES = 34;

  private LogIndex() {}

  /// Sees to it that all of it that may be touched is there.
  ///
  /// @param database the file it belongs to; nothing need be open
  /// @throws SQLException it cannot be put back, and must not be touched
  static void look(Path database) throws SQLException {
    try {
      Path index = beside(database, "-shm");
      if (Files.exists(index, LinkOption.NOFOLLOW_LINKS)) {
        long is = Files.size(index);
        long wanted = wanted(database);
        if (is < wanted) {
          PrivateDirectory.find(database.toAbsolutePath().resolveSibling(""))
              .orElseThrow(() -> new NoSuchFileException(database.toString()))
              .lengthen(String.valueOf(index.getFileName()), wanted);
        }
      }
    } catch (IOException e) {
      throw new SQLException(
          "the index of its log was cut and cannot be put back: " + e.getMessage(),
          "",
          SQLiteErrorCode.SQLITE_IOERR.code,
          e);
    }
  }

  /// As long as the log that is there needs it; SQLite itself makes it longer.
  private static long wanted(Path database) throws IOException {
    Path log = beside(database, "-wal");
    long bytes = Files.exists(log, LinkOption.NOFOLLOW_LINKS) ? Files.size(log) : 0;
    long frames = Math.max(0, bytes - LOG_HEADER) / FRAME;
    return REGION * (1 + (frames + HEADER_FRAMES - 1) / FRAMES_A_REGION);
  }

  private static Path beside(Path file, String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }
}
