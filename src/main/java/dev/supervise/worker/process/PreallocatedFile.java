package dev.supervise.worker.process;

import dev.supervise.posix.PrivateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// A file with room for more: bytes that are zero. What is added is written into that room, which
/// needs no space of a disk that may be full by then (a file system that never writes in place
/// apart). Written anew it is put beside the file and then in its place, or, on a full disk, over
/// it. Not thread-safe.
final class PreallocatedFile {
  /// For so many bytes there is room, at least, in a file that was written anew.
  private static final int ROOM = 16 << 10;

  private static final int PAGE = 4096;

  private enum Stage {
    /// There is none of ours.
    ABSENT,
    WRITTEN,
    /// Something is missing in it.
    FAILED
  }

  private final Path path;

  /// How many bytes of it say something.
  private long size;

  private Stage stage = Stage.ABSENT;

  PreallocatedFile(Path path) {
    this.path = path.toAbsolutePath();
  }

  Path path() {
    return path;
  }

  /// Whether there is one of ours.
  boolean present() {
    return stage != Stage.ABSENT;
  }

  /// Whether something that was to be written is not in it.
  boolean failed() {
    return stage == Stage.FAILED;
  }

  /// What is there, room included; nothing where there is no file.
  ///
  /// @param largest in bytes; what is longer is refused
  Optional<byte[]> read(int largest) throws IOException {
    Optional<PrivateDirectory> directory = PrivateDirectory.find(path.resolveSibling(""));
    return directory.isPresent() ? directory.get().read(name(), largest) : Optional.empty();
  }

  /// Writes into its room.
  ///
  /// @return false where there is none, or no file any more: then all is to be written anew
  boolean add(byte[] more) {
    if (stage != Stage.WRITTEN) {
      return false;
    }
    try {
      if (!directory().patch(name(), size, more)) {
        return false;
      }
      size += more.length;
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Writes all of it anew.
  void write(byte[] all) throws IOException {
    try {
      replace(all);
      size = all.length;
      stage = Stage.WRITTEN;
    } catch (IOException e) {
      stage = Stage.FAILED;
      throw e;
    }
  }

  private void replace(byte[] all) throws IOException {
    PrivateDirectory directory = directory();
    int length = (all.length + ROOM + PAGE - 1) / PAGE * PAGE;
    try {
      directory.replace(name(), Arrays.copyOf(all, length));
    } catch (IOException full) {
      Optional<Path> there = directory.find(name());
      long old = there.isPresent() ? Files.size(there.get()) : 0;
      if (old < all.length || !directory.patch(name(), 0, Arrays.copyOf(all, (int) old))) {
        throw full;
      }
    }
  }

  void remove() throws IOException {
    stage = Stage.ABSENT;
    Optional<PrivateDirectory> directory = PrivateDirectory.find(path.resolveSibling(""));
    if (directory.isPresent()) {
      directory.get().remove(name());
    }
  }

  private PrivateDirectory directory() throws IOException {
    return PrivateDirectory.create(path.resolveSibling(""));
  }

  private String name() {
    return String.valueOf(path.getFileName());
  }
}
