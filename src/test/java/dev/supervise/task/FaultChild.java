package dev.supervise.task;

import dev.supervise.spec.LiveTree;
import dev.supervise.spec.Origin;
import dev.supervise.spec.TaskSpec;
import dev.supervise.store.SqliteTaskStore;
import dev.supervise.store.StoreFailure;
import dev.supervise.store.TaskState;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A task engine on a small disk of its own, which is filled up while a task runs, or may not be
/// written when it is opened: `FaultChild DIRECTORY full|readonly`. Says one line for each thing it
/// has seen.
public final class FaultChild {
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final CountDownLatch GO = new CountDownLatch(1);

  private FaultChild() {}

  public static void main(String[] args) throws Exception {
    Path dir = Path.of(args[0]);
    Path ballast = dir.resolve("ballast");
    if (args[1].equals("readonly")) {
      readOnly(dir);
      return;
    }
    TaskEngine engine = open(dir.resolve("state.db"));
    UUID held = engine.submit("held", Map.of(), Optional.empty());
    try {
      Files.write(ballast, new byte[64 << 20]);
    } catch (java.io.IOException full) {
      say("disk full");
    }
    StoreFailure failure = null;
    for (int i = 0; failure == null && i < 100; i++) {
      failure = submit(engine, "x".repeat(50_000));
    }
    say("submit: " + (failure == null ? "nothing" : failure.kind()));
    GO.countDown();
    while (WARNED.getCount() > 0) {
      Thread.sleep(5);
    }
    say("while it cannot be written: " + engine.find(held).map(row -> row.state()).orElseThrow());
    Files.delete(ballast);
    engine.over(held).join();
    say("afterwards: " + engine.find(held).map(row -> row.state()).orElseThrow());
    UUID next = engine.submit("quick", Map.of(), Optional.empty());
    say("next: " + engine.over(next).join().state());
    say("runs: " + RUNS.get());
    engine.close();
    TaskEngine again = open(dir.resolve("state.db"));
    again.over(next).join();
    say("runs after a restart: " + RUNS.get());
    say("completed: " + (again.find(held).orElseThrow().state() == TaskState.COMPLETED));
    again.close();
  }

  private static void readOnly(Path dir) throws Exception {
    remount(dir, "ro");
    TaskEngine engine = open(dir.resolve("state.db"));
    StoreFailure failure = submit(engine, "");
    say("submit: " + (failure == null ? "nothing" : failure.kind()));
    remount(dir, "rw");
    while (submit(engine, "") != null) {
      Thread.sleep(20);
    }
    say("afterwards: nothing");
    engine.close();
  }

  private static @org.jspecify.annotations.Nullable StoreFailure submit(
      TaskEngine engine, String text) {
    try {
      engine.submit("quick", Map.of("text", text), Optional.empty());
      return null;
    } catch (StoreFailure e) {
      return e;
    }
  }

  private static void remount(Path dir, String how) throws Exception {
    Process mount =
        new ProcessBuilder("mount", "-o", "remount," + how, dir.toString()).inheritIO().start();
    say("remounted " + how + " " + mount.waitFor());
  }

  private static final CountDownLatch WARNED = new CountDownLatch(1);

  private static TaskEngine open(Path file) {
    LiveTree tree =
        (LiveTree)
            Proxy.newProxyInstance(
                FaultChild.class.getClassLoader(),
                new Class<?>[] {LiveTree.class},
                (_, _, _) -> null);
    return TaskEngine.open(
        () -> SqliteTaskStore.open(file, FaultChild::say, () -> "now"),
        named(
            type(
                "held",
                () -> {
                  RUNS.incrementAndGet();
                  GO.await();
                  return "held";
                }),
            type("quick", () -> "quick")),
        new TaskEnvironment(
            System::nanoTime,
            System::currentTimeMillis,
            (_, _) -> {},
            _ -> {},
            text -> {
              if (text.contains("cannot be put on record")) {
                WARNED.countDown();
              }
            },
            text -> text,
            tree,
            _ -> {},
            () -> {}));
  }

  private interface Work {
    Object run() throws Exception;
  }

  private static Supplier<Map<String, TaskSpec>> named(TaskSpec... types) {
    Map<String, TaskSpec> named =
        Stream.of(types).collect(Collectors.toMap(TaskSpec::name, t -> t));
    return () -> named;
  }

  private static TaskSpec type(String name, Work work) {
    return new TaskSpec(
        name,
        Origin.NONE,
        null,
        TaskSpec.Retry.NONE,
        Optional.empty(),
        OptionalInt.empty(),
        TaskSpec.Keep.DEFAULT,
        (_, _) -> work.run());
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
