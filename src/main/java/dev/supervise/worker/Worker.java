package dev.supervise.worker;

import dev.supervise.spec.UnitSpec;

/// Carries out the runs of one kind of unit. Reports, never decides. Called by the loop alone;
/// nothing here blocks: whatever needs a file, a socket or user code is done on a thread of the
/// worker's.
///
/// @param <S> the kind of unit it runs
public interface Worker<S extends UnitSpec> extends AutoCloseable {
  /// Begins a run and returns at once. Exactly one of [Reports#up] and [Reports#notUp] follows,
  /// then, after `up`, exactly one [Reports#ended], then, unless `ended` said that nothing is left,
  /// exactly one [Reports#gone]. All may come before this call returns.
  ///
  /// @param spec what to run; a pool's children share one
  /// @param launch what is particular to this run
  Run start(S spec, Launch launch, Reports reports);

  /// Lets go of threads, descriptors and helper processes; whatever still runs is killed. Called
  /// once, after the loop has stopped. Blocks for at most a second or two.
  @Override
  void close();
}
