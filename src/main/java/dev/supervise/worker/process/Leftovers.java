package dev.supervise.worker.process;

import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ProcessStat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.stream.Collectors;

/// Processes that live on although they were to end. Thread-safe.
final class Leftovers {
  /// @param command the kernel's name for it
  /// @param certain whether it is ours; otherwise nothing tells whose it is
  record Left(ProcessIdentity identity, String command, boolean certain) {}

  private final Set<Left> all = new CopyOnWriteArraySet<>();
  private final Set<String> unseen = new CopyOnWriteArraySet<>();

  void add(Collection<ProcessStat> processes, boolean certain) {
    processes.forEach(it -> all.add(new Left(it.identity(), it.command(), certain)));
  }

  /// Something could not be looked for.
  ///
  /// @param what for the operator
  void unseen(String what) {
    unseen.add(what);
  }

  /// Those that still do.
  List<Left> living() {
    all.removeIf(left -> !left.identity().alive());
    return List.copyOf(all);
  }

  /// Those that still do, as the next supervisor is told of them.
  List<IdentityFile.Left> onRecord() {
    return living().stream().map(it -> new IdentityFile.Left(it.identity(), it.certain())).toList();
  }

  /// What could not be looked for, or not be ended.
  Set<String> unseen() {
    return Set.copyOf(unseen);
  }

  /// For the operator: a phrase for those that are ours, one for the others, and what could not be
  /// looked for.
  List<String> phrases() {
    List<Left> living = living();
    List<String> phrases = new ArrayList<>(2);
    String ours = names(living, true);
    String others = names(living, false);
    if (!ours.isEmpty()) {
      phrases.add("cannot be killed: " + ours);
    }
    if (!others.isEmpty()) {
      phrases.add("left alone, because nothing tells whose they are: " + others);
    }
    phrases.addAll(unseen);
    return phrases;
  }

  private static String names(List<Left> living, boolean certain) {
    return living.stream()
        .filter(left -> left.certain == certain)
        .map(left -> left.command + " (pid " + left.identity.pid() + ")")
        .collect(Collectors.joining(", "));
  }
}
