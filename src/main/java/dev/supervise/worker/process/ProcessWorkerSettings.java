package dev.supervise.worker.process;

import dev.supervise.spec.Tasks;
import dev.supervise.text.Secrets;
import dev.supervise.worker.Output;
import dev.supervise.worker.output.FunctionLog;
import dev.supervise.worker.output.LogFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// What a process worker is told by whoever opens it.
///
/// @param logDir where units that name no log file write theirs; made when the first one does
/// @param output takes what units write, line by line
/// @param warnings takes sentences for the operator, from any thread; must not block
/// @param nanoClock the monotonic clock
/// @param wallClock milliseconds since 1970, for what people read; it may jump
/// @param keeperLost called, from any thread, just before the ends of all runs are reported that
///   died with the keeper: they are one failure, not many
/// @param stateDir where what a next worker must know is written, and what an earlier one wrote is
///   read
/// @param copies files that are to say the same, for the case that `stateDir` is taken away; in
///   directories of our own
/// @param lock a descriptor that is kept open, also by the keeper until it has killed everything;
///   -1: none
/// @param told environment that every child is given and no unit can set
/// @param tasks what closures of hooks and stops are given as the durable tasks
/// @param secrets what is blotted out of logs, display and messages
public record ProcessWorkerSettings(
    Path logDir,
    Output output,
    Consumer<String> warnings,
    LongSupplier nanoClock,
    LongSupplier wallClock,
    Runnable keeperLost,
    Optional<Path> stateDir,
    List<Path> copies,
    int lock,
    Map<String, String> told,
    Tasks tasks,
    Secrets secrets) {
  /// A worker that leaves nothing to a next one.
  public ProcessWorkerSettings(
      Path logDir,
      Output output,
      Consumer<String> warnings,
      LongSupplier nanoClock,
      LongSupplier wallClock,
      Runnable keeperLost) {
    this(
        logDir,
        output,
        warnings,
        nanoClock,
        wallClock,
        keeperLost,
        Optional.empty(),
        List.of(),
        -1,
        Map.of(),
        Tasks.NONE,
        new Secrets());
  }

  /// The log of functions, beside those of the worker's processes.
  FunctionLog functionLog(LogFiles logs) {
    return new FunctionLog(logs.beside(), output, warnings, nanoClock, secrets);
  }
}
