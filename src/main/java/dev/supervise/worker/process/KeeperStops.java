package dev.supervise.worker.process;

import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ProcessStat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Notices that the keeper or its guard was stopped by a signal (SIGSTOP), which ends neither and
/// of which nobody tells, and that it goes on. One thread at a time.
final class KeeperStops {
  private final Set<ProcessIdentity> stopped = new HashSet<>();

  /// @param processes the guard and the keeper, or the keeper alone
  /// @return what is new, for the operator
  List<String> look(List<ProcessIdentity> processes) {
    List<String> news = new ArrayList<>();
    stopped.retainAll(processes);
    for (ProcessIdentity each : processes) {
      boolean guard = processes.size() > 1 && each.equals(processes.getFirst());
      String who = (guard ? "the keeper's guard (pid " : "the keeper (pid ") + each.pid() + ")";
      if (!isStopped(each)) {
        if (stopped.remove(each) && each.alive()) {
          news.add(who + " goes on");
        }
      } else if (stopped.add(each)) {
        news.add(
            who
                + " is stopped (SIGSTOP): "
                + (guard
                    ? "if the keeper is killed, what it had started lives on"
                    : "nothing is started or signalled, and no end is seen")
                + " until it goes on; kill -CONT "
                + each.pid()
                + " lets it go on");
      }
    }
    return news;
  }

  static boolean isStopped(ProcessIdentity process) {
    return ProcessStat.of(process.pid())
        .filter(stat -> stat.is(process) && stat.stopped())
        .isPresent();
  }
}
