package dev.supervise.plan;

import dev.supervise.spec.Exit;
import java.util.Optional;

/// What is counted of a unit over its runs.
///
/// @param runs starts so far, whatever became of them
/// @param restarts restarts after an end of its own since the operator last started it; what users
///   see
/// @param streak restarts since it was last healthy; what backoff and `maxRestarts` go by
/// @param last how the newest run that is over ended
public record Counters(int runs, int restarts, int streak, Optional<Exit> last) {
  public static final Counters NEW = new Counters(0, 0, 0, Optional.empty());

  Counters started() {
    return new Counters(runs + 1, restarts, streak, last);
  }

  Counters ended(Exit exit) {
    return new Counters(runs, restarts, streak, Optional.of(exit));
  }

  /// One more restart after `streak` others without health between them.
  public Counters restarted(int streak) {
    return new Counters(runs, restarts + 1, streak + 1, last);
  }

  /// The operator asked for a fresh beginning.
  public Counters reset() {
    return new Counters(runs, 0, 0, last);
  }
}
