package dev.supervise.run;

import dev.supervise.spec.Exit;
import dev.supervise.spec.UnitSpec;
import dev.supervise.worker.OutputTail;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One unit as it was at one moment, with everything below it.
///
/// @param path `backend/api-1`; empty for the root
/// @param serial names this unit for the engine's life: one that is removed and added again under
///   its path has another
/// @param run the present run's number; 0 where there is none
/// @param ready whether it is up as declared: a running unit may not be ready yet, any other is not
/// @param live it was declared while the tree ran, by nobody's script
/// @param pid 0 where there is none
/// @param startTicks field 22 of `/proc/PID/stat`: with the pid it names one process for ever
/// @param exit of the newest run that is over; empty when no run ever ended
/// @param restarts since the operator last started it
/// @param inState how long it has been in its state, for running and starting units
/// @param detail what it waits for, or why it failed; may be empty
/// @param tail the last lines of the newest run, where that has failed
/// @param instance which of several it is; 0 where there is but one
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
    Optional<Exit> exit,
    int restarts,
    Duration inState,
    String detail,
    Map<String, String> labels,
    List<UnitSnapshot> children,
    UnitSpec spec,
    int instance,
    OutputTail tail) {}
