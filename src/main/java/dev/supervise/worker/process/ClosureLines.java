package dev.supervise.worker.process;

import dev.supervise.spec.Logs;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.worker.Launch;
import dev.supervise.worker.StartRefused;
import dev.supervise.worker.output.Lines;
import dev.supervise.worker.output.LogFile;
import dev.supervise.worker.output.LogFiles;
import dev.supervise.worker.output.LogStream;
import dev.supervise.worker.output.LogWriters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lines that closures say for a unit that is a process (hooks, stops, checks, values): shown, and
/// kept in the unit's log as its own output is. Any thread.
final class ClosureLines {
  private static final long LOOK_MILLIS = 100;

  private final ProcessWorkerSettings settings;
  private final LogFiles logs;
  private final LogWriters writers;

  ClosureLines(ProcessWorkerSettings settings, LogFiles logs, LogWriters writers) {
    this.settings = settings;
    this.logs = logs;
    this.writers = writers;
  }

  /// Returns when the line is written, so that it stands before what follows from it; or when the
  /// log has taken nothing for 2 s: a disk that hangs holds no hook up for ever.
  void say(ProcessSpec spec, Launch launch, String line) {
    launch.tail().line(line);
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    if (!(spec.logs() instanceof Logs.Captured captured)) {
      byte[] shown = settings.secrets().mask(line + "\n").getBytes(StandardCharsets.UTF_8);
      new Lines(launch.path(), settings.output()).next(shown, 0, shown.length);
      return;
    }
    Path path;
    try {
      path =
          logs.path(
              captured, launch.path(), launch.instance(), SpawnRequestBuilder.directory(spec));
    } catch (StartRefused nowhere) {
      settings.warnings().accept(launch.path() + ": a line is not logged: " + nowhere.getMessage());
      return;
    }
    write(path, captured, launch, bytes);
  }

  private void write(Path path, Logs.Captured captured, Launch launch, byte[] line) {
    LogFile file = logs.acquire(path, captured);
    if (stuck(file)) {
      if (file.pass(line.length)) {
        writers.add(file, () -> settled(file, path));
      } else {
        logs.release(path);
      }
      return;
    }
    LogStream stream =
        LogStream.of(
            file,
            captured,
            launch.path(),
            "",
            settings.secrets(),
            settings.output(),
            settings.wallClock());
    CountDownLatch written = new CountDownLatch(1);
    writers.add(
        file,
        () -> {
          try {
            stream.next(ByteBuffer.wrap(line), stream.time());
            stream.end();
          } finally {
            logs.release(path);
            written.countDown();
          }
          return false;
        });
    try {
      while (!written.await(LOOK_MILLIS, TimeUnit.MILLISECONDS) && !stuck(file)) {
        // It waits for its turn, or the disk is slow.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean stuck(LogFile file) {
    return file.stuck(settings.nanoClock().getAsLong()) >= LogFile.PATIENCE.toNanos();
  }

  private boolean settled(LogFile file, Path path) {
    try {
      file.settle();
    } finally {
      logs.release(path);
    }
    return false;
  }
}
