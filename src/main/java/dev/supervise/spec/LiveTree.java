package dev.supervise.spec;

import java.util.List;

/// The running tree, as a function of it may use it (`ctx.tree`). Every call waits for its answer;
/// one that concerns the calling unit itself ends that wait by cancelling it, and is carried out
/// all the same. Names are full paths, or short names wherever those are unambiguous.
///
/// Every method throws [IllegalStateException] with the reason when it could not be carried out.
public interface LiveTree {
  /// The full names of all units, supervisors included, in start order.
  List<String> units();

  /// A unit's status as users see it: `running`, `backing-off`, …
  String status(String name);

  /// Starts units and what they need; returns when they run or have finished.
  void start(String... names);

  /// Stops units and nothing else; returns when they are down.
  void stop(String... names);

  /// Stops and starts again with fresh counters; returns as [#start].
  void restart(String... names);

  /// Gives a pool another size.
  void scale(String pool, int size);
}
