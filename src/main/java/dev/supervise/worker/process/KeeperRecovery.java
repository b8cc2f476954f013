package dev.supervise.worker.process;

import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ProcessStat;
import dev.supervise.posix.ResourceLimits;
import dev.supervise.worker.Survivors;
import dev.supervise.worker.function.BlockingTasks;
import dev.supervise.worker.keeper.Keeper;
import dev.supervise.worker.keeper.KeeperMark;
import dev.supervise.worker.keeper.KeeperSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
final class KeeperRecovery {
  /// How long the guard of a keeper that was killed may take to kill what that one had.
  private static final long GUARD_NANOS = 2_000_000_000L;

  /// How long the rest of the tree waits for what a keeper has left behind: its run waits longer.
  private static final Duration REST_WAITS = Duration.ofSeconds(1);

  /// How long a start waits for what an earlier supervisor has left behind.
  private static final Duration START_WAITS = Duration.ofSeconds(5);

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  /// How long the keeper may take at the end to kill what it has.
  private static final long END_NANOS = 2_000_000_000L;

  /// How long the end waits for what has not ended before.
  private static final Duration END_WAITS = Duration.ofSeconds(1);

  private final Descendants kin;
  private final IdentityFile ledger;
  private final BlockingTasks errands;
  private final Consumer<String> warnings;
  private final Consumer<Runnable> reactor;
  private final Leftovers leftovers = new Leftovers();

  /// What came last of the sweeps that were not clean: they are not done with.
  private final Map<Remnants, Remnants.Swept> owed = new LinkedHashMap<>();

  /// Runs of a lost keeper of which something could not be ended.
  private final Set<KeeperRun> lingering = ConcurrentHashMap.newKeySet();

  /// @param reactor runs something on the reactor's thread
  KeeperRecovery(
      Descendants kin,
      IdentityFile ledger,
      BlockingTasks errands,
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
  synchronized void ofEarlier() {
    settle();
    EarlierSupervisor earlier =
        new EarlierSupervisor(ledger.earlier(), ledger.users(), ledger.kept(), ledger.left());
    if (earlier.nothing()) {
      return;
    }
    Remnants.Swept swept = sweep(earlier, START_WAITS);
    unseen(swept, "an earlier supervise");
    if (!swept.left().isEmpty()) {
      warnings.accept(
          "left over from an earlier supervise, cannot be killed: " + names(swept.processes()));
    }
    if (!swept.awaited().isEmpty()) {
      warnings.accept(stillThere(swept.awaited()));
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
  synchronized Map<KeeperRun, Survivors> of(Keeper.Link link, Map<Long, KeeperRun> runs) {
    try {
      if (link.settled()) {
        return Map.of();
      }
      // Its guard is at it, or the keeper itself where the guard was killed.
      if (link.awaitEnd(GUARD_NANOS) == KeeperSource.End.SWEPT) {
        ledger.over(link.processes);
        return Map.of();
      }
      return left(link, runs);
    } finally {
      link.settle();
    }
  }

  private Map<KeeperRun, Survivors> left(Keeper.Link link, Map<Long, KeeperRun> runs) {
    if (link.processes.isEmpty()) {
      // It never greeted, so it never started anything.
      link.kill();
      return Map.of();
    }
    LostKeeper lost = lost(link, runs.values());
    Remnants.Swept swept = sweep(lost, REST_WAITS);
    unseen(swept, "the keeper that is gone");
    if (swept.clean()) {
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
    Map<KeeperRun, Survivors> left = byRun(swept, runs);
    if (!swept.unseen().isEmpty()) {
      // As long as nobody can look, all of them may live.
      runs.forEach((number, run) -> {
        ProcessIdentity leader = lost.leaders().get(number);
        if (leader != null) {
          left.putIfAbsent(run, Survivors.of(leader));
        }
      });
    }
    if (!left.isEmpty()) {
      lingering.addAll(left.keySet());
      errands.after(LOOK_AGAIN, () -> lookAgain(lost, left.keySet(), runs));
    }
    return left;
  }

  private void unseen(Remnants.Swept swept, String of) {
    if (!swept.unseen().isEmpty()) {
      warnings.accept("what " + of + " has left cannot be looked for: " + swept.unseen());
    }
  }

  /// Ends what can be ended, and keeps in mind what came of it.
  private Remnants.Swept sweep(Remnants remnants, Duration patience) {
    Remnants.Swept swept = kin.sweep(remnants, patience);
    leftovers.add(swept.processes(), true);
    if (remnants instanceof LostKeeper) {
      leftovers.add(swept.untold(), false);
    }
    if (swept.clean()) {
      owed.remove(remnants);
    } else {
      owed.put(remnants, swept);
    }
    return swept;
  }

  /// The end: the keepers whose end is still to be dealt with have been told to end, and what could
  /// not be ended before is tried once more.
  synchronized void atEnd(List<Keeper.Link> links, Map<Long, KeeperRun> runs) {
    for (Keeper.Link link : links) {
      switch (link.awaitEnd(END_NANOS)) {
        case SWEPT -> link.settle();
        case NOT_YET -> {
          notEnded(link);
          link.settle();
        }
        case KILLED -> {
          Map<KeeperRun, Survivors> _ = of(link, runs);
        }
      }
    }
    for (Remnants each : List.copyOf(owed.keySet())) {
      Remnants.Swept _ = sweep(each, END_WAITS);
    }
  }

  /// Whether there may be something that only the marks of keepers on record tell: it could not be
  /// looked for, or a keeper still has it.
  synchronized boolean marksNeeded() {
    return !leftovers.unseen().isEmpty()
        || owed.values().stream()
            .anyMatch(swept -> !swept.unseen().isEmpty() || !swept.awaited().isEmpty());
  }

  /// What lives on, for the operator.
  synchronized List<String> phrases() {
    List<String> phrases = new ArrayList<>(leftovers.phrases());
    owed.forEach((remnants, swept) -> {
      if (!swept.awaited().isEmpty()) {
        phrases.add(stillThere(swept.awaited()));
      }
      if (!swept.unseen().isEmpty()) {
        phrases.add(
            "perhaps more, of "
                + (remnants instanceof LostKeeper
                    ? "the keeper that is gone"
                    : "an earlier supervise")
                + ": "
                + swept.unseen());
      }
    });
    return phrases;
  }

  private static String stillThere(List<ProcessStat> keepers) {
    String stopped =
        keepers.stream()
            .filter(ProcessStat::stopped)
            .map(stat -> " " + stat.pid())
            .collect(Collectors.joining());
    return "the keeper of an earlier supervise has not ended: "
        + names(keepers)
        + (stopped.isEmpty()
            ? ""
            : "; it is stopped (SIGSTOP), kill -CONT" + stopped + " lets it go on");
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
        ledger.kept().stream().map(IdentityFile.Kept::identity).toList());
  }

  private static Map<KeeperRun, Survivors> byRun(Remnants.Swept swept, Map<Long, KeeperRun> runs) {
    Map<KeeperRun, Survivors> left = new HashMap<>();
    for (Remnants.Remnant each : swept.left()) {
      KeeperRun run = runs.get(each.run());
      if (run != null) {
        ProcessStat stat = each.process();
        Survivors one =
            new Survivors(
                1, List.of(new Survivors.Process(stat.pid(), stat.startTicks(), stat.command())));
        left.merge(run, one, Survivors::with);
      }
    }
    return left;
  }

  /// Nothing of an old run is to live when the new one starts: a run is over when what could not be
  /// ended has ended.
  private synchronized void lookAgain(
      LostKeeper lost, Set<KeeperRun> waiting, Map<Long, KeeperRun> runs) {
    Remnants.Swept swept = sweep(lost, Duration.ZERO);
    Map<KeeperRun, Survivors> left = byRun(swept, runs);
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

  /// A keeper that was to end has not: what is below it cannot be killed, or it is stopped.
  private void notEnded(Keeper.Link link) {
    Set<Integer> keepers = new HashSet<>(Set.of(link.pid));
    link.processes.forEach(it -> keepers.add(it.pid()));
    try {
      leftovers.add(
          Descendants.allBelow(keepers).stream()
              .filter(stat -> !keepers.contains(stat.pid()) && !detached(stat, link.mark))
              .toList(),
          true);
    } catch (IOException e) {
      leftovers.unseen("what the keeper could not end: " + e.getMessage());
    }
    List<String> stops = new KeeperStops().look(link.processes);
    stops.forEach(leftovers::unseen);
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
