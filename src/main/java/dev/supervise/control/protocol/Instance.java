package dev.supervise.control.protocol;

import java.util.Optional;

/// The instance a connection leads to.
///
/// @param script the script's path, absolute; empty for a tree without a script
/// @param pid the supervisor's; 0 for one that does not run
/// @param stateDir where its logs and databases are, absolute
/// @param socket its control socket; empty where it has none
/// @param startedAt milliseconds since 1970; 0 where that is not known
/// @param version supervise's own
/// @param notRunning what is known of the end of one that does not run
public record Instance(
    String script,
    long pid,
    String stateDir,
    String socket,
    long startedAt,
    String version,
    Optional<NotRunning> notRunning) {
  /// One that runs.
  public Instance(
      String script, long pid, String stateDir, String socket, long startedAt, String version) {
    this(script, pid, stateDir, socket, startedAt, version, Optional.empty());
  }
}
