package dev.supervise.task;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// All that is open, and who may run: so many of a type at once, in the order they came, and a task
/// under suspicion alone. Decides and remembers, starts nothing. Not thread-safe: whoever uses it
/// holds its monitor.
///
/// A task under suspicion waits until nothing runs that could be to blame instead: what was there
/// before this start goes first, what is submitted later waits. Whatever has run for a minute
/// without the supervisor's death is beyond blame, so that nobody waits for ever.
final class Board {
  /// After so long an attempt is no longer a possible cause of a crash.
  static final long PROBATION = 60_000_000_000L;

  private static final class Lane {
    final ArrayDeque<Open> queue = new ArrayDeque<>();
    int running;
  }

  private final Function<String, OptionalInt> limits;
  private final Map<UUID, Open> open = new HashMap<>();
  private final Map<UUID, Open> ending = new HashMap<>();
  private final Map<String, Lane> lanes = new HashMap<>();
  private final ArrayDeque<Open> suspects = new ArrayDeque<>();
  private final Set<Open> running = new LinkedHashSet<>();

  private int queued;

  /// Queued ones that were there before this start and are under no suspicion.
  private int old;

  private @Nullable Open alone;

  /// @param limits how many of a type may run at once; empty: any number
  Board(Function<String, OptionalInt> limits) {
    this.limits = limits;
  }

  @Nullable Open find(UUID id) {
    return open.get(id);
  }

  int size() {
    return open.size();
  }

  Collection<Open> running() {
    return List.copyOf(running);
  }

  boolean idle() {
    return running.isEmpty();
  }

  /// A new submission asks whether it may run at once; if so it has its place.
  boolean reserve(Open fresh, @Nullable UUID id, long now) {
    boolean free =
        !(id != null && ending.containsKey(id))
            && suspects.isEmpty()
            && quiet(now)
            && lane(fresh.type).queue.isEmpty()
            && room(fresh.type);
    if (free) {
      place(fresh, now);
    }
    return free;
  }

  /// It is on record.
  void add(UUID id, Open fresh) {
    open.put(id, fresh);
  }

  /// It wants to run.
  void enqueue(Open task) {
    task.phase = Open.Phase.QUEUED;
    if (task.suspect()) {
      suspects.add(task);
    } else {
      lane(task.type).queue.add(task);
      queued++;
      old += task.again ? 1 : 0;
    }
  }

  /// It had a place and could not be put on record as running: it is the next again.
  void putBack(Open task) {
    free(task);
    task.phase = Open.Phase.QUEUED;
    if (task.suspect()) {
      suspects.addFirst(task);
    } else {
      lane(task.type).queue.addFirst(task);
      queued++;
      old += task.again ? 1 : 0;
    }
  }

  /// Whether anything waits for a place.
  boolean queueing() {
    return queued > 0 || !suspects.isEmpty();
  }

  /// Those that may begin now; each has its place.
  List<Open> next(long now) {
    List<Open> next = new ArrayList<>();
    for (Lane lane : lanes.values()) {
      Open first = lane.queue.peek();
      while (first != null
          && quiet(now)
          && (suspects.isEmpty() || first.again)
          && room(first.type)) {
        lane.queue.remove();
        queued--;
        old -= first.again ? 1 : 0;
        place(first, now);
        next.add(first);
        first = lane.queue.peek();
      }
    }
    Open suspect = suspects.peek();
    if (suspect != null
        && old == 0
        && room(suspect.type)
        && running.stream().noneMatch(task -> blameable(task, now))) {
      suspects.remove();
      place(suspect, now);
      alone = suspect;
      next.add(suspect);
    }
    return next;
  }

  /// When [#next] may have another answer just because time has passed; 0: never.
  long lookAgain(long now) {
    boolean waits = !suspects.isEmpty() || alone != null && blameable(alone, now);
    return waits
        ? running.stream()
            .filter(task -> blameable(task, now))
            .mapToLong(task -> task.since + PROBATION)
            .max()
            .orElse(0)
        : 0;
  }

  /// Whether this one runs alone because of what it has done.
  boolean alone(Open task) {
    return alone == task;
  }

  /// It runs no more.
  void free(Open task) {
    if (task.placed) {
      task.placed = false;
      running.remove(task);
      lane(task.type).running--;
    }
    if (alone == task) {
      alone = null;
    }
  }

  /// It is over for the record.
  ///
  /// @param id its attempt has not come back
  void gone(UUID id, Open task) {
    open.remove(id, task);
    if (task.phase == Open.Phase.QUEUED) {
      if (suspects.remove(task)) {
        task.phase = Open.Phase.GONE;
      } else if (lane(task.type).queue.remove(task)) {
        queued--;
        old -= task.again ? 1 : 0;
      }
    }
    task.phase = Open.Phase.GONE;
    if (task.placed) {
      ending.put(id, task);
    }
  }

  /// Whether an attempt of that task has not come back, though it is over for the record.
  boolean lingers(UUID id) {
    return ending.containsKey(id);
  }

  /// The attempt of a task that was gone has come back.
  void back(UUID id, Open task) {
    free(task);
    ending.remove(id, task);
  }

  private void place(Open task, long now) {
    task.placed = true;
    task.phase = Open.Phase.BEGINNING;
    task.since = now;
    running.add(task);
    lane(task.type).running++;
  }

  private boolean quiet(long now) {
    Open suspect = alone;
    return suspect == null || !blameable(suspect, now);
  }

  private static boolean blameable(Open task, long now) {
    return task.placed && now - task.since < PROBATION;
  }

  private boolean room(String type) {
    OptionalInt limit = limits.apply(type);
    return limit.isEmpty() || lane(type).running < limit.getAsInt();
  }

  private Lane lane(String type) {
    return lanes.computeIfAbsent(type, _ -> new Lane());
  }
}
