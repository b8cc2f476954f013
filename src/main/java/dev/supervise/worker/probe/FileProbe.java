package dev.supervise.worker.probe;

import java.nio.file.Path;
import java.util.function.Consumer;

/// Holds when there is such a file, of any kind, and it is not just as it was before.
///
/// @param before [FileStamp#NONE] where any file counts
public record FileProbe(ProbeThreads threads, Path file, FileStamp before) implements Probe {
  @Override
  public Runnable attempt(Consumer<ProbeResult> told) {
    return threads.attempt(this::look, told);
  }

  private ProbeResult look() {
    FileStamp now = FileStamp.of(file);
    if (now.equals(FileStamp.NONE)) {
      return ProbeResult.not("file " + file + " is not there");
    }
    return now.equals(before)
        ? ProbeResult.not("file " + file + " is from before this run, and unchanged")
        : ProbeResult.HOLDS;
  }
}
