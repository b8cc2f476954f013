package dev.supervise.worker.process;

import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ProcessStat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What a supervisor that is gone has left of its keeper, for whoever waits for that to end.
public final class LeftKeepers {
  private LeftKeepers() {}

  /// Keepers and guards of a state directory that a signal has stopped (SIGSTOP): they end nothing,
  /// and hold what they hold, until they go on.
  public static List<ProcessIdentity> stopped(Path stateDir) {
    return IdentityFile.copy(stateDir.resolve(IdentityFile.NAME), _ -> {}).earlier().stream()
        .map(IdentityFile.KeeperEntry::identity)
        .filter(KeeperStops::isStopped)
        .toList();
  }

  /// Whether nothing lives of what a copy of the record tells: no keeper, no detached unit, nothing
  /// that carries a mark.
  ///
  /// @param file in a directory of our own
  /// @throws IOException not all processes can be looked at
  public static boolean none(Path file) throws IOException {
    IdentityFile ledger = IdentityFile.copy(file, _ -> {});
    EarlierSupervisor earlier =
        new EarlierSupervisor(
            ledger.earlier(),
            ledger.users(),
            ledger.kept().stream().filter(it -> it.identity().alive()).toList(),
            ledger.left());
    if (ledger.unsettled()) {
      return false;
    }
    if (earlier.nothing()) {
      return true;
    }
    Map<Integer, ProcessStat> all = ProcessStat.all();
    return earlier.kept().isEmpty()
        && earlier.waitedFor().isEmpty()
        && earlier.toBeEnded(all).isEmpty()
        && earlier.untold(all).isEmpty();
  }
}
