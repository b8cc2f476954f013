package dev.supervise.control.protocol;

import dev.supervise.run.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One unit as clients see it, with everything below it. Secrets are masked.
///
/// @param path `backend/api-1`; empty for the root
/// @param serial names this unit for the instance's life: one that is removed and added again under
///   its path has another, so a handle with an old one is stale
/// @param run the present run's number; 0 where there is none
/// @param ready whether it is up as declared: a running unit may not be ready yet, any other is not
/// @param live it was declared while the tree ran, not by the script
/// @param pid 0 where there is none
/// @param startTicks field 22 of `/proc/PID/stat`: with the pid it names one process for ever
/// @param exit how the newest run that is over ended; empty when no run ever ended
/// @param restarts since the operator last started it
/// @param inState how long it has been in its state, for running and starting units; else zero
/// @param detail what it waits for, or why it failed; may be empty
/// @param children in start order
/// @param goal what is wanted of it: `up`, `done` (finished successfully), `down`, `gone`
public record UnitView(
    String path,
    String kind,
    long serial,
    long run,
    Status status,
    boolean ready,
    boolean live,
    int pid,
    long startTicks,
    Optional<Ended> exit,
    int restarts,
    Duration inState,
    String detail,
    Map<String, String> labels,
    List<UnitView> children,
    String goal) {
  /// @param code what `LIFECYCLE_PREV_EXIT` says
  /// @param signal 0 where no signal ended it
  /// @param phrase `exit 1`, `killed by SIGKILL`, `IllegalStateException: boom`
  /// @param step where a start failed: `lookup`, `dir`, `pre-start`; empty for a run that began
  /// @param errno the system's error number for that; 0 where it gave none
  public record Ended(int code, int signal, String phrase, String step, int errno) {
    /// Of a run that began.
    public Ended(int code, int signal, String phrase) {
      this(code, signal, phrase, "", 0);
    }
  }

  public UnitView {
    labels = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(labels));
    children = List.copyOf(children);
  }

  /// The last part of its path; `root` for the root.
  public String name() {
    return path.isEmpty() ? "root" : path.substring(path.lastIndexOf('/') + 1);
  }

  /// Whether it is to be up, or to be done.
  public boolean wanted() {
    return goal.equals("up") || goal.equals("done");
  }

  /// Whether it has children, or may have.
  public boolean group() {
    return kind.equals("supervisor") || kind.equals("pool");
  }
}
