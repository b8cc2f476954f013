package dev.supervise.worker.process;

import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ProcessStat;
import dev.supervise.posix.Processes;
import dev.supervise.posix.ResourceLimits;
import dev.supervise.posix.SpareDescriptors;
import dev.supervise.worker.UninterruptedSleep;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// Processes that are ours without a keeper that knows them: what keepers left behind that did not
/// end by themselves, a detached unit's, and strangers whose parents ended (this process is a
/// subreaper, and may be PID 1).
///
/// Never touches a child the JVM itself started: the JDK waits for those, and their exit codes are
/// its own.
final class Descendants {
  private static final int KILL = 9;

  private final int self = Processes.self();
  private final LongSupplier nanoClock;
  private Set<ProcessStat> deadBefore = Set.of();

  Descendants(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /// Kills and reaps what was left behind, until there is nothing more of it or the time is up.
  Remnants.Swept sweep(Remnants remnants, Duration patience) {
    SpareDescriptors.keep();
    long deadline = nanoClock.getAsLong() + patience.toNanos();
    long pause = 1_000_000;
    while (true) {
      List<Remnants.Remnant> left = new ArrayList<>();
      List<ProcessStat> awaited = remnants.waitedFor();
      Map<Integer, ProcessStat> all = Map.of();
      String unseen = "";
      try {
        all = ProcessStat.all();
      } catch (IOException e) {
        unseen = String.valueOf(e.getMessage());
      }
      boolean reaped = false;
      for (Remnants.Remnant each : remnants.toBeEnded(all)) {
        if (each.process().pid() == self) {
          continue;
        }
        if (each.process().alive()) {
          kill(each.process());
          left.add(each);
        } else {
          reaped |= each.process().parent() == self && reap(each.process().pid());
        }
      }
      boolean done = unseen.isEmpty() && left.isEmpty() && awaited.isEmpty() && !reaped;
      if (done || nanoClock.getAsLong() - deadline >= 0) {
        return new Remnants.Swept(left, awaited, remnants.untold(all), unseen);
      }
      if (!reaped) {
        UninterruptedSleep.nanos(pause);
        pause = Math.min(2 * pause, 50_000_000);
      }
    }
  }

  private static boolean reap(int pid) {
    return Processes.reap(pid).isPresent();
  }

  private void kill(ProcessStat stat) {
    if (stat.parent() == self) {
      // Ours and not reaped: its number cannot be anybody else's.
      Processes.signalChild(stat.pid(), KILL);
      return;
    }
    // What the system refuses shows at the next look: it lives on.
    int _ = stat.identity().signal(KILL);
  }

  /// What lives of a run whose keeper is gone: its leader, what carries its mark, what is in its
  /// session or group, and all their descendants.
  ///
  /// @param mark 0: nothing carries one
  /// @param credible whether a process that carries the mark can be of the run
  /// @throws IOException when not all processes can be looked at
  static List<ProcessStat> of(ProcessIdentity leader, long mark, Predicate<ProcessStat> credible)
      throws IOException {
    Map<Integer, ProcessStat> all = ProcessStat.all();
    Origins<Boolean> origins = of(pid -> Optional.ofNullable(all.get(pid)), leader, mark, credible);
    return all.values().stream()
        .filter(stat -> stat.alive() && origins.of(stat).isPresent())
        .toList();
  }

  /// Whether one process is of a run, by the same rule.
  static boolean isOf(int pid, ProcessIdentity leader, long mark, Predicate<ProcessStat> credible) {
    return ProcessStat.of(pid).flatMap(of(ProcessStat::of, leader, mark, credible)::of).isPresent();
  }

  private static Origins<Boolean> of(
      IntFunction<Optional<ProcessStat>> processes,
      ProcessIdentity leader,
      long mark,
      Predicate<ProcessStat> credible) {
    Origins<Boolean> origins =
        new Origins<>(
            processes,
            stat -> ResourceLimits.softLocks(stat.pid()),
            soft -> mark != 0 && soft == mark ? Optional.of(true) : Optional.empty(),
            credible);
    origins.leader(leader.pid(), leader.startTicks(), true);
    return origins;
  }

  /// Everything below some processes: what keepers have, and have not ended yet.
  ///
  /// @throws IOException when not all processes can be looked at
  static List<ProcessStat> allBelow(Collection<Integer> pids) throws IOException {
    Map<Integer, ProcessStat> all = ProcessStat.all();
    Predicate<ProcessStat> below = below(all, pids);
    return all.values().stream().filter(stat -> stat.alive() && below.test(stat)).toList();
  }

  /// Whether a process descends from one of some.
  static Predicate<ProcessStat> below(Map<Integer, ProcessStat> all, Collection<Integer> pids) {
    return below(pid -> Optional.ofNullable(all.get(pid)), pids);
  }

  /// The same, of what is there at the moment it is asked.
  static Predicate<ProcessStat> below(Collection<Integer> pids) {
    return stat -> below(ProcessStat::of, pids).test(stat);
  }

  /// What it has decided of a process it does not ask again.
  private static Predicate<ProcessStat> below(
      IntFunction<Optional<ProcessStat>> processes, Collection<Integer> pids) {
    Map<Integer, Boolean> decided = new HashMap<>();
    return stat -> {
      List<Integer> way = new ArrayList<>();
      Boolean below = null;
      for (Optional<ProcessStat> at = Optional.of(stat); below == null && at.isPresent(); ) {
        int parent = at.get().parent();
        below = pids.contains(parent) ? Boolean.TRUE : decided.get(parent);
        if (below == null) {
          // What was read while it changed could hold a circle.
          decided.put(parent, false);
          way.add(parent);
          at = processes.apply(parent);
        }
      }
      boolean answer = below != null && below;
      way.forEach(pid -> decided.put(pid, answer));
      return answer;
    };
  }

  /// Reaps children that ended and that nobody waits for: those that were dead at the last call
  /// already. The JDK takes its own within moments.
  ///
  /// @param keepers all that have not been waited for, whatever became of them: how they ended is
  ///   asked by somebody
  void reapStrangers(Set<Integer> keepers) {
    Set<ProcessStat> dead = new HashSet<>();
    for (int pid : adopted()) {
      if (!keepers.contains(pid)) {
        ProcessStat.of(pid)
            .filter(stat -> !stat.alive() && stat.parent() == self)
            .ifPresent(dead::add);
      }
    }
    for (ProcessStat stat : dead) {
      if (deadBefore.contains(stat)) {
        Processes.reap(stat.pid());
      }
    }
    deadBefore = dead;
  }

  /// The kernel gives orphans to the oldest thread of a subreaper, whose list holds little else.
  static List<Integer> adopted() {
    List<Integer> pids = new ArrayList<>();
    try {
      String list = ProcessStat.children(Processes.self());
      for (String pid : list.split(" ")) {
        if (!pid.isBlank()) {
          pids.add(Integer.parseInt(pid.strip()));
        }
      }
    } catch (IOException noSuchList) {
      // A kernel without CONFIG_PROC_CHILDREN: all processes have to be asked for their parent.
      try {
        ProcessStat.all().values().stream()
            .filter(stat -> stat.parent() == Processes.self())
            .forEach(stat -> pids.add(stat.pid()));
      } catch (IOException unseen) {
        return List.of();
      }
    }
    return pids;
  }
}
