package dev.supervise.worker.process;

import dev.supervise.posix.ProcessStat;
import dev.supervise.posix.Processes;
import dev.supervise.posix.ResourceLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/// What units use of the machine, from one walk through `/proc`. Nothing is measured but when it is
/// asked for. Whose a process is, is decided as the keeper decides it ([Origins]).
public final class ResourceUsage {
  private static final long PAGE = 4096;

  /// `USER_HZ`, which Linux fixes for all that read `/proc`.
  private static final long TICK_NANOS = 10_000_000;

  private ResourceUsage() {}

  /// What is asked about.
  ///
  /// @param leader the pid of its leading process
  /// @param startTicks 0: whatever process bears the number
  public record Subject(String name, int leader, long startTicks) {}

  /// What all processes of a subject use together.
  public record Use(int processes, int threads, Duration cpu, long memory, int descriptors) {
    static final Use NONE = new Use(0, 0, Duration.ZERO, 0, 0);

    Use plus(Use other) {
      return new Use(
          processes + other.processes,
          threads + other.threads,
          cpu.plus(other.cpu),
          memory + other.memory,
          descriptors + other.descriptors);
    }
  }

  /// @param worker who started the subjects' processes
  /// @return what each uses, by name; one of which nothing lives is left out
  public static Map<String, Use> of(List<Subject> subjects, ProcessWorker worker) {
    Map<Integer, ProcessStat> all;
    try {
      all = ProcessStat.all();
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    all.values().removeIf(stat -> !stat.alive());
    Set<String> names = new HashSet<>();
    subjects.forEach(subject -> names.add(subject.name()));
    Map<Long, String> marks = worker.marks();
    Predicate<ProcessStat> below = Descendants.below(all, worker.helpers());
    // What nobody of ours can have started is not looked at further.
    boolean others = !worker.leftRunning().isEmpty();
    Origins<String> origins =
        new Origins<>(
            pid -> Optional.ofNullable(all.get(pid)),
            stat ->
                others || below.test(stat)
                    ? ResourceLimits.softLocks(stat.pid())
                    : OptionalLong.empty(),
            soft -> Optional.ofNullable(marks.get(soft)).filter(names::contains),
            below.or(runsAs(worker)));
    for (Subject subject : subjects) {
      origins.leader(subject.leader(), subject.startTicks(), subject.name());
    }
    Map<String, Use> uses = new LinkedHashMap<>();
    for (ProcessStat stat : all.values()) {
      origins.of(stat).ifPresent(name -> uses.merge(name, use(stat), Use::plus));
    }
    return uses;
  }

  private static Predicate<ProcessStat> runsAs(ProcessWorker worker) {
    Set<Integer> users = worker.users();
    int ourselves = Processes.effectiveUser();
    return stat -> {
      int user = stat.user();
      return user == ourselves || users.contains(user);
    };
  }

  private static Use use(ProcessStat stat) {
    return new Use(
        1,
        stat.threads(),
        Duration.ofNanos(stat.cpuTicks() * TICK_NANOS),
        stat.residentPages() * PAGE,
        descriptors(stat.pid()));
  }

  /// 0 for a process that is not ours to look into.
  private static int descriptors(int pid) {
    String[] entries = Path.of("/proc/" + pid + "/fd").toFile().list();
    return entries == null ? 0 : entries.length;
  }
}
