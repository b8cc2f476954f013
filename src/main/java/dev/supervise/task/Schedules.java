package dev.supervise.task;

import dev.supervise.plan.Recurrence;
import dev.supervise.plan.ScheduleState;
import dev.supervise.spec.ScheduleSpec;
import dev.supervise.spec.TaskSpec;
import dev.supervise.store.ScheduleRow;
import dev.supervise.store.StoreFailure;
import dev.supervise.store.TaskStore;
import dev.supervise.store.TaskTable;
import dev.supervise.text.Nearest;
import dev.supervise.text.Printable;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import dev.supervise.vital.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Submits tasks by the clock, on a thread of its own. Where each schedule stands is on record
/// before anybody is told; a moment whose task was submitted is never submitted again, as the
/// moment makes the task's id.
public final class Schedules implements AutoCloseable {
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /// The clock may be set at any time, and nobody would say so.
  private static final Duration LOOK = Duration.ofSeconds(10);

  /// The fact that says since when a schedule that is on record is not declared, in milliseconds
  /// since 1970.
  private static final String GONE = "gone schedule ";

  /// What becomes of a task.
  public interface Submissions {
    /// @param follows the task that has to be over before this one begins
    /// @throws RuntimeException it was not submitted, and why
    UUID submit(String type, Map<String, ?> params, Optional<String> id, Optional<UUID> follows);

    /// Why such a submission would be refused, as far as that is known without the record; else
    /// empty.
    String objection(String type, Map<String, ?> params);

    /// Whether it is queued or running.
    boolean active(UUID id);

    /// Does nothing where it has ended.
    void cancel(UUID id);
  }

  /// A schedule and where it stands.
  public record Standing(ScheduleSpec spec, ScheduleRow row) {}

  private final Supplier<TaskStore> store;
  private final Submissions tasks;
  private final LongSupplier timeOfDay;
  private final Consumer<String> warnings;
  private final Runnable rested;

  // What follows is guarded by this.
  private final Map<String, Scheduled> entries = new LinkedHashMap<>();
  private List<ScheduleSpec> wanted;
  private boolean changed = true;
  private boolean closed;
  private String said = "";

  private final Timer timer = new Timer();
  private volatile @Nullable Thread thread;
  private volatile boolean active;

  /// Set without waiting for whoever is submitting.
  private volatile boolean leaving;

  private Schedules(
      List<ScheduleSpec> wanted,
      Supplier<TaskStore> store,
      Submissions tasks,
      LongSupplier timeOfDay,
      Consumer<String> warnings,
      Runnable rested) {
    this.wanted = List.copyOf(wanted);
    this.store = store;
    this.tasks = tasks;
    this.timeOfDay = timeOfDay;
    this.warnings = warnings;
    this.rested = rested;
    this.active = !wanted.isEmpty();
  }

  /// Takes up the schedules where the last supervisor left them. Returns at once.
  ///
  /// @param store waits for the record, or throws [StoreFailure]
  /// @param timeOfDay milliseconds since 1970
  /// @param warnings takes what goes wrong; any thread
  /// @param rested called when the last active schedule is not active any more
  /// @throws dev.supervise.spec.InvalidSpec the words of a rhythm mean nothing
  public static Schedules open(
      List<ScheduleSpec> wanted,
      Supplier<TaskStore> store,
      Submissions tasks,
      LongSupplier timeOfDay,
      Consumer<String> warnings,
      Runnable rested) {
    wanted.forEach(spec -> Recurrence.of(spec.when()));
    Schedules schedules = new Schedules(wanted, store, tasks, timeOfDay, warnings, rested);
    schedules.begin();
    return schedules;
  }

  /// From now on these, and no others. One that is there already goes on; with another rhythm it
  /// begins anew.
  public synchronized void replace(List<ScheduleSpec> specs) {
    wanted = List.copyOf(specs);
    changed = true;
    active = active || !specs.isEmpty();
    notifyAll();
  }

  /// Whether one may fire without anybody's doing: a tree does not end by itself before. Never
  /// waits.
  public boolean active() {
    return active;
  }

  /// All of them, in order of declaration.
  ///
  /// @throws StoreFailure their record cannot be had
  public synchronized List<Standing> list() {
    takeUp();
    return entries.values().stream().map(each -> new Standing(each.spec, each.row)).toList();
  }

  /// Submits a schedule's task now, suspended or not; its next moment stays what it is. While the
  /// task before has not ended it does what `overlap` says, but that it leaves nothing out: with
  /// `skip` the two run beside each other.
  ///
  /// @throws TaskRefused there is no such schedule
  public synchronized UUID run(String name) {
    Scheduled entry = find(name);
    ScheduleRow row = entry.row;
    boolean active = row.lastTask().filter(tasks::active).isPresent();
    Optional<UUID> follows = settled(entry, ScheduleState.before(entry.spec.overlap(), active));
    UUID id = tasks.submit(entry.spec.type(), entry.spec.params(), Optional.empty(), follows);
    save(
        entry,
        new ScheduleRow(
            row.name(),
            row.plan(),
            row.since(),
            row.suspended(),
            row.lastFire(),
            row.nextFire(),
            Optional.of(id)));
    return id;
  }

  /// From now on it submits nothing, until [#resume]; over restarts too.
  ///
  /// @return false: it was suspended already
  /// @throws TaskRefused there is no such schedule
  public synchronized boolean suspend(String name) {
    Scheduled entry = find(name);
    if (entry.row.suspended()) {
      return false;
    }
    put(entry, entry.agenda().withSuspended(true), entry.row.lastTask());
    settle();
    notifyAll();
    return true;
  }

  /// It goes on; what it missed is seen to as after a restart.
  ///
  /// @return false: it was not suspended
  /// @throws TaskRefused there is no such schedule
  public synchronized boolean resume(String name) {
    Scheduled entry = find(name);
    if (!entry.row.suspended()) {
      return false;
    }
    ScheduleState agenda =
        entry.agenda().withSuspended(false).takenUp(entry.spec, entry.rhythm, now());
    put(entry, agenda, entry.row.lastTask());
    settle();
    notifyAll();
    return true;
  }

  private Scheduled find(String name) {
    takeUp();
    Scheduled entry = entries.get(name);
    if (entry == null) {
      String near = Nearest.to(name, entries.keySet());
      throw new NoSuchTask(
          "there is no schedule '"
              + Printable.line(name)
              + "'"
              + (near.isEmpty() ? "" : " (did you mean '" + near + "'?)"));
    }
    return entry;
  }

  /// Submits nothing any more. Does not wait for what is being submitted.
  public void stop() {
    leaving = true;
    active = false;
  }

  private synchronized void end() {
    closed = true;
    active = false;
    notifyAll();
  }

  @Override
  public void close() {
    timer.close();
    end();
    try {
      Thread serving = thread;
      if (serving != null) {
        serving.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Where no thread can be had, it is tried again.
  private void begin() {
    try {
      thread = Threads.start(Threads.vital("supervise-schedules", this::serve));
    } catch (NoThread e) {
      warn("schedules wait: " + e.getMessage());
      timer.after(AGAIN, this::begin);
    }
  }

  // ---- the thread

  private synchronized void serve() {
    try {
      while (!closed) {
        Duration pause = round();
        if (!closed && !pause.isNegative()) {
          wait(Math.max(1, pause.toMillis()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Does what is due.
  ///
  /// @return after which time to look again
  private Duration round() {
    Duration pause = LOOK;
    try {
      takeUp();
      for (Scheduled entry : List.copyOf(entries.values())) {
        if (leaving) {
          return LOOK;
        }
        Duration each = turn(entry);
        pause = each.compareTo(pause) < 0 ? each : pause;
      }
      said = "";
    } catch (StoreFailure e) {
      warn("schedules wait: " + e.getMessage());
      pause = AGAIN;
    }
    settle();
    return pause;
  }

  private Duration turn(Scheduled entry) {
    Instant now = now();
    boolean running = entry.row.lastTask().isPresent() && tasks.active(entry.row.lastTask().get());
    return switch (entry.agenda().turn(entry.spec, entry.rhythm, running, now)) {
      case ScheduleState.Turn.Wait(Optional<Instant> until) ->
          until.map(moment -> Duration.between(now, moment)).orElse(LOOK);
      case ScheduleState.Turn.Pass(ScheduleState then) -> {
        put(entry, then, entry.row.lastTask());
        yield Duration.ZERO;
      }
      case ScheduleState.Turn.Fire(Instant moment, var before, ScheduleState then) -> {
        Optional<UUID> follows = settled(entry, before);
        Optional<UUID> task = submitted(entry, moment, follows).or(() -> entry.row.lastTask());
        put(entry, then, task);
        yield Duration.ZERO;
      }
    };
  }

  /// Does what has to be done about the task before.
  ///
  /// @return the task that the next one has to follow
  private Optional<UUID> settled(Scheduled entry, ScheduleState.Before before) {
    Optional<UUID> last = entry.row.lastTask();
    return switch (before) {
      case NONE -> Optional.empty();
      case AWAITED -> last;
      case CANCELLED -> {
        last.ifPresent(tasks::cancel);
        yield last;
      }
    };
  }

  /// @return empty: it is refused, and would be each time
  private Optional<UUID> submitted(Scheduled entry, Instant moment, Optional<UUID> follows) {
    UUID uuid = entry.task(moment);
    try {
      return Optional.of(
          tasks.submit(
              entry.spec.type(), entry.spec.params(), Optional.of(uuid.toString()), follows));
    } catch (StoreFailure e) {
      throw e;
    } catch (RuntimeException refused) {
      say(entry, String.valueOf(refused.getMessage()));
      return Optional.empty();
    }
  }

  /// Brings what is wanted and what is on record together, once.
  private void takeUp() {
    if (!changed) {
      return;
    }
    Map<String, ScheduleRow> known = new LinkedHashMap<>();
    store.get().schedules().forEach(row -> known.put(row.name(), row));
    Map<String, Scheduled> next = new LinkedHashMap<>();
    Instant now = now();
    for (ScheduleSpec spec : wanted) {
      ScheduleRow row = known.get(spec.name());
      next.put(
          spec.name(),
          Scheduled.of(
              spec, Optional.ofNullable(row), Optional.ofNullable(entries.get(spec.name())), now));
    }
    List<ScheduleRow> gone =
        known.values().stream().filter(row -> !next.containsKey(row.name())).toList();
    List<ScheduleRow> put = new ArrayList<>();
    next.values().forEach(each -> put.add(each.row));
    TaskWrites.joined(
        store
            .get()
            .write(table -> {
              gone.forEach(row -> leave(table, row.name(), now.toEpochMilli()));
              put.forEach(row -> {
                table.put(row);
                if (!table.fact(GONE + row.name()).isEmpty()) {
                  table.note(GONE + row.name(), "");
                }
              });
              return true;
            }));
    entries.clear();
    entries.putAll(next);
    next.values().forEach(this::foresee);
    changed = false;
    settle();
  }

  /// One that is declared no more is kept as long as ended tasks are: where it stood, and whether
  /// it was suspended, is known when it comes back.
  private static void leave(TaskTable table, String name, long now) {
    String since = table.fact(GONE + name);
    if (since.isEmpty()) {
      table.note(GONE + name, Long.toString(now));
    } else if (now - Long.parseLong(since) > TaskSpec.Keep.LONG.toMillis()) {
      table.forgetSchedule(name);
      table.note(GONE + name, "");
    }
  }

  /// A schedule may have its first moment in a month; what is wrong with it is said now.
  private void foresee(Scheduled entry) {
    String why = tasks.objection(entry.spec.type(), entry.spec.params());
    if (!why.isEmpty()) {
      say(entry, why);
    }
  }

  private void say(Scheduled entry, String why) {
    String text = "schedule '" + entry.spec.name() + "' can submit nothing: " + why;
    if (!text.equals(entry.refused)) {
      entry.refused = text;
      warnings.accept(text);
    }
  }

  private void put(Scheduled entry, ScheduleState agenda, Optional<UUID> task) {
    save(entry, entry.row(agenda, task));
  }

  private void save(Scheduled entry, ScheduleRow row) {
    TaskWrites.joined(
        store
            .get()
            .write(table -> {
              table.put(row);
              return true;
            }));
    entry.row = row;
  }

  private void settle() {
    boolean was = active;
    active =
        !closed
            && !leaving
            && (changed
                ? !wanted.isEmpty()
                : entries.values().stream()
                    .anyMatch(each -> !each.row.suspended() && each.row.nextFire() != 0));
    if (was && !active) {
      rested.run();
    }
  }

  private void warn(String text) {
    if (!text.equals(said)) {
      said = text;
      warnings.accept(text);
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(timeOfDay.getAsLong());
  }

  /// The clock was moved: looks again.
  synchronized void look() {
    notifyAll();
  }
}
