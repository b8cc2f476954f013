package dev.supervise.worker;

import dev.supervise.posix.Fd;
import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ProcessStat;
import dev.supervise.posix.Processes;
import dev.supervise.posix.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Processes that are ours without a keeper that knows them: what a keeper left behind that was
/// killed together with its guard, what an earlier supervisor left behind, a detached unit's, and
/// strangers whose parents ended (this process is a subreaper, and may be PID 1).
///
/// Never touches a child the JVM itself started: the JDK waits for those, and their exit codes are
/// its own.
final class Kin {
  private static final int KILL = 9;
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private final int self = Processes.self();
  private final LongSupplier nanoClock;
  private Set<ProcessStat> deadBefore = Set.of();

  Kin(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /// A keeper of ours that is lost, and what is known of its runs.
  ///
  /// @param processes the keeper and its guard
  /// @param leaders of its runs, the detached ones not among them
  /// @param detached the processes of detached units
  record Lost(
      List<ProcessIdentity> processes,
      KeeperMark mark,
      Collection<ProcessIdentity> leaders,
      Collection<ProcessIdentity> detached) {}

  /// What came of a sweep.
  ///
  /// @param left ours, and could not be ended in time
  /// @param untold perhaps ours: nothing says whose it is, so it was left alone
  record Swept(List<ProcessStat> left, List<ProcessStat> untold) {
    static final Swept CLEAN = new Swept(List.of(), List.of());

    boolean clean() {
      return left.isEmpty() && untold.isEmpty();
    }
  }

  private enum Owner {
    TO_BE_ENDED,
    DETACHED
  }

  /// Kills and reaps all that a lost keeper had started, with all its descendants, and the keeper.
  /// All of it is below this process: the kernel gave it to us when the keeper ended.
  Swept sweep(Lost keeper) {
    List<Integer> theirs = keeper.processes().stream().map(ProcessIdentity::pid).toList();
    keeper.processes().forEach(it -> it.signal(KILL));
    List<ProcessStat> left =
        end(
            () -> {
              theirs.forEach(Processes::reap);
              return toBeEnded(ProcessStat.all(), keeper);
            },
            () -> List.of());
    return new Swept(left, untold(keeper));
  }

  private List<ProcessStat> toBeEnded(Map<Integer, ProcessStat> all, Lost keeper) {
    Origins<Owner> origins = origins(all, keeper);
    Predicate<ProcessStat> below = below(all, Set.of(self));
    return all.values().stream()
        .filter(stat -> stat.pid() != self && below.test(stat))
        .filter(stat -> keeper.processes().stream().noneMatch(stat::is))
        .filter(stat -> origins.of(stat).equals(Optional.of(Owner.TO_BE_ENDED)))
        .toList();
  }

  private static Origins<Owner> origins(Map<Integer, ProcessStat> all, Lost keeper) {
    Origins<Owner> origins =
        new Origins<>(
            pid -> Optional.ofNullable(all.get(pid)),
            ResourceLimits::softLocks,
            soft ->
                keeper.mark().run(soft).isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                        keeper.mark().detached(soft) ? Owner.DETACHED : Owner.TO_BE_ENDED),
            _ -> true);
    keeper.leaders().forEach(it -> origins.leader(it.pid(), it.startTicks(), Owner.TO_BE_ENDED));
    keeper.detached().forEach(it -> origins.leader(it.pid(), it.startTicks(), Owner.DETACHED));
    return origins;
  }

  /// What has become our child since there was that keeper, in a session of its own, and carries
  /// nothing that says whose it is.
  private List<ProcessStat> untold(Lost keeper) {
    Map<Integer, ProcessStat> all = ProcessStat.all();
    Origins<Owner> origins = origins(all, keeper);
    long since = keeper.processes().stream().mapToLong(ProcessIdentity::startTicks).min().orElse(0);
    int session = all.containsKey(self) ? all.get(self).session() : 0;
    return adopted().stream()
        .flatMap(pid -> Optional.ofNullable(all.get(pid)).stream())
        .filter(stat -> stat.alive() && stat.parent() == self && stat.session() != session)
        .filter(stat -> stat.startTicks() >= since && origins.of(stat).isEmpty())
        .filter(stat -> keeper.processes().stream().noneMatch(stat::is))
        .toList();
  }

  /// What an earlier supervisor of this state directory has left on record.
  ///
  /// @param keepers of this boot
  /// @param users whom its units ran as, besides ourselves
  /// @param kept its detached units
  /// @param left what it could not end, or not tell whose it was
  record Earlier(
      List<Ledger.KeeperEntry> keepers,
      Set<Integer> users,
      List<Ledger.Kept> kept,
      List<Ledger.Left> left) {
    private boolean nothing() {
      return keepers.isEmpty() && kept.isEmpty() && left.isEmpty();
    }

    /// Keepers that still kill what is theirs.
    private List<ProcessStat> sweeping() {
      return keepers.stream()
          .map(Ledger.KeeperEntry::identity)
          .filter(ProcessIdentity::alive)
          .flatMap(it -> ProcessStat.of(it.pid()).stream())
          .toList();
    }

    /// Whether a process can have been started by one of the keepers.
    private boolean mayBe(ProcessStat stat) {
      int user = stat.user();
      return (user == Processes.effectiveUser() || users.contains(user)) && oldEnough(stat);
    }

    private boolean oldEnough(ProcessStat stat) {
      return keepers.stream()
          .anyMatch(keeper -> stat.startTicks() >= keeper.identity().startTicks());
    }

    private Optional<Owner> owner(long soft) {
      for (Ledger.Kept entry : kept) {
        if (entry.mark() != 0 && entry.mark() == soft) {
          return Optional.of(entry.identity().alive() ? Owner.DETACHED : Owner.TO_BE_ENDED);
        }
      }
      return keepers.stream().anyMatch(keeper -> keeper.mark().run(soft).isPresent())
          ? Optional.of(Owner.TO_BE_ENDED)
          : Optional.empty();
    }

    private Origins<Owner> origins(Map<Integer, ProcessStat> all, Predicate<ProcessStat> credible) {
      Origins<Owner> origins =
          new Origins<>(
              pid -> Optional.ofNullable(all.get(pid)),
              ResourceLimits::softLocks,
              this::owner,
              credible);
      kept.forEach(
          it -> origins.leader(it.identity().pid(), it.identity().startTicks(), Owner.DETACHED));
      left.stream()
          .filter(it -> it.certain() && it.identity().alive())
          .forEach(it ->
              origins.leader(it.identity().pid(), it.identity().startTicks(), Owner.TO_BE_ENDED));
      return origins;
    }
  }

  /// Kills what earlier supervisors' keepers started and did not live to kill: everything that
  /// carries a mark of theirs, runs as a user their units ran as, and is no detached unit on
  /// record, with all its descendants. A keeper that still sweeps is waited for. Blocks until done,
  /// for a few seconds at most.
  Swept sweepEarlier(Earlier earlier) {
    if (earlier.nothing()) {
      return Swept.CLEAN;
    }
    List<ProcessStat> left =
        end(
            () -> {
              Map<Integer, ProcessStat> all = ProcessStat.all();
              Origins<Owner> origins = earlier.origins(all, earlier::mayBe);
              return all.values().stream()
                  .filter(stat -> stat.pid() != self && stat.alive())
                  .filter(stat -> origins.of(stat).equals(Optional.of(Owner.TO_BE_ENDED)))
                  .toList();
            },
            earlier::sweeping);
    return new Swept(left, untold(earlier));
  }

  /// What carries a mark and cannot be believed, and what was not known before.
  private List<ProcessStat> untold(Earlier earlier) {
    Map<Integer, ProcessStat> all = ProcessStat.all();
    Origins<Owner> believed = earlier.origins(all, earlier::mayBe);
    Origins<Owner> marked = earlier.origins(all, earlier::oldEnough);
    return all.values().stream()
        .filter(stat -> stat.pid() != self && stat.alive())
        .filter(stat ->
            believed.of(stat).isEmpty()
                && (marked.of(stat).isPresent()
                    || earlier.left().stream().anyMatch(it -> stat.is(it.identity()))))
        .toList();
  }

  /// Kills what is found until nothing more is, for some seconds at most.
  ///
  /// @param waited for, and not killed
  /// @return what is left
  private List<ProcessStat> end(
      Supplier<List<ProcessStat>> look, Supplier<List<ProcessStat>> waited) {
    long deadline = nanoClock.getAsLong() + PATIENCE_NANOS;
    long pause = 1_000_000;
    while (true) {
      List<ProcessStat> left = new ArrayList<>(waited.get());
      boolean reaped = false;
      for (ProcessStat stat : look.get()) {
        if (stat.alive()) {
          kill(stat);
          left.add(stat);
        } else {
          reaped |= stat.parent() == self && Processes.reap(stat.pid()).isPresent();
        }
      }
      if (left.isEmpty() && !reaped || nanoClock.getAsLong() - deadline > 0) {
        return left;
      }
      if (!reaped) {
        LockSupport.parkNanos(pause);
        pause = Math.min(2 * pause, 50_000_000);
      }
    }
  }

  private void kill(ProcessStat stat) {
    if (stat.parent() == self) {
      // Ours and not reaped: its number cannot be anybody else's.
      Processes.signalChild(stat.pid(), KILL);
      return;
    }
    int descriptor = Processes.pidfd(stat.pid());
    if (descriptor < 0) {
      return;
    }
    if (ProcessStat.of(stat.pid()).filter(it -> it.startTicks() == stat.startTicks()).isPresent()) {
      Processes.signal(descriptor, KILL);
    }
    Fd.close(descriptor);
  }

  /// What lives of a run whose keeper is gone: its leader, what carries its mark, what is in its
  /// session or group, and all their descendants.
  ///
  /// @param mark 0: nothing carries one
  /// @param credible whether a process that carries the mark can be of the run
  static List<ProcessStat> of(ProcessIdentity leader, long mark, Predicate<ProcessStat> credible) {
    Map<Integer, ProcessStat> all = ProcessStat.all();
    Origins<Owner> origins = of(pid -> Optional.ofNullable(all.get(pid)), leader, mark, credible);
    return all.values().stream()
        .filter(stat -> stat.alive() && origins.of(stat).isPresent())
        .toList();
  }

  /// Whether one process is of a run, by the same rule.
  static boolean isOf(int pid, ProcessIdentity leader, long mark, Predicate<ProcessStat> credible) {
    return ProcessStat.of(pid).flatMap(of(ProcessStat::of, leader, mark, credible)::of).isPresent();
  }

  private static Origins<Owner> of(
      IntFunction<Optional<ProcessStat>> processes,
      ProcessIdentity leader,
      long mark,
      Predicate<ProcessStat> credible) {
    Origins<Owner> origins =
        new Origins<>(
            processes,
            ResourceLimits::softLocks,
            soft -> mark != 0 && soft == mark ? Optional.of(Owner.DETACHED) : Optional.empty(),
            credible);
    origins.leader(leader.pid(), leader.startTicks(), Owner.DETACHED);
    return origins;
  }

  /// Everything below some processes: what keepers have, and have not ended yet.
  static List<ProcessStat> allBelow(Collection<Integer> pids) {
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
  void reapStrangers(List<Integer> keepers) {
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
  private List<Integer> adopted() {
    List<Integer> pids = new ArrayList<>();
    try {
      String list = Files.readString(Path.of("/proc/self/task/" + self + "/children"));
      for (String pid : list.split(" ")) {
        if (!pid.isBlank()) {
          pids.add(Integer.parseInt(pid.strip()));
        }
      }
    } catch (IOException noSuchList) {
      // A kernel without CONFIG_PROC_CHILDREN: all processes have to be asked for their parent.
      ProcessStat.all().values().stream()
          .filter(stat -> stat.parent() == self)
          .forEach(stat -> pids.add(stat.pid()));
    }
    return pids;
  }
}
