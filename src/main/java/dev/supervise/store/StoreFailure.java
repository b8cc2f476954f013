package dev.supervise.store;

/// The record cannot be read or written. The message is for the operator: which file, what is wrong
/// with it, and what follows from that.
public final class StoreFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /// What stands in the way.
  public enum Kind {
    DISK_FULL,
    READ_ONLY,
    LOCKED,
    CORRUPT,
    /// A later version of this program wrote it.
    TOO_NEW,
    UNSUITABLE,
    CLOSED,
    OTHER
  }

  public StoreFailure(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public StoreFailure(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
