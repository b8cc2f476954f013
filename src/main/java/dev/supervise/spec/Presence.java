package dev.supervise.spec;

import java.util.List;
import java.util.Optional;

/// How a process is told apart from all others, by whom, and for how long it is there.
///
/// @param pidFile what supervise writes while the process runs, relative to the unit's directory;
///   each instance has its own
/// @param detect where its process is looked for, in order, when it was not seen starting
/// @param forking the command ends when the daemon it has started is there; the daemon is the unit
/// @param detached outlives supervise, and is taken over by its next start
public record Presence(
    Optional<String> pidFile, List<Detector> detect, boolean forking, boolean detached) {
  public static final Presence NONE = new Presence(Optional.empty(), List.of(), false, false);

  public Presence {
    detect = List.copyOf(detect);
    if (pidFile.isPresent() && (pidFile.get().isEmpty() || pidFile.get().indexOf('\0') >= 0)) {
      throw new InvalidSpec("pidFile names no file");
    }
    if (forking && detect.isEmpty()) {
      throw new InvalidSpec(
          "forking() needs detect { … }: where is the daemon's pid to be found? As in detect {"
              + " pidFile 'run/x.pid' }, the file the daemon writes");
    }
    if (!detect.isEmpty() && !forking && !detached) {
      throw new InvalidSpec(
          "detect needs forking() or detached(); any other process is the one that was started");
    }
  }

  /// Whether nothing is declared that differs from the usual: the process that was started is the
  /// unit, and it ends with supervise.
  public boolean usual() {
    return pidFile.isEmpty() && !forking && !detached;
  }
}
