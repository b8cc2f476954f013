package dev.supervise.control.protocol;

import java.time.Duration;

/// What one unit uses of the machine: its processes with all they have started.
///
/// @param path empty for supervise itself, its keeper included
/// @param processes how many live
/// @param cpu the time they have used so far; the difference of two looks says how busy they are
/// @param memory bytes they hold in memory; what they share is counted in each
/// @param descriptors files and sockets they have open
public record UnitUse(
    String path, int processes, int threads, Duration cpu, long memory, int descriptors) {}
