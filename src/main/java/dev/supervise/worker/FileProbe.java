package dev.supervise.worker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Holds when there is such a file, of any kind.
record FileProbe(ProbeThreads threads, Path file) implements Probe {
  @Override
  public Runnable attempt(Consumer<Answer> told) {
    return threads.attempt(
        () -> Files.exists(file) ? Answer.HOLDS : Answer.not("file " + file + " is not there"),
        told);
  }
}
