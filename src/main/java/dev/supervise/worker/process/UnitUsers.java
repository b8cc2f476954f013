package dev.supervise.worker.process;

import dev.supervise.posix.ProcessStat;
import dev.supervise.posix.Processes;
import dev.supervise.worker.function.BlockingTasks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Whom units run as, which is on record for the next supervisor: of these users, and of no others,
/// it believes that a process that carries our mark is ours. Thread-safe.
final class UnitUsers {
  /// After this time programs have become whom they want to be.
  private static final Duration SETTLED = Duration.ofSeconds(2);

  private final IdentityFile ledger;
  private final BlockingTasks errands;
  private final Supplier<List<Integer>> keepers;
  private final int ourselves = Processes.effectiveUser();

  /// Units whose processes have been looked at, or will be.
  private final Set<String> looked = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean looking = new AtomicBoolean();

  /// @param keepers the pids of the present keeper and its guard
  UnitUsers(IdentityFile ledger, BlockingTasks errands, Supplier<List<Integer>> keepers) {
    this.ledger = ledger;
    this.errands = errands;
    this.keepers = keepers;
  }

  Set<Integer> all() {
    return ledger.users();
  }

  /// A program of a unit is about to be started.
  ///
  /// @param user as in [SpawnRequest]: -1 where it stays ourselves
  /// @param path of the unit
  void starts(int user, String path) {
    if (user != -1 && user != ourselves) {
      ledger.user(user);
    }
    if (ourselves == 0 && looked.add(path) && looking.compareAndSet(false, true)) {
      errands.after(SETTLED, this::look);
    }
  }

  /// A program of root's may become another user by itself (`su`, servers).
  private void look() {
    looking.set(false);
    try {
      for (ProcessStat stat : Descendants.allBelow(keepers.get())) {
        int user = stat.user();
        if (user != -1 && user != ourselves) {
          ledger.user(user);
        }
      }
    } catch (IOException e) {
      if (looking.compareAndSet(false, true)) {
        errands.after(SETTLED, this::look);
      }
    }
  }

  /// Whether a process that carries a mark of ours can be ours: it descends from the keeper, or is
  /// of a user our units run as.
  boolean credible(ProcessStat stat) {
    int user = stat.user();
    return user == ourselves
        || ledger.users().contains(user)
        || Descendants.below(keepers.get()).test(stat);
  }
}
