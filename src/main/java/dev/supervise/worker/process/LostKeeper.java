package dev.supervise.worker.process;

import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ProcessStat;
import dev.supervise.posix.Processes;
import dev.supervise.posix.ResourceLimits;
import dev.supervise.worker.keeper.KeeperMark;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What a keeper of ours left behind that was killed together with its guard, and what of these two
/// is left. All of it is below this process: the kernel gave it to us when they ended.
///
/// @param processes the guard and the keeper
/// @param leaders of its runs by their numbers, the detached ones not among them
/// @param detached the processes of detached units
record LostKeeper(
    List<ProcessIdentity> processes,
    KeeperMark mark,
    Map<Long, ProcessIdentity> leaders,
    Collection<ProcessIdentity> detached)
    implements Remnants {
  /// Of a run that outlives its keeper; run numbers begin at 1.
  private static final long OUTLIVES = -1;

  @Override
  public List<Remnant> toBeEnded(Map<Integer, ProcessStat> all) {
    int self = Processes.self();
    Origins<Long> origins = origins(all);
    Predicate<ProcessStat> below = Descendants.below(all, Set.of(self));
    List<Remnant> found = new ArrayList<>();
    for (ProcessStat stat : all.values()) {
      if (isOne(stat)) {
        found.add(new Remnant(stat, 0));
      } else if (below.test(stat)) {
        origins
            .of(stat)
            .filter(run -> run != OUTLIVES)
            .ifPresent(run -> found.add(new Remnant(stat, run)));
      }
    }
    return found;
  }

  /// What has become our child since there was that keeper, in a session of its own, and carries
  /// nothing that says whose it is.
  @Override
  public List<ProcessStat> untold(Map<Integer, ProcessStat> all) {
    int self = Processes.self();
    Origins<Long> origins = origins(all);
    long since = processes.stream().mapToLong(ProcessIdentity::startTicks).min().orElse(0);
    int session = all.containsKey(self) ? all.get(self).session() : 0;
    return Descendants.adopted().stream()
        .flatMap(pid -> Optional.ofNullable(all.get(pid)).stream())
        .filter(stat -> stat.alive() && stat.parent() == self && stat.session() != session)
        .filter(stat -> stat.startTicks() >= since && origins.of(stat).isEmpty() && !isOne(stat))
        .toList();
  }

  private boolean isOne(ProcessStat stat) {
    return processes.stream().anyMatch(stat::is);
  }

  private Origins<Long> origins(Map<Integer, ProcessStat> all) {
    Origins<Long> origins =
        new Origins<>(
            pid -> Optional.ofNullable(all.get(pid)),
            stat -> ResourceLimits.softLocks(stat.pid()),
            soft ->
                mark.run(soft).isEmpty()
                    ? Optional.empty()
                    : Optional.of(mark.detached(soft) ? OUTLIVES : mark.run(soft).getAsLong()),
            _ -> true);
    leaders.forEach((run, it) -> origins.leader(it.pid(), it.startTicks(), run));
    detached.forEach(it -> origins.leader(it.pid(), it.startTicks(), OUTLIVES));
    return origins;
  }
}
