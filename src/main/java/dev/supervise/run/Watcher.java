package dev.supervise.run;

import dev.supervise.spec.TaskEdge;
import java.util.List;

/// Is told what becomes of the tree. Called on the loop's thread: must queue and return.
public interface Watcher {
  /// The tree is declared as this from now on. Told before anything of it is started.
  default void declared(Declaration declaration) {}

  /// A unit shows another status than before.
  void moved(Transition transition);

  /// Something went wrong that changes no status.
  void warned(String text);

  /// For the first time every goal is reached: whatever is wanted is up and ready, or has finished
  /// successfully. Once.
  ///
  /// @param path what made it last as long as it did: the last unit to come up, and before it what
  ///   each had waited for last
  void reached(List<CriticalPathStep> path);

  /// Whether something beside the tree may still be to do, so that it does not end by itself.
  /// Whoever said so calls [Tree#nudge] when that is over. Asked whenever there is nothing left to
  /// do; must not wait.
  default boolean busy() {
    return false;
  }

  /// Whether such a task has completed. Whoever said no calls [Tree#nudge] when it has. Must not
  /// wait.
  default boolean completed(TaskEdge task) {
    return false;
  }

  /// The tree is down for good. The last call.
  void over(Outcome outcome);
}
