package dev.supervise.posix;

import java.io.IOException;
import java.nio.file.Path;

/// Something in the file system is not what this user keeps there: somebody else's, a link, a pipe
/// in the place of a file. It was neither read nor written. The message is a whole sentence: what
/// it is, whose it is, and what to do about it.
public final class Untrusted extends IOException {
  private static final long serialVersionUID = 1L;

  private final String owner;

  Untrusted(Path path, String what, String owner) {
    super(path + " " + what);
    this.owner = owner;
  }

  /// Whose it is, where that is what is wrong with it: the user's name; else empty.
  public String owner() {
    return owner;
  }
}
