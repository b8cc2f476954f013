package dev.supervise.worker;

import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ProcessStat;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/// Processes that live on although they were to end. Thread-safe.
final class Leftovers {
  /// @param command the kernel's name for it
  /// @param certain whether it is ours; otherwise nothing tells whose it is
  record Left(ProcessIdentity identity, String command, boolean certain) {
    /// For the operator: `sleep (pid 123)`.
    String text() {
      String name = command + " (pid " + identity.pid() + ")";
      return certain ? name : name + ", whose it is cannot be told";
    }
  }

  private final Set<Left> all = new CopyOnWriteArraySet<>();

  void add(Collection<ProcessStat> processes, boolean certain) {
    processes.forEach(it -> all.add(new Left(it.identity(), it.command(), certain)));
  }

  /// Those that still do.
  List<Left> living() {
    all.removeIf(left -> !left.identity().alive());
    return List.copyOf(all);
  }
}
