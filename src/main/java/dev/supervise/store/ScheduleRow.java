package dev.supervise.store;

import java.util.Optional;
import java.util.UUID;

/// What is on record of a schedule. Instants are milliseconds since 1970, 0 where there is none.
///
/// @param plan the words of its rhythm; when they change, what was planned by the old ones is void
/// @param since when it was first seen with that rhythm
/// @param suspended fires nothing until it is resumed
/// @param lastFire the moment it fired for last
/// @param nextFire the moment it fires for next
/// @param lastTask the task it submitted last
public record ScheduleRow(
    String name,
    String plan,
    long since,
    boolean suspended,
    long lastFire,
    long nextFire,
    Optional<UUID> lastTask) {}
