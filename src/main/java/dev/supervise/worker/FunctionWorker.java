package dev.supervise.worker;

import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.LiveTree;
import java.util.function.BiConsumer;

/// Runs functions, each run on a virtual thread of its own.
public final class FunctionWorker implements Worker<FunctionSpec> {
  private final BiConsumer<String, String> log;
  private final LiveTree tree;

  /// @param log takes a function's log lines: its path and the line. Any thread.
  /// @param tree what functions are given as the running tree
  public FunctionWorker(BiConsumer<String, String> log, LiveTree tree) {
    this.log = log;
    this.tree = tree;
  }

  @Override
  public Run start(FunctionSpec spec, Launch launch, Reports reports) {
    FunctionRun run = new FunctionRun(spec.body(), launch, reports, this);
    run.start();
    return run;
  }

  void log(String path, String line) {
    log.accept(path, line);
  }

  LiveTree tree() {
    return tree;
  }

  /// Nothing is held: a function that still runs has been told, and ends with the JVM at the
  /// latest.
  @Override
  public void close() {}
}
