package dev.supervise.worker;

import java.nio.file.Path;
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
public record ProcessWorkerSettings(
    Path logDir,
    Output output,
    Consumer<String> warnings,
    LongSupplier nanoClock,
    LongSupplier wallClock,
    Runnable keeperLost) {}
