package dev.supervise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;

/// What the children wrote when they started, in the order they did.
final class Stamps {
  /// @param nanos by the clock of `System.nanoTime`, which on Linux is CLOCK_MONOTONIC
  record Stamp(String name, long pid, long nanos) {}

  private static final long PATIENCE_NANOS = 300_000_000_000L;

  private final Path file;

  Stamps(Path file) {
    this.file = file;
  }

  List<Stamp> all() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    return Files.readString(file).lines().map(Stamps::parse).toList();
  }

  private static Stamp parse(String line) {
    String[] words = line.split(" ");
    return new Stamp(words[0], Long.parseLong(words[1]), Long.parseLong(words[2]));
  }

  /// Waits until so many have started.
  List<Stamp> await(int count) throws IOException, InterruptedException, TimeoutException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() < end) {
      List<Stamp> now = all();
      if (now.size() >= count) {
        return now;
      }
      // Looked at more often when few are awaited: reading a long file is work that disturbs.
      Thread.sleep(count > 100 ? 20 : 1);
    }
    throw new TimeoutException("only " + all().size() + " of " + count + " started");
  }
}
