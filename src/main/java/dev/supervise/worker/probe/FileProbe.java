package dev.supervise.worker.probe;

import dev.supervise.worker.process.PriorFiles;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Holds when there is such a file, of any kind, and it is not just as it was before.
///
/// @param before [PriorFiles.Stamp#NONE] where any file counts
public record FileProbe(ProbeThreads threads, Path file, PriorFiles.Stamp before) implements Probe {
  @Override
  public Runnable attempt(Consumer<ProbeResult> told) {
    return threads.attempt(this::look, told);
  }

  private ProbeResult look() {
    PriorFiles.Stamp now = PriorFiles.Stamp.of(file);
    if (now.equals(PriorFiles.Stamp.NONE)) {
      return ProbeResult.not("file " + file + " is not there");
    }
    return now.equals(before)
        ? ProbeResult.not("file " + file + " is from before this run, and unchanged")
        : ProbeResult.HOLDS;
  }
}
