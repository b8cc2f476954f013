package dev.supervise.control;

/// The running instance a connection leads to.
///
/// @param script the script's path, absolute; empty for a tree without a script
/// @param pid the supervisor's
/// @param stateDir where its logs and databases are, absolute
/// @param socket its control socket; empty where it has none
/// @param startedAt milliseconds since 1970
/// @param version supervise's own
public record Instance(
    String script, long pid, String stateDir, String socket, long startedAt, String version) {}
