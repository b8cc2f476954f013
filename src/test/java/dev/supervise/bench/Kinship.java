package dev.supervise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What the system says of the processes that supervise, children left out.
final class Kinship {
  private static final double TICKS_PER_SECOND = 100;

  private Kinship() {}

  /// `root` and what it started, less what runs `program`.
  static List<ProcessHandle> supervising(ProcessHandle root, String program) {
    return Stream.concat(Stream.of(root), root.descendants())
        .filter(process -> !runs(process.pid(), program))
        .toList();
  }

  /// How many processes run `program`.
  static List<ProcessHandle> running(String program) {
    return ProcessHandle.allProcesses().filter(process -> runs(process.pid(), program)).toList();
  }

  private static boolean runs(long pid, String program) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).toString().equals(program);
    } catch (IOException e) {
      // It has ended, or is none of ours.
      return false;
    }
  }

  static double pssMegabytes(List<ProcessHandle> processes) throws IOException {
    double kilobytes = 0;
    for (ProcessHandle process : processes) {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/smaps_rollup"))) {
        if (line.startsWith("Pss:")) {
          kilobytes += Double.parseDouble(line.replaceAll("[^0-9]", ""));
        }
      }
    }
    return kilobytes / 1024;
  }

  static int threads(List<ProcessHandle> processes) throws IOException {
    int threads = 0;
    for (ProcessHandle process : processes) {
      try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
        threads += (int) tasks.count();
      }
    }
    return threads;
  }

  static double processorSeconds(List<ProcessHandle> processes) throws IOException {
    double ticks = 0;
    for (ProcessHandle process : processes) {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
    return ticks / TICKS_PER_SECOND;
  }
}
