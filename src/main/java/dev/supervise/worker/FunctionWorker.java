package dev.supervise.worker;

import dev.supervise.spec.FunctionSpec;
import java.util.function.BiConsumer;

/// Runs functions, each run on a virtual thread of its own.
public final class FunctionWorker implements Worker<FunctionSpec> {
  private final BiConsumer<String, String> log;

  /// @param log takes a function's log lines: its path and the line. Any thread.
  public FunctionWorker(BiConsumer<String, String> log) {
    this.log = log;
  }

  @Override
  public Run start(FunctionSpec spec, Launch launch, Reports reports) {
    FunctionRun run = new FunctionRun(spec.body(), launch, reports, log);
    run.start();
    return run;
  }

  /// Nothing is held: a function that still runs has been told, and ends with the JVM at the
  /// latest.
  @Override
  public void close() {}
}
