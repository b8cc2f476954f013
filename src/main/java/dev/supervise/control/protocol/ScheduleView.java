package dev.supervise.control.protocol;

/// One schedule and where it stands. Instants are milliseconds since 1970, 0 where there is none.
///
/// @param when its rhythm as people read it: `every 10 s`, `cron 0 3 * * * (UTC)`
/// @param params a JSON object
/// @param overlap `skip`, `queue`, `replace`
/// @param missed `skip`, `run`
/// @param lastFire the moment it fired for last
/// @param nextFire the moment it fires for next, unless it is suspended
/// @param lastTask the id of the task it submitted last; empty: none yet
public record ScheduleView(
    String name,
    String when,
    String type,
    String params,
    String overlap,
    String missed,
    boolean suspended,
    long lastFire,
    long nextFire,
    String lastTask) {}
