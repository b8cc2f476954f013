package dev.supervise.worker.process;

import dev.supervise.spec.Check;
import dev.supervise.spec.Command;
import dev.supervise.spec.Hook;
import dev.supervise.spec.HookBody;
import dev.supervise.spec.HookFailure;
import dev.supervise.spec.HookPhase;
import dev.supervise.spec.Identity;
import dev.supervise.spec.Logs;
import dev.supervise.spec.Origin;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.Value;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import dev.supervise.worker.SavedState;
import dev.supervise.worker.probe.FileProbe;
import dev.supervise.worker.probe.FileStamp;
import dev.supervise.worker.probe.HttpProbe;
import dev.supervise.worker.probe.Probe;
import dev.supervise.worker.probe.ProbeResult;
import dev.supervise.worker.probe.ProbeThreads;
import dev.supervise.worker.probe.TcpProbe;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/// Probes that are asked for by no unit. What a command starts is gone when the answer is there,
/// and when supervise is gone.
public final class StandaloneProbes implements AutoCloseable {
  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);

  private final ProbeThreads threads = new ProbeThreads();
  private final ProcessWorker processes;
  private final String base;

  /// Runs of their own: units count theirs from 1 upwards.
  private final AtomicLong runs = new AtomicLong(Long.MIN_VALUE);

  /// @param base what relative paths are relative to, and where commands run
  public StandaloneProbes(ProcessWorker processes, String base) {
    this.processes = processes;
    this.base = base;
  }

  /// Asks once and waits for the answer; an interrupt takes the question back.
  ///
  /// @param name who asks, for the log of a command's output
  /// @return why it does not hold; empty when it does
  /// @throws IllegalArgumentException only a unit can be asked that
  public String ask(Check check, String name) throws InterruptedException {
    return switch (check) {
      case Check.Tcp(String host, int port, boolean _) -> tried(new TcpProbe(threads, host, port));
      case Check.Http(String url, int from, int to, boolean _) ->
          tried(new HttpProbe(threads, URI.create(url), from, to));
      case Check.File(String path, boolean _) ->
          tried(new FileProbe(threads, Path.of(base).resolve(path), FileStamp.NONE));
      case Check.Exec(Command command) -> run(command, name);
      case Check.Asked _, Check.LogLine _, Check.SdNotify _, Check.Called _ ->
          throw new IllegalArgumentException("only a unit can be asked that");
      case Check.AllOf _, Check.AnyOf _ ->
          throw new IllegalArgumentException("one thing is asked at a time");
    };
  }

  private static String tried(Probe probe) throws InterruptedException {
    CompletableFuture<ProbeResult> told = new CompletableFuture<>();
    Runnable cancel = probe.attempt(told::complete);
    try {
      return told.get().why();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      cancel.run();
    }
  }

  private String run(Command command, String name) throws InterruptedException {
    CompletableFuture<String> told = new CompletableFuture<>();
    HookReports reports =
        new HookReports() {
          @Override
          public void done() {
            told.complete("");
          }

          @Override
          public void failed(String why) {
            told.complete("command: " + why);
          }
        };
    HookRun run = processes.hook(unit(command), hook(command), launch(name), Map.of(), reports);
    try {
      return told.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      run.cancel();
    }
  }

  private Launch launch(String name) {
    return new Launch(
        runs.incrementAndGet(),
        name,
        "",
        OptionalInt.empty(),
        1,
        0,
        new SavedState() {
          @Override
          public Map<String, ?> saved() {
            return Map.of();
          }

          @Override
          public void save(Map<String, ?> values) {
            throw new IllegalStateException("a command saves nothing");
          }
        });
  }

  private ProcessSpec unit(Command command) {
    return new ProcessSpec(
        "condition",
        Origin.NONE,
        UnitPolicy.DEFAULT,
        command,
        Value.of(base),
        base,
        List.of(),
        false,
        Identity.INHERITED,
        List.of(),
        Logs.DEFAULT,
        0);
  }

  private static Hook hook(Command command) {
    return new Hook(
        "condition",
        HookPhase.PRE_START,
        new HookBody.Program(command),
        Optional.empty(),
        List.of(),
        COMMAND_LIMIT,
        new HookFailure.Ignore(),
        false,
        Origin.NONE);
  }

  @Override
  public void close() {
    threads.close();
  }
}
