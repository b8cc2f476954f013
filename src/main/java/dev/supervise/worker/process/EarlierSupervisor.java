package dev.supervise.worker.process;

import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ProcessStat;
import dev.supervise.posix.Processes;
import dev.supervise.posix.ResourceLimits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What an earlier supervisor of this state directory left behind that was killed together with its
/// keeper and that one's guard: everything that carries a mark of theirs, runs as a user their
/// units ran as, and is no detached unit on record, with all its descendants.
///
/// @param keepers of this boot
/// @param users whom its units ran as, besides ourselves
/// @param kept its detached units
/// @param left what it could not end, or not tell whose it was
record EarlierSupervisor(
    List<IdentityFile.KeeperEntry> keepers,
    Set<Integer> users,
    List<IdentityFile.Kept> kept,
    List<IdentityFile.Left> left)
    implements Remnants {
  private enum Owner {
    TO_BE_ENDED,
    DETACHED
  }

  boolean nothing() {
    return keepers.isEmpty() && kept.isEmpty() && left.isEmpty();
  }

  @Override
  public List<Remnant> toBeEnded(Map<Integer, ProcessStat> all) {
    Origins<Owner> origins = origins(all, this::credible);
    List<Remnant> found = new ArrayList<>();
    for (ProcessStat stat : all.values()) {
      if (stat.alive() && origins.of(stat).equals(Optional.of(Owner.TO_BE_ENDED))) {
        found.add(new Remnant(stat, 0));
      }
    }
    return found;
  }

  /// The process that leads the run with this mark: its program, while that lives.
  Optional<ProcessStat> leader(long mark, Collection<ProcessStat> all) {
    return all.stream()
        .filter(stat -> stat.alive() && stat.session() == stat.pid())
        .filter(stat -> ResourceLimits.softLocks(stat.pid()).equals(OptionalLong.of(mark)))
        .filter(this::credible)
        .findFirst();
  }

  /// Keepers that still kill what is theirs.
  @Override
  public List<ProcessStat> waitedFor() {
    return keepers.stream()
        .map(IdentityFile.KeeperEntry::identity)
        .filter(ProcessIdentity::alive)
        .flatMap(it -> ProcessStat.of(it.pid()).stream())
        .toList();
  }

  /// What carries a mark and is of another user, and what could not be told before.
  @Override
  public List<ProcessStat> untold(Map<Integer, ProcessStat> all) {
    Origins<Owner> believed = origins(all, this::credible);
    Origins<Owner> marked = origins(all, this::oldEnough);
    return all.values().stream()
        .filter(stat -> stat.alive() && believed.of(stat).isEmpty())
        .filter(stat ->
            marked.of(stat).isPresent() || left.stream().anyMatch(it -> stat.is(it.identity())))
        .toList();
  }

  /// Whether one of the keepers can have started it. Marks can be read by everybody, and everybody
  /// can give his own processes one.
  private boolean credible(ProcessStat stat) {
    int user = stat.user();
    return oldEnough(stat) && (user == Processes.effectiveUser() || users.contains(user));
  }

  private boolean oldEnough(ProcessStat stat) {
    return Stream.concat(
            keepers.stream().map(IdentityFile.KeeperEntry::identity),
            kept.stream().map(IdentityFile.Kept::identity))
        .anyMatch(it -> stat.startTicks() >= it.startTicks());
  }

  private Optional<Owner> owner(long soft) {
    for (IdentityFile.Kept entry : kept) {
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
            stat -> ResourceLimits.softLocks(stat.pid()),
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
