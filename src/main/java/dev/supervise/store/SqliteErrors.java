package dev.supervise.store;

import java.nio.file.Path;
import java.sql.SQLException;

/// What SQLite says, in the operator's words.
final class SqliteErrors {
  // https://www.sqlite.org/rescode.html, the primary codes.
  private static final int PERM = 3;
  private static final int BUSY = 5;
  private static final int LOCKED = 6;
  private static final int READONLY = 8;
  private static final int IOERR = 10;
  private static final int CORRUPT = 11;
  private static final int FULL = 13;
  private static final int CANTOPEN = 14;
  private static final int AUTH = 23;
  private static final int NOTADB = 26;

  private SqliteErrors() {}

  static StoreFailure of(Path file, SQLException e) {
    StoreFailure.Kind kind = kind(e);
    String what =
        switch (kind) {
          case DISK_FULL -> "the disk is full";
          case READ_ONLY -> "it may not be written";
          case LOCKED -> "another program has locked it";
          case CORRUPT -> "it is damaged; the next start sets it aside and begins a new one";
          case TOO_NEW, UNSUITABLE, CLOSED, OTHER -> String.valueOf(e.getMessage());
        };
    return new StoreFailure(kind, file + ": " + what, e);
  }

  static StoreFailure.Kind kind(SQLException e) {
    return switch (e.getErrorCode() & 0xff) {
      case BUSY, LOCKED -> StoreFailure.Kind.LOCKED;
      case PERM, READONLY, AUTH, CANTOPEN -> StoreFailure.Kind.READ_ONLY;
      case CORRUPT, NOTADB -> StoreFailure.Kind.CORRUPT;
      case FULL -> StoreFailure.Kind.DISK_FULL;
      // A write that failed half-way on a full disk is reported as an I/O error by some systems.
      case IOERR -> StoreFailure.Kind.OTHER;
      default -> StoreFailure.Kind.OTHER;
    };
  }

  /// Whether one change is at fault and not the store.
  static boolean ofOneChange(SQLException e) {
    int code = e.getErrorCode() & 0xff;
    return code == 18 /* too big */ || code == 19 /* constraint */ || code == 20 /* mismatch */;
  }
}
