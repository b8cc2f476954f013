package dev.supervise.task;

import dev.supervise.spec.LiveTree;
import dev.supervise.spec.Origin;
import dev.supervise.spec.TaskSpec;
import dev.supervise.store.SqliteTaskStore;
import dev.supervise.store.TaskStore;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/// Durable tasks beside raw SQLite, in one run: `TaskBench DIRECTORY [TASKS]`. The directory is on
/// the disk that is measured; it is emptied.
public final class TaskBench {
  private static final long ROUND_NANOS = 3_000_000_000L;
  private static final int SUBMITTERS = 64;

  private TaskBench() {}

  public static void main(String[] args) throws Exception {
    Path dir = Files.createDirectories(Path.of(args[0]));
    int tasks = args.length > 1 ? Integer.parseInt(args[1]) : 100_000;
    raw(dir, 1, 1);
    for (int round = 0; round < 2; round++) {
      double raw = raw(dir, 1, ROUND_NANOS);
      say(
          "raw SQLite, WAL, FULL, one insert a commit      %8.0f /s  %6.0f µs each",
          raw, 1e6 / raw);
      double together = raw(dir, 512, ROUND_NANOS / 3);
      say("raw SQLite, 512 inserts a commit                %8.0f /s", together);
      one(dir, raw);
      many(dir);
    }
    old(dir, Integer.getInteger("rows", 1_000_000));
    memory(dir, tasks);
    System.exit(0);
  }

  private static void say(String form, Object... values) {
    System.out.println(String.format(Locale.ROOT, form, values));
  }

  private static Path fresh(Path dir) throws Exception {
    for (String end : List.of("", "-wal", "-shm")) {
      Files.deleteIfExists(dir.resolve("state.db" + end));
    }
    return dir.resolve("state.db");
  }

  private static double raw(Path dir, int together, long nanos) throws Exception {
    Path file = fresh(dir);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement plain = connection.createStatement()) {
      plain.execute("pragma journal_mode=WAL");
      plain.execute("pragma synchronous=FULL");
      plain.execute("create table t (id integer primary key, a text, b text)");
      try (PreparedStatement insert =
          connection.prepareStatement("insert into t (a, b) values (?, ?)")) {
        long from = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - from < nanos) {
          plain.execute("begin immediate");
          for (int i = 0; i < together; i++) {
            insert.setString(1, "import");
            insert.setString(2, "{\"n\":" + count++ + "}");
            insert.executeUpdate();
          }
          plain.execute("commit");
        }
        return count * 1e9 / (System.nanoTime() - from);
      }
    }
  }

  private static TaskEngine open(Path file) {
    TaskStore store = SqliteTaskStore.open(file, System.out::println, () -> "now");
    TaskSpec type =
        new TaskSpec(
            "import",
            Origin.NONE,
            null,
            TaskSpec.Retry.NONE,
            Optional.empty(),
            OptionalInt.empty(),
            TaskSpec.Keep.DEFAULT,
            (_, _) -> null);
    LiveTree tree =
        (LiveTree)
            Proxy.newProxyInstance(
                TaskBench.class.getClassLoader(),
                new Class<?>[] {LiveTree.class},
                (_, _, _) -> null);
    return TaskEngine.open(
        () -> store,
        () -> Map.of("import", type),
        new TaskEnvironment(
            System::nanoTime,
            System::currentTimeMillis,
            (_, _) -> {},
            _ -> {},
            System.out::println,
            text -> text,
            tree,
            _ -> {},
            () -> {}));
  }

  private static UUID submit(TaskEngine engine, long n) {
    return engine.submit("import", Map.of("n", n), Optional.empty());
  }

  private static void one(Path dir, double raw) throws Exception {
    try (TaskEngine engine = open(fresh(dir))) {
      long[] took = new long[1 << 20];
      int count = 0;
      long from = System.nanoTime();
      while (System.nanoTime() - from < ROUND_NANOS) {
        long at = System.nanoTime();
        submit(engine, count);
        took[count++] = System.nanoTime() - at;
      }
      double rate = count * 1e9 / (System.nanoTime() - from);
      Arrays.sort(took, 0, count);
      say(
          "one submitter                                   %8.0f /s  %6.0f µs each, %.2f × raw;"
              + " p50 %d µs, p99 %d µs",
          rate, 1e6 / rate, raw / rate, took[count / 2] / 1000, took[count * 99 / 100] / 1000);
    }
  }

  private static void many(Path dir) throws Exception {
    try (TaskEngine engine = open(fresh(dir))) {
      AtomicLong done = new AtomicLong();
      long[][] took = new long[SUBMITTERS][1 << 16];
      int[] counts = new int[SUBMITTERS];
      CountDownLatch over = new CountDownLatch(SUBMITTERS);
      Duration cpu = cpu();
      long from = System.nanoTime();
      for (int s = 0; s < SUBMITTERS; s++) {
        int me = s;
        Thread.startVirtualThread(() -> {
          while (System.nanoTime() - from < ROUND_NANOS) {
            long at = System.nanoTime();
            UUID id = submit(engine, me);
            took[me][counts[me]++] = System.nanoTime() - at;
            engine.over(id).join();
            done.incrementAndGet();
          }
          over.countDown();
        });
      }
      over.await();
      double rate = done.get() * 1e9 / (System.nanoTime() - from);
      long[] all =
          java.util.stream.IntStream.range(0, SUBMITTERS)
              .boxed()
              .flatMapToLong(s -> Arrays.stream(took[s], 0, counts[s]))
              .sorted()
              .toArray();
      say(
          "64 submitters, each waits for its task          %8.0f submitted and completed /s;"
              + " submit p50 %.2f ms, p99 %.2f ms, max %.1f ms; %d µs of CPU a task, %d"
              + " of them on the store's thread",
          rate,
          all[all.length / 2] / 1e6,
          all[(int) (all.length * 0.99)] / 1e6,
          all[all.length - 1] / 1e6,
          cpu().minus(cpu).toNanos() / 1000 / done.get(),
          storeNanos() / 1000 / done.get());
    }
  }

  private static long storeNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(thread -> thread != null && thread.getThreadName().equals("supervise-store"))
        .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
        .max()
        .orElse(0);
  }

  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static void old(Path dir, int rows) throws Exception {
    Path file = fresh(dir);
    long none = opening(file);
    fill(file, rows);
    long many = opening(file);
    say(
        "open an empty record %.1f ms, one of %d tasks that are over %.1f ms",
        none / 1e6, rows, many / 1e6);
    try (TaskEngine engine = open(file)) {
      for (int i = 0; i < 5; i++) {
        long at = System.nanoTime();
        int found = engine.list(TaskStore.Filter.ALL, OptionalLong.empty(), 100).size();
        say("newest %d of %d: %.2f ms", found, rows, (System.nanoTime() - at) / 1e6);
      }
    }
  }

  private static long opening(Path file) throws Exception {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long at = System.nanoTime();
      try (TaskEngine engine = open(file)) {
        engine.find(UUID.randomUUID());
        best = Math.min(best, System.nanoTime() - at);
      }
    }
    return best;
  }

  private static void fill(Path file, int rows) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement plain = connection.createStatement()) {
      long day = System.currentTimeMillis();
      plain.execute(
          "with recursive s(value) as (select 1 union all select value + 1 from s where value < "
              + rows
              + ") insert into task select value, randomblob(16), 'import', '{\"n\":' || value ||"
              + " '}', 2, 1, 0, 0, 0, 0, "
              + day
              + ", "
              + day
              + ", "
              + day
              + ", 0, '', 'null', 0, '', '' from s");
    }
  }

  private static void memory(Path dir, int tasks) throws Exception {
    try (TaskEngine engine = open(fresh(dir))) {
      long after = 0;
      int step = tasks / 5;
      for (int part = 1; part <= 5; part++) {
        CountDownLatch over = new CountDownLatch(SUBMITTERS);
        for (int s = 0; s < SUBMITTERS; s++) {
          Thread.startVirtualThread(() -> {
            for (int i = 0; i < step / SUBMITTERS; i++) {
              engine.over(submit(engine, i)).join();
            }
            over.countDown();
          });
        }
        over.await();
        engine.await(submit(engine, 0), Duration.ofSeconds(10));
        System.gc();
        long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        say("heap after %d tasks: %.1f MB", part * step, heap / 1e6);
        after = heap;
      }
      assert after > 0;
    }
  }
}
