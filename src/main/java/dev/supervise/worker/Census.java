package dev.supervise.worker;

import dev.supervise.posix.ResourceLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What runs use of the machine, from one walk through `/proc`. Nothing is measured but when it is
/// asked for. A process belongs to a run when it is its leader, carries its mark, is in its
/// leader's session, or descends from one that belongs to it.
public final class Census {
  private static final long PAGE = 4096;

  /// `USER_HZ`, which Linux fixes for all that read `/proc`.
  private static final long TICK_NANOS = 10_000_000;

  /// How far a keeper's marks reach (see PROTOCOL.md).
  private static final long MARKS = 1L << 40;

  /// A run that is asked about.
  ///
  /// @param number the run's; 0: not known
  /// @param leader its pid
  public record Subject(String name, long number, int leader, long startTicks) {}

  /// What all processes of a run use together.
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

  private record Process(
      int pid, int parent, int session, long start, int threads, long ticks, long pages) {}

  private final Map<Integer, Process> table;
  private final Map<Integer, Optional<String>> owner = new HashMap<>();
  private final Map<Integer, Subject> leaders = new HashMap<>();
  private final Map<Long, Subject> runs = new HashMap<>();
  private final long mark;

  private Census(List<Subject> subjects, long mark) {
    this.table = table();
    this.mark = mark;
    for (Subject subject : subjects) {
      leaders.put(subject.leader(), subject);
      if (subject.number() != 0) {
        runs.put(subject.number(), subject);
      }
    }
  }

  /// @param mark what the keeper's runs are marked with; 0: nothing is
  /// @return what each uses, by name; a run of which nothing lives is left out
  public static Map<String, Use> of(List<Subject> subjects, long mark) {
    Census census = new Census(subjects, mark);
    Map<String, Use> uses = new LinkedHashMap<>();
    for (Process process : census.table.values()) {
      census.owner(process).ifPresent(name -> uses.merge(name, use(process), Use::plus));
    }
    return uses;
  }

  private Optional<String> owner(Process process) {
    Optional<String> known = owner.get(process.pid());
    if (known != null) {
      return known;
    }
    // A table that changed while it was read could hold a circle.
    owner.put(process.pid(), Optional.empty());
    Optional<String> found = direct(process);
    if (found.isEmpty()) {
      Process parent = table.get(process.parent());
      found = parent == null ? Optional.empty() : owner(parent);
    }
    owner.put(process.pid(), found);
    return found;
  }

  private Optional<String> direct(Process process) {
    Subject own = leaders.get(process.pid());
    if (own != null && (own.startTicks() == 0 || own.startTicks() == process.start())) {
      return Optional.of(own.name());
    }
    if (mark != 0) {
      long run = ResourceLimits.get(process.pid(), ResourceLimits.LOCKS).soft() - mark;
      run -= run >= KeeperPackets.DETACHED_MARK ? KeeperPackets.DETACHED_MARK : 0;
      if (run > 0 && run < MARKS && runs.containsKey(run)) {
        return Optional.of(runs.get(run).name());
      }
    }
    Subject session = leaders.get(process.session());
    return session != null && session.startTicks() <= process.start()
        ? Optional.of(session.name())
        : Optional.empty();
  }

  private static Use use(Process process) {
    return new Use(
        1,
        process.threads(),
        Duration.ofNanos(process.ticks() * TICK_NANOS),
        process.pages() * PAGE,
        descriptors(process.pid()));
  }

  /// 0 for a process that is not ours to look into.
  private static int descriptors(int pid) {
    String[] entries = Path.of("/proc/" + pid + "/fd").toFile().list();
    return entries == null ? 0 : entries.length;
  }

  private static Map<Integer, Process> table() {
    Map<Integer, Process> table = new HashMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path entry : entries) {
        read(entry).ifPresent(process -> table.put(process.pid(), process));
      }
    } catch (IOException e) {
      throw new IllegalStateException("/proc cannot be listed: " + e, e);
    }
    return table;
  }

  private static Optional<Process> read(Path entry) {
    String line;
    try {
      line = Files.readString(entry.resolve("stat"), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return Optional.empty();
    }
    // proc(5); the name stands in parentheses and may hold any character.
    List<String> fields =
        new ArrayList<>(List.of(line.substring(line.lastIndexOf(')') + 2).split(" ")));
    if (fields.getFirst().equals("Z")) {
      return Optional.empty();
    }
    return Optional.of(
        new Process(
            Integer.parseInt(entry.getFileName().toString()),
            Integer.parseInt(fields.get(1)),
            Integer.parseInt(fields.get(3)),
            Long.parseLong(fields.get(19)),
            Integer.parseInt(fields.get(17)),
            Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12)),
            Long.parseLong(fields.get(21))));
  }
}
