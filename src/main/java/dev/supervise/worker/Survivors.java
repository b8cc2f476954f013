package dev.supervise.worker;

import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ProcessStat;
import java.util.List;
import java.util.stream.Stream;

/// What of a run outlived its leader.
///
/// @param count how many processes
/// @param named the first of them, at most 16
public record Survivors(int count, List<Process> named) {
  private static final int NAMED = 16;
  public static final Survivors NONE = new Survivors(0, List.of());

  public Survivors {
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
  public static Survivors of(ProcessIdentity process) {
    return new Survivors(1, List.of(new Process(process.pid(), process.startTicks(), "")));
  }

  /// Both, named up to the limit.
  public Survivors with(Survivors other) {
    return new Survivors(
        count + other.count,
        Stream.concat(named.stream(), other.named.stream()).limit(NAMED).toList());
  }
}
