package dev.supervise.task;

import dev.supervise.spec.LiveTree;
import dev.supervise.spec.Origin;
import dev.supervise.spec.Pause;
import dev.supervise.spec.TaskBody;
import dev.supervise.spec.TaskSpec;
import dev.supervise.store.SqliteTaskStore;
import dev.supervise.store.TaskState;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A supervisor's task engine that is killed from outside: submits at random and says on its
/// standard output what it knows, one line in one write, so that what it said is known whatever
/// becomes of it. `CrashChild FILE SEED SUBMIT`, the last one `false` for a run that only finishes
/// what is left.
public final class CrashChild {
  private static final FileOutputStream OUT = new FileOutputStream(java.io.FileDescriptor.out);

  private CrashChild() {}

  public static void main(String[] args) throws Exception {
    Random random = new Random(Long.parseLong(args[1]));
    TaskEngine engine =
        TaskEngine.open(
            () -> SqliteTaskStore.open(Path.of(args[0]), CrashChild::warn, () -> "now"),
            named(
                type("quick", 0, (context, _) -> begun(context.id(), context.attempt(), 0)),
                type("slow", 0, (context, _) -> begun(context.id(), context.attempt(), 30)),
                type(
                    "again",
                    2,
                    (context, _) -> {
                      begun(context.id(), context.attempt(), 1);
                      if (context.prevExit().isEmpty()) {
                        throw new IOException("once");
                      }
                      return null;
                    })),
            new TaskEnvironment(
                System::nanoTime,
                System::currentTimeMillis,
                (_, _) -> {},
                _ -> {},
                CrashChild::warn,
                text -> text,
                tree(),
                row -> {
                  if (row.state() == TaskState.COMPLETED) {
                    say("completed " + row.id());
                  }
                },
                () -> {}));
    engine.find(new UUID(0, 0));
    say("open");
    if (Boolean.parseBoolean(args[2])) {
      for (int i = 0; i < 6; i++) {
        long seed = random.nextLong();
        Thread.startVirtualThread(() -> submit(engine, new Random(seed)));
      }
      Thread.sleep(Duration.ofMinutes(1));
    }
    while (engine.busy()) {
      Thread.sleep(5);
    }
    engine.close();
    say("closed");
  }

  private static void submit(TaskEngine engine, Random random) {
    List<String> types = List.of("quick", "quick", "slow", "again");
    while (true) {
      String type = types.get(random.nextInt(types.size()));
      Optional<String> id =
          random.nextBoolean()
              ? Optional.empty()
              : Optional.of(new UUID(random.nextLong(), random.nextLong()).toString());
      say("submitted " + engine.submit(type, Map.of("n", random.nextInt()), id));
      try {
        Thread.sleep(random.nextInt(8));
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static Object begun(UUID id, int attempt, long millis) throws InterruptedException {
    say("begun " + id + " " + attempt);
    Thread.sleep(millis);
    return attempt;
  }

  private static Supplier<Map<String, TaskSpec>> named(TaskSpec... types) {
    Map<String, TaskSpec> named =
        Stream.of(types).collect(Collectors.toMap(TaskSpec::name, t -> t));
    return () -> named;
  }

  private static TaskSpec type(String name, int retries, TaskBody body) {
    return new TaskSpec(
        name,
        Origin.NONE,
        null,
        new TaskSpec.Retry(retries, new Pause.Delay(Duration.ofMillis(5))),
        Optional.empty(),
        name.equals("slow") ? OptionalInt.of(4) : OptionalInt.empty(),
        TaskSpec.Keep.DEFAULT,
        body);
  }

  private static LiveTree tree() {
    return (LiveTree)
        Proxy.newProxyInstance(
            CrashChild.class.getClassLoader(), new Class<?>[] {LiveTree.class}, (_, _, _) -> null);
  }

  private static void warn(String text) {
    say("warning " + text);
  }

  private static void say(String line) {
    try {
      synchronized (OUT) {
        OUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
