package dev.supervise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// Supervisors side by side on the same work, in turn, in one run: one child (cold start, its
/// successor after `kill -9`), then N children (start, memory, threads, idle processor, stop, what
/// is left behind). Prints the median of all rounds; see `bin/bench`.
public final class ProcessBench {
  private static final int KILLS = 15;
  private static final int IDLE_SECONDS = 10;

  private final Peer.Programs programs;
  private final Map<String, List<Double>> figures = new TreeMap<>();

  private ProcessBench(Peer.Programs programs) {
    this.programs = programs;
  }

  public static void main(String[] args) throws Exception {
    Peer.Programs programs = new Peer.Programs(args[0], args[1], args[2]);
    int count = Integer.parseInt(args[3]);
    int rounds = Integer.parseInt(args[4]);
    Map<Peer, ProcessBench> benches = new EnumMap<>(Peer.class);
    for (String name : List.of(args).subList(5, args.length)) {
      benches.put(Peer.named(name), new ProcessBench(programs));
    }
    System.out.printf(
        Locale.ROOT,
        "%d processors, load %s, Java %s, Linux %s%n%d children, median of %d rounds%n",
        Runtime.getRuntime().availableProcessors(),
        Files.readString(Path.of("/proc/loadavg")).split(" ")[0],
        Runtime.version(),
        System.getProperty("os.version"),
        count,
        rounds);
    for (int i = 0; i < rounds; i++) {
      for (Map.Entry<Peer, ProcessBench> bench : benches.entrySet()) {
        bench.getValue().one(bench.getKey());
        bench.getValue().many(bench.getKey(), count);
      }
    }
    print(benches);
  }

  /// One run of a peer in a directory of its own.
  private final class Run implements AutoCloseable {
    final Path dir = Files.createTempDirectory("supervise-bench");
    final Path file = dir.resolve("stamps");
    final Stamps stamps = new Stamps(file);
    private final List<String> command;
    private long begun;
    private Process process;

    Run(Peer peer, int count) throws IOException {
      command = peer.prepare(programs, dir, count, file);
    }

    void start() throws IOException {
      Files.deleteIfExists(file);
      begun = System.nanoTime();
      process =
          new ProcessBuilder(command)
              .directory(dir.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(dir.resolve("output").toFile())
              .redirectErrorStream(true)
              .start();
    }

    double sinceStart(long nanos) {
      return (nanos - begun) / 1e6;
    }

    List<ProcessHandle> supervising() {
      return Kinship.supervising(process.toHandle(), programs.stamp());
    }

    double stop() throws InterruptedException, TimeoutException {
      long from = System.nanoTime();
      process.destroy();
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        throw new TimeoutException(command + " does not stop");
      }
      return (System.nanoTime() - from) / 1e6;
    }

    @Override
    public void close() throws IOException {
      process.destroyForcibly();
      Kinship.running(programs.stamp()).forEach(ProcessHandle::destroyForcibly);
      try (Stream<Path> files = Files.walk(dir)) {
        for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private void one(Peer peer) throws Exception {
    try (Run run = new Run(peer, 1)) {
      run.start();
      note(
          "a first start of a script never seen, ms",
          run.sinceStart(run.stamps.await(1).getFirst().nanos()));
      run.stop();
      run.start();
      note(
          "a start to the first child, ms", run.sinceStart(run.stamps.await(1).getFirst().nanos()));
      Thread.sleep(2500);
      List<Double> restarts = new ArrayList<>();
      for (int kill = 1; kill <= KILLS; kill++) {
        ProcessHandle child = ProcessHandle.of(run.stamps.all().getLast().pid()).orElseThrow();
        long from = System.nanoTime();
        child.destroyForcibly();
        restarts.add((run.stamps.await(kill + 1).getLast().nanos() - from) / 1e6);
        Thread.sleep(250);
      }
      note("b kill -9 to the successor, median, ms", median(restarts));
      note("b kill -9 to the successor, first, ms", restarts.getFirst());
      note(
          "b kill -9 to the successor, worst, ms",
          restarts.stream().max(Comparator.naturalOrder()).orElseThrow());
      note("e memory with 1 child, PSS MB", Kinship.pssMegabytes(run.supervising()));
      run.stop();
    }
  }

  private void many(Peer peer, int count) throws Exception {
    try (Run run = new Run(peer, count)) {
      run.start();
      List<Stamps.Stamp> started = run.stamps.await(count);
      note("c start of all, from the command, ms", run.sinceStart(started.getLast().nanos()));
      note(
          "c start of all, from the first child, ms",
          (started.getLast().nanos() - started.getFirst().nanos()) / 1e6);
      Thread.sleep(3000);
      List<ProcessHandle> supervising = run.supervising();
      note("e memory with all children, PSS MB", Kinship.pssMegabytes(supervising));
      note("f threads with all children", Kinship.threads(supervising));
      double used = Kinship.processorSeconds(supervising);
      Thread.sleep(IDLE_SECONDS * 1000L);
      note(
          "f processor while idle, %",
          100 * (Kinship.processorSeconds(supervising) - used) / IDLE_SECONDS);
      note("d stop of all, ms", run.stop());
      note("g left behind after the stop", Kinship.running(programs.stamp()).size());
    }
  }

  private void note(String what, double figure) {
    figures.computeIfAbsent(what, _ -> new ArrayList<>()).add(figure);
  }

  private static double median(List<Double> figures) {
    List<Double> sorted = figures.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  private static void print(Map<Peer, ProcessBench> benches) {
    StringBuilder text = new StringBuilder("| |");
    benches.keySet().forEach(peer -> text.append(' ').append(peer.title).append(" |"));
    text.append("\n|---|").append("---|".repeat(benches.size())).append('\n');
    for (String what : benches.values().iterator().next().figures.keySet()) {
      text.append("| ").append(what.substring(2)).append(" |");
      for (ProcessBench bench : benches.values()) {
        text.append(String.format(Locale.ROOT, " %.1f |", median(bench.figures.get(what))));
      }
      text.append('\n');
    }
    System.out.print(text);
  }
}
