package dev.supervise.worker.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What makes a file another one, or a changed one: device, inode, and the time of the last change
/// of anything about it, which no program can set.
public record FileStamp(Map<String, Object> attributes) {
  public static final FileStamp NONE = new FileStamp(Map.of());

  /// As it is now; [#NONE] when it is not there.
  public static FileStamp of(Path file) {
    try {
      return new FileStamp(Map.copyOf(Files.readAttributes(file, "unix:dev,ino,ctime")));
    } catch (IOException notThere) {
      return NONE;
    }
  }
}
