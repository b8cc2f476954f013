package dev.supervise.run;

import dev.supervise.spec.Exit;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.UnitSpec;
import dev.supervise.text.Secrets;
import dev.supervise.worker.OutputTail;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One unit as it was at one moment, with everything below it.
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
/// @param inside what the tree itself knows of it; nothing once it is [#masked]
public record UnitSnapshot(
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
    List<UnitSnapshot> children,
    String goal,
    @Nullable Inside inside) {
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

    static Ended of(Exit exit) {
      int signal = exit instanceof Exit.Signalled(int number, boolean _) ? number : 0;
      return exit instanceof Exit.NotStarted(StartFailure failure)
          ? new Ended(
              exit.code(),
              signal,
              exit.phrase(),
              failure.step().name().toLowerCase(Locale.ROOT).replace('_', '-'),
              failure.errno())
          : new Ended(exit.code(), signal, exit.phrase());
    }
  }

  /// @param instance which of several it is; 0 where there is but one
  /// @param tail the last lines of the newest run: as they are when they are read, or as they were
  ///   when it failed
  /// @param exit of the newest run that is over
  public record Inside(UnitSpec spec, int instance, OutputTail tail, Optional<Exit> exit)
      implements Local {}

  public UnitSnapshot {
    labels = labels.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    children = List.copyOf(children);
  }

  /// Of what is known elsewhere than in the tree.
  public UnitSnapshot(
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
      List<UnitSnapshot> children,
      String goal) {
    this(
        path,
        kind,
        serial,
        run,
        status,
        ready,
        live,
        pid,
        startTicks,
        exit,
        restarts,
        inState,
        detail,
        labels,
        children,
        goal,
        null);
  }

  /// As clients see it, and all below it: without secrets, and without what is inside.
  public UnitSnapshot masked(Secrets secrets) {
    Map<String, String> shown = new LinkedHashMap<>();
    labels.forEach((key, value) -> shown.put(key, secrets.shown(value)));
    return new UnitSnapshot(
        path,
        kind,
        serial,
        run,
        status,
        ready,
        live,
        pid,
        startTicks,
        exit.map(
            end -> new Ended(end.code, end.signal, secrets.shown(end.phrase), end.step, end.errno)),
        restarts,
        inState,
        secrets.shown(detail),
        shown,
        children.stream().map(child -> child.masked(secrets)).toList(),
        goal);
  }

  /// Without what is below it.
  public UnitSnapshot alone() {
    return new UnitSnapshot(
        path,
        kind,
        serial,
        run,
        status,
        ready,
        live,
        pid,
        startTicks,
        exit,
        restarts,
        inState,
        detail,
        labels,
        List.of(),
        goal,
        inside);
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

  /// What there is to say of it where the pid has its own place.
  public String said() {
    String own = "pid " + pid;
    return pid > 0 && detail.startsWith(own)
        ? detail.substring(own.length()).replaceFirst("^[; ]+", "")
        : detail;
  }

  /// What the tree itself knows of it.
  ///
  /// @throws IllegalStateException it is masked
  public Inside known() {
    if (inside == null) {
      throw new IllegalStateException("'" + path + "' is seen from outside");
    }
    return inside;
  }

  /// The last lines that go with what it is: none where it has not failed.
  ///
  /// @throws IllegalStateException it is masked
  public OutputTail failed() {
    return switch (status) {
      case FAILED, BACKING_OFF, STUCK -> known().tail();
      case PENDING, WAITING, BLOCKED, STARTING, RUNNING, STOPPING, STOPPED, FINISHED ->
          OutputTail.NONE;
    };
  }
}
