package dev.supervise.worker;

import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ProcessStat;
import dev.supervise.posix.ResourceLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// What is done about processes that keepers did not live to end: those of earlier supervisors at
/// the start, those of a keeper of ours that is lost, and those that live on at the end. What
/// cannot be ended, or cannot be told, is said, and remembered until it has ended. Blocks; not on
/// the reactor.
final class Recovery {
  /// How long the guard of a keeper that was killed may take to kill what that one had.
  private static final long GUARD_NANOS = 2_000_000_000L;

  /// How long the rest of the tree waits for what a keeper has left behind: its run waits longer.
  private static final Duration REST_WAITS = Duration.ofSeconds(1);

  /// How long a start waits for what an earlier supervisor has left behind.
  private static final Duration START_WAITS = Duration.ofSeconds(5);

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final Kin kin;
  private final Ledger ledger;
  private final Errands errands;
  private final Consumer<String> warnings;
  private final Consumer<Runnable> reactor;
  private final Leftovers leftovers = new Leftovers();

  /// Runs of a lost keeper of which something could not be ended.
  private final Set<KeeperRun> lingering = ConcurrentHashMap.newKeySet();

  /// @param reactor runs something on the reactor's thread
  Recovery(
      Kin kin,
      Ledger ledger,
      Errands errands,
      Consumer<String> warnings,
      Consumer<Runnable> reactor) {
    this.kin = kin;
    this.ledger = ledger;
    this.errands = errands;
    this.warnings = warnings;
    this.reactor = reactor;
  }

  /// Ends what an earlier supervisor of this state directory left behind, when it was killed
  /// together with its keeper and that one's guard.
  void ofEarlier() {
    settle();
    EarlierSupervisor earlier =
        new EarlierSupervisor(ledger.earlier(), ledger.users(), ledger.kept(), ledger.left());
    if (earlier.nothing()) {
      return;
    }
    Remnants.Swept swept = kin.sweep(earlier, START_WAITS);
    unseen(swept, "an earlier supervise");
    leftovers.add(swept.processes(), true);
    if (!swept.left().isEmpty()) {
      warnings.accept(
          "left over from an earlier supervise, cannot be killed: " + names(swept.processes()));
    }
    if (!swept.untold().isEmpty()) {
      warnings.accept(
          "perhaps left over from an earlier supervise, but that is not certain, so it is left"
              + " alone: "
              + names(swept.untold()));
    }
    if (ledger.earlier().stream().anyMatch(keeper -> keeper.mark().none())) {
      warnings.accept(
          "an earlier supervise was killed; where its keeper was killed with it, what it had"
              + " started is not found: its hard limit of file locks left no room for marks");
    }
  }

  /// Units that were to be left running are on record before they are started: which process they
  /// became is looked for here, where their supervisor did not live to note it.
  private void settle() {
    if (!ledger.unsettled()) {
      return;
    }
    try {
      Collection<ProcessStat> all = ProcessStat.all().values();
      EarlierSupervisor earlier =
          new EarlierSupervisor(ledger.earlier(), ledger.users(), ledger.kept(), ledger.left());
      ledger.settle(mark -> earlier.leader(mark, all).map(ProcessStat::identity));
    } catch (IOException e) {
      warnings.accept(
          "which detached units an earlier supervise was just starting cannot be looked for: "
              + e.getMessage());
    }
  }

  /// Sees to it that what a keeper of ours had is ended, now that it is lost.
  ///
  /// @param runs those that are on record
  /// @return what of which run lives on; the others are over
  Map<KeeperRun, Remains> of(Keeper.Link link, Map<Long, KeeperRun> runs) {
    // Its guard is at it, or the keeper itself where the guard was killed.
    if (link.awaitSwept(GUARD_NANOS)) {
      ledger.over(link.processes);
      return Map.of();
    }
    if (link.processes.isEmpty()) {
      // It never greeted, so it never started anything.
      link.kill();
      return Map.of();
    }
    LostKeeper lost = lost(link, runs.values());
    Remnants.Swept swept = kin.sweep(lost, REST_WAITS);
    unseen(swept, "the keeper that is gone");
    leftovers.add(swept.processes(), true);
    leftovers.add(swept.untold(), false);
    if (swept.left().isEmpty() && swept.untold().isEmpty() && swept.unseen().isEmpty()) {
      ledger.over(link.processes);
    }
    if (!swept.left().isEmpty()) {
      warnings.accept(
          "left over from the keeper that is gone, cannot be killed: " + names(swept.processes()));
    }
    if (!swept.untold().isEmpty()) {
      warnings.accept(
          "left alone, because nothing tells whether the keeper that is gone had started it: "
              + names(swept.untold()));
    }
    Map<KeeperRun, Remains> left = byRun(swept, runs);
    if (!left.isEmpty()) {
      lingering.addAll(left.keySet());
      errands.after(LOOK_AGAIN, () -> lookAgain(lost, left.keySet(), runs));
    }
    return left;
  }

  private void unseen(Remnants.Swept swept, String of) {
    if (!swept.unseen().isEmpty()) {
      warnings.accept("what " + of + " has left cannot be looked for: " + swept.unseen());
      leftovers.unseen("perhaps more, of " + of + ": " + swept.unseen());
    }
  }

  /// Whether a run is over but for what could not be ended of it.
  boolean lingers(KeeperRun run) {
    return lingering.contains(run);
  }

  private LostKeeper lost(Keeper.Link link, Collection<KeeperRun> runs) {
    Map<Long, ProcessIdentity> leaders = new HashMap<>();
    for (KeeperRun run : runs) {
      if (!run.detached() && !lingers(run)) {
        run.leader().ifPresent(leader -> leaders.put(run.number, leader));
      }
    }
    return new LostKeeper(
        link.processes,
        link.mark,
        leaders,
        ledger.kept().stream().map(Ledger.Kept::identity).toList());
  }

  private static Map<KeeperRun, Remains> byRun(Remnants.Swept swept, Map<Long, KeeperRun> runs) {
    Map<KeeperRun, Remains> left = new HashMap<>();
    for (Remnants.Remnant each : swept.left()) {
      KeeperRun run = runs.get(each.run());
      if (run != null) {
        ProcessStat stat = each.process();
        Remains one =
            new Remains(
                1, List.of(new Remains.Process(stat.pid(), stat.startTicks(), stat.command())));
        left.merge(run, one, Remains::with);
      }
    }
    return left;
  }

  /// Nothing of an old run is to live when the new one starts: a run is over when what could not be
  /// ended has ended.
  private void lookAgain(LostKeeper lost, Set<KeeperRun> waiting, Map<Long, KeeperRun> runs) {
    Remnants.Swept swept = kin.sweep(lost, Duration.ZERO);
    Map<KeeperRun, Remains> left = byRun(swept, runs);
    Set<KeeperRun> still = new HashSet<>();
    for (KeeperRun run : waiting) {
      if (left.containsKey(run) || !swept.unseen().isEmpty()) {
        still.add(run);
      } else {
        lingering.remove(run);
        reactor.accept(run::gone);
      }
    }
    if (!still.isEmpty()) {
      errands.after(LOOK_AGAIN, () -> lookAgain(lost, still, runs));
    }
  }

  /// A keeper that was to end has not: what is below it cannot be killed.
  ///
  /// @param keepers its pid and its guard's
  void notEnded(List<Integer> keepers, KeeperMark mark) {
    try {
      leftovers.add(
          Kin.allBelow(keepers).stream()
              .filter(stat -> !keepers.contains(stat.pid()) && !detached(stat, mark))
              .toList(),
          true);
    } catch (IOException e) {
      leftovers.unseen("what the keeper could not end: " + e.getMessage());
    }
  }

  private static boolean detached(ProcessStat stat, KeeperMark mark) {
    OptionalLong soft = ResourceLimits.softLocks(stat.pid());
    return soft.isPresent()
        && mark.run(soft.getAsLong()).isPresent()
        && mark.detached(soft.getAsLong());
  }

  Leftovers leftovers() {
    return leftovers;
  }

  private static String names(List<ProcessStat> processes) {
    return processes.stream()
        .map(stat -> stat.command() + " (pid " + stat.pid() + ")")
        .collect(Collectors.joining(", "));
  }
}
