package dev.supervise;

import dev.supervise.posix.PrivateDirectory;
import dev.supervise.run.Declaration;
import dev.supervise.spec.App;
import dev.supervise.spec.TaskEdge;
import dev.supervise.spec.TaskSpec;
import dev.supervise.spec.Tasks;
import dev.supervise.store.SqliteTaskStore;
import dev.supervise.store.StoreFailure;
import dev.supervise.store.TaskRow;
import dev.supervise.store.TaskState;
import dev.supervise.store.TaskStore;
import dev.supervise.task.AwaitCondition;
import dev.supervise.task.Schedules;
import dev.supervise.task.TaskDependencies;
import dev.supervise.task.TaskEngine;
import dev.supervise.task.TaskEnvironment;
import dev.supervise.worker.process.ProcessWorker;
import dev.supervise.worker.process.StandaloneProbes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The task engine of an engine: made when something wants it and not before, because waking the
/// database takes longer than a whole start.
final class TaskService implements Tasks {
  /// A tree that starts nothing has no first spawn to wait for.
  private static final long NO_SPAWN_MILLIS = 50;

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  static final String FILE = "state.db";

  private final Settings settings;
  private final Supplier<ProcessWorker> processes;
  private final Supplier<TaskEnvironment> around;
  private final TaskDependencies awaited;
  private final CountDownLatch spawned = new CountDownLatch(1);

  /// Written by the loop alone.
  private volatile Declaration declared = Declaration.NOTHING;

  private volatile @Nullable Types types;
  private boolean begun;
  private boolean leaving;
  private @Nullable TaskEnvironment given;
  private volatile @Nullable TaskEngine engine;
  private volatile @Nullable SqliteTaskStore kept;
  private volatile @Nullable Schedules schedules;
  private volatile @Nullable StandaloneProbes questions;

  /// The types of one declaration, shipped ones included.
  private record Types(long version, Map<String, TaskSpec> byName) {}

  /// @param processes asked when the first task engine is made, as is `around`
  /// @param nudge called when a task has completed that a unit waits for
  TaskService(
      Settings settings,
      Supplier<ProcessWorker> processes,
      Supplier<TaskEnvironment> around,
      Runnable nudge) {
    this.settings = settings;
    this.processes = processes;
    this.around = around;
    this.awaited = new TaskDependencies(this::engine, nudge);
  }

  /// What is declared from now on: tasks are run by its types at once. On the loop; never waits.
  void declare(Declaration declaration) {
    declared = declaration;
  }

  /// Brings what runs into line with what is declared. Not on the loop: waits for locks.
  synchronized void follow() {
    TaskEngine running = engine;
    if (running != null) {
      running.retyped();
    }
    Schedules fixed = schedules;
    if (fixed != null) {
      fixed.replace(declared.app().schedules());
    } else if (begun) {
      begin(false);
    }
  }

  /// What such a declaration would leave waiting of the tasks that are open, a sentence a type.
  List<String> held(App next) {
    TaskEngine running = engine;
    return running == null ? List.of() : running.held(byName(next));
  }

  /// Whether there is a record of an earlier run. Looks at the disk.
  boolean onRecord() {
    return Files.exists(file());
  }

  /// The tree starts: what was left of an earlier one is taken up beside it.
  ///
  /// @param record what [#onRecord] said
  synchronized void begin(boolean record) {
    begun = true;
    App app = declared.app();
    if (!app.tasks().isEmpty() || !app.schedules().isEmpty() || record) {
      Schedules made = engine().schedule(app.schedules());
      schedules = made;
      if (leaving) {
        made.stop();
      }
    }
  }

  /// Something has been started: there is time for other work now.
  void spawned() {
    spawned.countDown();
  }

  private Path file() {
    return settings.stateDir().resolve(FILE);
  }

  /// The task engine; made now if there is none yet.
  synchronized TaskEngine engine() {
    TaskEngine running = engine;
    if (running == null) {
      given = around.get();
      String base = declared.app().base();
      questions = new StandaloneProbes(processes.get(), base.isEmpty() ? "/" : base);
      running = TaskEngine.open(this::store, this::types, given);
      engine = running;
      if (leaving) {
        running.stop(false);
      }
    }
    return running;
  }

  /// The schedules; empty where the script has none, or none yet.
  Optional<Schedules> schedules() {
    return Optional.ofNullable(schedules);
  }

  private TaskStore store() {
    try {
      if (!spawned.await(NO_SPAWN_MILLIS, TimeUnit.MILLISECONDS)) {
        spawned.countDown();
      }
      PrivateDirectory.create(settings.stateDir());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new StoreFailure(
          StoreFailure.Kind.READ_ONLY,
          "the state directory " + settings.stateDir() + " cannot be made: " + e.getMessage(),
          e);
    }
    TaskEnvironment known = java.util.Objects.requireNonNull(given);
    SqliteTaskStore opened =
        SqliteTaskStore.open(
            file(),
            settings.warnings(),
            () -> STAMP.format(Instant.ofEpochMilli(known.timeOfDay().getAsLong())));
    kept = opened;
    return opened;
  }

  /// Whether the tasks are in a file by now. Any thread.
  boolean onDisk() {
    return kept != null;
  }

  /// The file was taken away while it was open: makes it again with all that was in it. Fails when
  /// it cannot be made.
  CompletableFuture<Void> renew() {
    SqliteTaskStore store = kept;
    return store == null ? CompletableFuture.completedFuture(null) : store.renew();
  }

  /// The script's own types come last: one of them may take the place of a shipped one.
  private Map<String, TaskSpec> types() {
    Declaration now = declared;
    Types known = types;
    if (known == null || known.version() != now.version()) {
      known = new Types(now.version(), byName(now.app()));
      types = known;
    }
    return known.byName();
  }

  private Map<String, TaskSpec> byName(App app) {
    StandaloneProbes asking = java.util.Objects.requireNonNull(questions);
    Map<String, TaskSpec> byName = new LinkedHashMap<>();
    TaskSpec ready = AwaitCondition.markReady();
    byName.put(ready.name(), ready);
    byName.put(AwaitCondition.TYPE, AwaitCondition.type(asking::ask, this::declared));
    app.tasks().forEach(spec -> byName.put(spec.name(), spec));
    return byName;
  }

  private Optional<TaskSpec> declared(String type) {
    return declared.app().tasks().stream().filter(spec -> spec.name().equals(type)).findFirst();
  }

  @Override
  public UUID submit(String type, Map<String, ?> params, Optional<String> id) {
    // Whoever waits for this has waited long enough for a first spawn that is not to come.
    spawned();
    return engine().submit(type, params, id);
  }

  @Override
  public @Nullable Object await(UUID id) throws InterruptedException {
    return engine().await(id);
  }

  /// Whether such a task has completed, as far as is known. Asked for the first time, the record is
  /// looked at beside. Any thread, never waits.
  boolean completed(TaskEdge task) {
    return awaited.completed(task);
  }

  /// A task's state has changed, on record.
  void told(TaskRow row) {
    awaited.told(row);
    // What ran well is told by nobody but who asks.
    if (row.state() == TaskState.FAILED) {
      settings
          .warnings()
          .accept("task " + row.id() + " (" + row.type() + ") has failed: " + row.error());
    }
  }

  /// Whether something may still run. Any thread, never waits.
  boolean busy() {
    TaskEngine running = engine;
    Schedules fixed = schedules;
    return running != null && running.busy() || awaited.open() || fixed != null && fixed.active();
  }

  /// Nothing begins any more; what runs is told to end.
  ///
  /// @return completed when no body runs, with the number of those that did not hear
  synchronized CompletableFuture<Integer> stop(boolean kill) {
    leaving = true;
    Schedules fixed = schedules;
    if (fixed != null) {
      fixed.stop();
    }
    TaskEngine running = engine;
    return running == null ? CompletableFuture.completedFuture(0) : running.stop(kill);
  }

  void close() {
    TaskEngine running;
    StandaloneProbes asking;
    synchronized (this) {
      leaving = true;
      running = engine;
      asking = questions;
    }
    awaited.close();
    Schedules fixed = schedules;
    if (fixed != null) {
      fixed.close();
    }
    if (running != null) {
      running.close();
    }
    if (asking != null) {
      asking.close();
    }
  }
}
