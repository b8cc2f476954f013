package dev.supervise.worker.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/// What one log is open on, and how bytes come into it. Only [LogFile] has one, under its lock.
///
/// Nothing here waits for whoever reads the other end of a fifo: that is what [#awaitRoom] is for,
/// so that the waiting can be looked at and ended.
public sealed interface OpenLog permits NativeLog, ChannelLog {
  /// Opens logs, creating a file for its owner alone where there is none. The only place in which
  /// they are opened.
  interface Opener {
    /// @throws Unread it is a fifo that nobody has open for reading yet
    /// @throws IOException saying why, in words for people
    OpenLog open(Path path) throws IOException;
  }

  /// A fifo without a reader: to be tried again.
  final class Unread extends IOException {
    private static final long serialVersionUID = 1L;

    Unread() {
      super("nobody reads this fifo");
    }
  }

  /// Whether it is a regular file: it has a length, and may be set aside. Anything else is only
  /// added to.
  boolean regular();

  /// How long it is now; 0 for what is no regular file.
  long size() throws IOException;

  /// Whether its last byte ends a line, as far as that can be known.
  boolean endsInNewline();

  /// Adds as many bytes as are taken at once.
  ///
  /// @return how many; 0 when it takes none at present
  int write(ByteBuffer bytes) throws IOException;

  /// Waits until it may take bytes again, for at most so long.
  void awaitRoom(int millis);

  /// Cuts it to a length.
  void truncate(long length) throws IOException;

  /// What its path leads to by now.
  enum Place {
    /// The same.
    HERE,
    /// Something else, or nothing.
    ELSEWHERE,
    /// The same, as its folder is another one, or none.
    WITH_ITS_FOLDER
  }

  /// Whether its path still leads to it. Where that cannot be known, it is taken to.
  Place place();

  /// Under which name it may be renamed, to set it aside: its own, or, where that is a link, that
  /// of the file the link leads to. Absent where it must not be: it is no regular file, was moved
  /// meanwhile, or is reached by a link that somebody else made or that is not kept on a disk
  /// (`/dev/stdout`).
  Optional<Path> movable();

  void close() throws IOException;
}
