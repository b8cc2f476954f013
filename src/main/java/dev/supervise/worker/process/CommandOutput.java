package dev.supervise.worker.process;

import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.spec.Command;
import dev.supervise.spec.Exit;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Signals;
import dev.supervise.spec.StartFailure;
import dev.supervise.text.DurationText;
import dev.supervise.worker.Action;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Survivors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One command in a unit's directory, environment and identity, for the sake of what it prints.
/// Whatever it leaves behind is killed.
final class CommandOutput implements Reports {
  static final Duration LIMIT = Duration.ofSeconds(5);

  private static final int PRINTED_AT_MOST = 64 * 1024;

  /// @param failure why there is no answer; empty when there is
  record Answer(String text, String failure) {}

  private final CompletableFuture<String> over = new CompletableFuture<>();
  private final KeeperRun run;
  private final int memory;
  private volatile String failure = "";

  private CommandOutput(KeeperWorker worker, ProcessSpec spec, Launch launch, int memory) {
    this.memory = memory;
    run = worker.run(spec, launch, this, Optional.of(() -> Fd.duplicate(memory)));
  }

  /// @param unit whose command it is
  static CommandOutput begin(
      KeeperWorker worker, ProcessSpec unit, Command command, Launch launch) {
    // A file and not a pipe: nobody has to read while it runs, and a full one never blocks it.
    int memory = Fd.memfd("supervise-detect");
    CommandOutput output =
        new CommandOutput(worker, KeeperWorker.aided(unit, command), launch, memory);
    output.run.begin();
    return output;
  }

  /// Blocks until it has ended, at most [#LIMIT] and what it takes to kill it. Once.
  Answer await() {
    try {
      over.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      return failure.isEmpty() ? new Answer(printed(), "") : new Answer("", failure);
    } catch (TimeoutException late) {
      cancel();
      return new Answer("", "no answer within " + DurationText.exact(LIMIT));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancel();
      return new Answer("", "interrupted");
    } catch (ExecutionException | IOException e) {
      return new Answer("", "what it printed cannot be read: " + e);
    } finally {
      Fd.close(memory);
    }
  }

  private String printed() throws IOException {
    try (InputStream in = Files.newInputStream(Path.of("/proc/self/fd/" + memory))) {
      return new String(in.readNBytes(PRINTED_AT_MOST), StandardCharsets.ISO_8859_1);
    }
  }

  /// Ends it at once.
  void cancel() {
    run.perform(new Action.Signal(Signals.KILL, Action.Scope.ALL, false));
  }

  @Override
  public void up(long run, int pid, long startTicks) {}

  @Override
  public void notUp(long run, StartFailure refused) {
    failure =
        refused.errno() == Errno.ECANCELED ? "stopped meanwhile" : "not run: " + refused.message();
    over.complete("");
  }

  @Override
  public void ended(long number, Exit exit, Survivors remains) {
    if (exit.code() != 0) {
      failure = exit.phrase();
    }
    if (remains.count() == 0) {
      over.complete("");
    } else {
      cancel();
    }
  }

  @Override
  public void gone(long run) {
    over.complete("");
  }

  @Override
  public void stepFailed(long run, int step, String message) {}
}
