package dev.supervise.cli.run;

import dev.supervise.vital.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// `--watch`: looks a few times a second whether one of a script's files has changed. Editors
/// replace files, or write them in pieces: a change counts when it has settled, and a file that is
/// not there is on its way.
final class ScriptWatch {
  static final long LOOK_MILLIS = 200;

  private final Supplier<List<String>> inputs;
  private final Runnable changed;

  /// @param inputs the files, absolute; asked at each look
  /// @param changed called on the watch's thread; must not wait
  ScriptWatch(Supplier<List<String>> inputs, Runnable changed) {
    this.inputs = inputs;
    this.changed = changed;
  }

  /// Interrupt it to end it.
  Thread start() {
    return Threads.start(Threads.vital("supervise-watch", this::watch));
  }

  private void watch() {
    List<String> files = inputs.get();
    String known = look(files);
    String last = known;
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        if (!inputs.get().equals(files)) {
          // A reload has brought other files; what it read is what is known.
          files = inputs.get();
          known = look(files);
          last = known;
          continue;
        }
        String now = look(files);
        boolean settled = now.equals(last) && !now.isEmpty();
        last = now;
        if (settled && !now.equals(known)) {
          known = now;
          changed.run();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// What tells one version of the files from another; empty while one is missing.
  private static String look(List<String> files) {
    StringBuilder seen = new StringBuilder();
    for (String file : files) {
      try {
        BasicFileAttributes is = Files.readAttributes(Path.of(file), BasicFileAttributes.class);
        seen.append(is.lastModifiedTime().to(TimeUnit.NANOSECONDS))
            .append(' ')
            .append(is.size())
            .append(' ')
            .append(is.fileKey())
            .append('\n');
      } catch (IOException e) {
        return "";
      }
    }
    return seen.toString();
  }
}
