/// OS processes: started, signalled, found again, and swept up, until nothing of a run is left.
///
/// Two modes behind one interface: with a keeper on Linux, reduced on `ProcessBuilder` elsewhere;
/// what the reduced one cannot promise it says. No signal goes to a process that was not told apart
/// from a later one of its number. Reports, never decides.
///
/// - The worker: [ProcessWorker], opened with [ProcessWorkerSettings].
/// - A start: [SpawnRequestBuilder] turns what a unit says into bytes for the keeper.
/// - Without a unit: [StandaloneProbes], and [StrayChildren], which functions have started
///   themselves. [LeftKeepers] is what a supervisor that is gone has left of its keeper.
/// - Measured: [ResourceUsage], and only when somebody asks.
///
/// The loop asks and never waits. With a keeper, the reactor thread hears of starts, ends and
/// output; what a run's two sides share is under its lock, and nothing is reported while that is
/// held. Files, accounts and late values are read on threads of
/// [dev.supervise.worker.function.BlockingTasks]; the steps of a run that is tracked come one after
/// another. In the reduced mode each process has a thread for its output, and the JDK one for its
/// end.
///
/// Start reading at [ProcessWorker], then `KeeperWorker`, `KeeperRun`, and `TrackedRun`.
@NullMarked
package dev.supervise.worker.process;

import org.jspecify.annotations.NullMarked;
