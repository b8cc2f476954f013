package dev.supervise.worker;

import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.Processes;
import dev.supervise.posix.ResourceLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/// The processes that are this one's children without having been started by it: what a keeper that
/// died left behind, and strangers whose parents ended (this process is a subreaper, and may be PID
/// 1).
///
/// Never touches a child the JVM itself started: the JDK waits for those, and their exit codes are
/// its own.
final class Kin {
  /// How far a keeper's marks reach (see PROTOCOL.md).
  private static final long MARKS = 1L << 40;

  private static final int KILL = 9;
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private final int self = Processes.self();
  private final LongSupplier nanoClock;
  private Set<Stat> deadBefore = Set.of();

  Kin(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /// One line of `/proc/PID/stat`. A pid means something only together with its start.
  record Stat(int pid, String command, char state, int parent, int session, long startTicks) {
    static Optional<Stat> of(int pid) {
      try {
        return Optional.of(
            parse(
                pid,
                Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1)));
      } catch (IOException gone) {
        return Optional.empty();
      }
    }

    /// The name stands in parentheses and may contain any character, parentheses among them.
    static Stat parse(int pid, String line) {
      int open = line.indexOf('(');
      int close = line.lastIndexOf(')');
      String[] rest = line.substring(close + 2).split(" ");
      return new Stat(
          pid,
          line.substring(open + 1, close),
          rest[0].charAt(0),
          Integer.parseInt(rest[1]),
          Integer.parseInt(rest[3]),
          Long.parseLong(rest[19]));
    }

    ProcessIdentity identity() {
      return new ProcessIdentity(pid, startTicks, ProcessIdentity.boot());
    }

    boolean zombie() {
      return state == 'Z';
    }

    boolean same(Stat other) {
      return pid == other.pid && startTicks == other.startTicks;
    }
  }

  /// Kills and reaps all that a dead keeper had started, with all its descendants, and the keeper.
  ///
  /// @param keeper its pid
  /// @param mark what its runs are marked with; 0: none, then children of ours in sessions of their
  ///   own are it
  /// @param spared pids that are to live on although they carry no mark: detached units
  /// @return what could not be ended in time
  List<Stat> sweep(int keeper, long mark, IntPredicate spared) {
    long deadline = nanoClock.getAsLong() + PATIENCE_NANOS;
    Processes.signalChild(keeper, KILL);
    long pause = 1_000_000;
    while (true) {
      Processes.reap(keeper);
      List<Stat> left = new ArrayList<>();
      boolean reaped = false;
      for (Stat stat : of(keeper, mark, spared, table())) {
        if (stat.zombie()) {
          reaped |= stat.parent() == self && Processes.reap(stat.pid()).isPresent();
        } else {
          kill(stat);
          left.add(stat);
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

  /// Kills what earlier supervisors' keepers started and did not live to kill: everything that
  /// carries a mark of theirs and is no detached unit on record. A keeper that still sweeps is
  /// waited for. Blocks until done, for a few seconds at most.
  ///
  /// @return what could not be ended in time
  List<Stat> sweepEarlier(List<Ledger.KeeperEntry> keepers, List<Ledger.Kept> kept) {
    long deadline = nanoClock.getAsLong() + PATIENCE_NANOS;
    long pause = 1_000_000;
    while (!keepers.isEmpty() || !kept.isEmpty()) {
      List<Stat> left = new ArrayList<>();
      for (Stat stat : table().values()) {
        if (keepers.stream().anyMatch(keeper -> keeper.identity().pid() == stat.pid())) {
          keepers.stream()
              .filter(keeper -> keeper.identity().equals(stat.identity()))
              .filter(keeper -> keeper.identity().alive())
              .forEach(_ -> left.add(stat));
        } else if (!stat.zombie() && ofEarlier(stat, keepers, kept)) {
          kill(stat);
          left.add(stat);
        }
      }
      if (left.isEmpty() || nanoClock.getAsLong() - deadline > 0) {
        return left;
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, 50_000_000);
    }
    return List.of();
  }

  private static boolean ofEarlier(
      Stat stat, List<Ledger.KeeperEntry> keepers, List<Ledger.Kept> kept) {
    long soft = ResourceLimits.get(stat.pid(), ResourceLimits.LOCKS).soft();
    for (Ledger.Kept entry : kept) {
      if (entry.mark() != 0 && entry.mark() == soft) {
        return !entry.identity().alive();
      }
    }
    for (Ledger.KeeperEntry keeper : keepers) {
      long run = soft - keeper.mark();
      boolean detached = run >= KeeperPackets.DETACHED_MARK;
      run -= detached ? KeeperPackets.DETACHED_MARK : 0;
      if (keeper.mark() != 0
          && run > 0
          && run < MARKS
          && stat.startTicks() >= keeper.identity().startTicks()) {
        return true;
      }
    }
    return false;
  }

  /// What lives of a run: its leader, what carries its mark, what is in its session, and all their
  /// descendants.
  ///
  /// @param mark 0: nothing carries one
  static List<Stat> of(ProcessIdentity leader, long mark) {
    Map<Integer, Stat> table = table();
    List<Stat> found = new ArrayList<>();
    for (Stat stat : table.values()) {
      if (stat.identity().equals(leader)
          || stat.session() == leader.pid() && stat.startTicks() >= leader.startTicks()
          || mark != 0 && ResourceLimits.get(stat.pid(), ResourceLimits.LOCKS).soft() == mark) {
        found.add(stat);
      }
    }
    return withDescendants(found, table).stream().filter(stat -> !stat.zombie()).toList();
  }

  /// Reaps children that ended and that nobody waits for: those that were dead at the last call
  /// already. The JDK takes its own within moments.
  void reapStrangers(int keeper) {
    Set<Stat> dead = new HashSet<>();
    for (int pid : adopted()) {
      if (pid != keeper) {
        Stat.of(pid).filter(stat -> stat.zombie() && stat.parent() == self).ifPresent(dead::add);
      }
    }
    for (Stat stat : dead) {
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
      table().values().stream().filter(s -> s.parent() == self).forEach(s -> pids.add(s.pid()));
    }
    return pids;
  }

  private List<Stat> of(int keeper, long mark, IntPredicate spared, Map<Integer, Stat> table) {
    List<Stat> found = new ArrayList<>();
    int session = table.containsKey(self) ? table.get(self).session() : 0;
    for (Stat stat : table.values()) {
      boolean marked =
          mark == 0
              ? stat.parent() == self && stat.session() != session && !spared.test(stat.pid())
              : carries(stat.pid(), mark);
      if (marked && stat.pid() != self && stat.pid() != keeper) {
        found.add(stat);
      }
    }
    return withDescendants(found, table);
  }

  private static List<Stat> withDescendants(List<Stat> roots, Map<Integer, Stat> table) {
    Map<Integer, List<Stat>> children = new HashMap<>();
    table
        .values()
        .forEach(s -> children.computeIfAbsent(s.parent(), _ -> new ArrayList<>()).add(s));
    ArrayDeque<Stat> found = new ArrayDeque<>(roots);
    Map<Integer, Stat> all = new HashMap<>();
    while (!found.isEmpty()) {
      Stat stat = found.remove();
      if (all.put(stat.pid(), stat) == null) {
        found.addAll(children.getOrDefault(stat.pid(), List.of()));
      }
    }
    return List.copyOf(all.values());
  }

  private static boolean carries(int pid, long mark) {
    long run = ResourceLimits.get(pid, ResourceLimits.LOCKS).soft() - mark;
    return run > 0 && run < MARKS;
  }

  private void kill(Stat stat) {
    if (stat.parent() == self) {
      // Ours and not reaped: its number cannot be anybody else's.
      Processes.signalChild(stat.pid(), KILL);
      return;
    }
    int descriptor = Processes.pidfd(stat.pid());
    if (descriptor < 0) {
      return;
    }
    if (Stat.of(stat.pid()).filter(stat::same).isPresent()) {
      Processes.signal(descriptor, KILL);
    }
    dev.supervise.posix.Fd.close(descriptor);
  }

  private static Map<Integer, Stat> table() {
    Map<Integer, Stat> table = new HashMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path entry : entries) {
        int pid = Integer.parseInt(entry.getFileName().toString());
        Stat.of(pid).ifPresent(stat -> table.put(pid, stat));
      }
    } catch (IOException e) {
      throw new IllegalStateException("/proc cannot be listed: " + e, e);
    }
    return table;
  }
}
