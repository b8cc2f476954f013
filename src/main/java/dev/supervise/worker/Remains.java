package dev.supervise.worker;

import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ProcessStat;
import java.util.List;
import java.util.stream.Stream;

/// What of a run outlived its leader.
///
/// @param count how many processes
/// @param named the first of them, at most 16
public record Remains(int count, List<Process> named) {
  private static final int NAMED = 16;
  public static final Remains NONE = new Remains(0, List.of());

  public Remains {
    named = List.copyOf(named);
  }

  /// @param command the kernel's name for it, at most 15 characters; [ProcessStat#NAMELESS] where
  ///   it has none, or it cannot be read
  public record Process(int pid, long startTicks, String command) {
    public Process {
      if (command.isBlank()) {
        command = ProcessStat.of(pid).map(ProcessStat::command).orElse(ProcessStat.NAMELESS);
      }
    }
  }

  /// One process, as it is called now.
  static Remains of(ProcessIdentity process) {
    return new Remains(1, List.of(new Process(process.pid(), process.startTicks(), "")));
  }

  /// Both, named up to the limit.
  Remains with(Remains other) {
    return new Remains(
        count + other.count,
        Stream.concat(named.stream(), other.named.stream()).limit(NAMED).toList());
  }
}
