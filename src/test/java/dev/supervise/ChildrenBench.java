package dev.supervise;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Starts N children by the real program, says what they cost, stops them, and says what is left.
/// Looks from outside, at `/proc` only.
public final class ChildrenBench {
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private ChildrenBench() {}

  public static void main(String[] args) throws Exception {
    Path supervise = Path.of(args[0]);
    int n = Integer.parseInt(args[1]);
    Path dir = Files.createTempDirectory("bench-children");
    try {
      Files.writeString(
          dir.resolve("app.groovy"),
          n + ".times { i -> process(\"c$i\") { command 'sleep', '86400' } }\n");
      measure(supervise, n, dir);
    } finally {
      try (Stream<Path> files = Files.walk(dir)) {
        files.sorted((a, b) -> b.compareTo(a)).map(Path::toFile).forEach(File::delete);
      }
    }
  }

  private static void measure(Path supervise, int n, Path dir) throws Exception {
    long begun = System.nanoTime();
    Process program =
        new ProcessBuilder(supervise.toString(), "app.groovy", "--quiet")
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("said").toFile())
            .start();
    try {
      long keeper = 0;
      long firstUp = 0;
      int children = 0;
      while (children < n) {
        if (!program.isAlive() || System.nanoTime() - begun > PATIENCE_NANOS) {
          System.out.println(children + " of " + n + " came up; it said:");
          complaints(dir).forEach(System.out::println);
          System.exit(1);
        }
        Thread.sleep(5);
        if (keeper == 0) {
          List<Long> found = children(program.pid());
          keeper = found.isEmpty() ? 0 : found.getFirst();
        }
        children = keeper == 0 ? 0 : children(keeper).size();
        if (children > 0 && firstUp == 0) {
          firstUp = System.nanoTime();
        }
      }
      long up = System.nanoTime();
      Thread.sleep(2000);
      List<Long> processes = children(keeper);
      System.out.printf("%,d children%n", n);
      System.out.printf("  program started to first child     %,6d ms%n", millis(firstUp - begun));
      System.out.printf(
          "  first child to last                %,6d ms, %d us each%n",
          millis(up - firstUp), (up - firstUp) / n / 1000);
      System.out.printf(
          "  memory (PSS) supervise, keeper     %,6d MB, %,d KB%n",
          pss(program.pid()) >> 10, pss(keeper));
      System.out.printf(
          "  threads, descriptors               %,6d, %,d; keeper %,d%n",
          list(program.pid(), "task"), list(program.pid(), "fd"), list(keeper, "fd"));
      long ticks = ticks(program.pid()) + ticks(keeper);
      Thread.sleep(5000);
      System.out.printf(
          "  processor while idle               %.2f %%%n",
          (ticks(program.pid()) + ticks(keeper) - ticks) / 5.0);
      long asked = System.nanoTime();
      program.destroy();
      program.waitFor(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
      long stopped = System.nanoTime();
      long left = processes.stream().filter(pid -> Files.exists(Path.of("/proc/" + pid))).count();
      System.out.printf(
          "  TERM to the program's end          %,6d ms, exit %d, %d left%n",
          millis(stopped - asked), program.exitValue(), left);
      complaints(dir).forEach(line -> System.out.println("  it said: " + line));
    } finally {
      program.destroyForcibly().waitFor();
    }
  }

  /// What it had to say but that units started and stopped.
  private static List<String> complaints(Path dir) throws IOException {
    try (Stream<String> lines = Files.lines(dir.resolve("said"))) {
      return lines.skip(1).filter(line -> !line.matches("[-+] .*")).limit(20).toList();
    }
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  /// The children of all threads of a process.
  private static List<Long> children(long pid) throws IOException {
    List<Long> found = new ArrayList<>();
    File[] threads = new File("/proc/" + pid + "/task").listFiles();
    for (File thread : threads == null ? new File[0] : threads) {
      Path list = thread.toPath().resolve("children");
      if (Files.exists(list)) {
        for (String child : Files.readString(list).split(" ")) {
          if (!child.isBlank()) {
            found.add(Long.parseLong(child.strip()));
          }
        }
      }
    }
    return found;
  }

  /// In KB.
  private static long pss(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      if (line.startsWith("Pss:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no Pss of " + pid);
  }

  private static int list(long pid, String folder) {
    String[] entries = new File("/proc/" + pid + "/" + folder).list();
    return entries == null ? 0 : entries.length;
  }

  /// Hundredths of a second of processor used.
  private static long ticks(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }
}
