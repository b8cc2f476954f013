package dev.supervise.worker.process;

import dev.supervise.posix.ProcessStat;
import dev.supervise.worker.keeper.KeeperMark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/// Whose a process is, by the keeper's own rule (`origin` in look.h): its leader's, or else by the
/// leader of its session or its group, which the kernel keeps, by its mark, and last by its parent.
/// A mark is believed only of a process that may be ours at all: anybody can read our marks, and
/// give his own processes one.
///
/// Answers for one moment: what it has decided of a process it does not ask again. One thread.
final class Origins<R> {
  private record Leader<R>(long startTicks, R owner) {}

  private final IntFunction<Optional<ProcessStat>> processes;
  private final Function<ProcessStat, OptionalLong> softLocks;
  private final LongFunction<Optional<R>> marks;
  private final Predicate<ProcessStat> credible;
  private final Map<Integer, Leader<R>> leaders = new HashMap<>();
  private final Map<Integer, Optional<R>> decided = new HashMap<>();

  /// @param processes by number
  /// @param softLocks the soft limit of file locks of a process; empty where it cannot be known
  /// @param marks whose such a limit is
  /// @param credible whether a process that carries a mark can be ours
  Origins(
      IntFunction<Optional<ProcessStat>> processes,
      Function<ProcessStat, OptionalLong> softLocks,
      LongFunction<Optional<R>> marks,
      Predicate<ProcessStat> credible) {
    this.processes = processes;
    this.softLocks = softLocks;
    this.marks = marks;
    this.credible = credible;
  }

  /// @param startTicks 0: whatever process bears the number
  void leader(int pid, long startTicks, R owner) {
    leaders.put(pid, new Leader<>(startTicks, owner));
  }

  Optional<R> of(ProcessStat process) {
    List<Integer> way = new ArrayList<>();
    Optional<R> found = Optional.empty();
    for (Optional<ProcessStat> at = Optional.of(process); at.isPresent(); ) {
      ProcessStat stat = at.get();
      Optional<R> known = decided.get(stat.pid());
      if (known != null) {
        found = known;
        break;
      }
      // What was read while it changed could hold a circle.
      decided.put(stat.pid(), Optional.empty());
      way.add(stat.pid());
      found = byWhatItIs(stat);
      at = found.isPresent() ? Optional.empty() : processes.apply(stat.parent());
    }
    for (int pid : way) {
      decided.put(pid, found);
    }
    return found;
  }

  private Optional<R> byWhatItIs(ProcessStat process) {
    return itself(process)
        .or(() -> ledBy(process.session(), process))
        .or(() -> ledBy(process.group(), process))
        .or(() -> marked(process));
  }

  private Optional<R> itself(ProcessStat process) {
    Leader<R> leader = leaders.get(process.pid());
    return leader != null && (leader.startTicks == 0 || leader.startTicks == process.startTicks())
        ? Optional.of(leader.owner)
        : Optional.empty();
  }

  private Optional<R> marked(ProcessStat process) {
    OptionalLong soft = softLocks.apply(process);
    if (soft.isEmpty() || !KeeperMark.mayBe(soft.getAsLong())) {
      return Optional.empty();
    }
    return marks.apply(soft.getAsLong()).filter(_ -> credible.test(process));
  }

  /// The kernel gives the number of a session or a group that has anybody in it to no other
  /// process: where another one bears it, it is that one's session.
  private Optional<R> ledBy(int pid, ProcessStat process) {
    Leader<R> leader = leaders.get(pid);
    return leader != null
            && leader.startTicks <= process.startTicks()
            && processes
                .apply(pid)
                .filter(it -> leader.startTicks != 0 && it.startTicks() != leader.startTicks)
                .isEmpty()
        ? Optional.of(leader.owner)
        : Optional.empty();
  }
}
