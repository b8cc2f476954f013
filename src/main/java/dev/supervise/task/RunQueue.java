package dev.supervise.task;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// All that is open, and who may run: so many of a type at once, in the order they came, and a task
/// under suspicion alone. Decides and remembers, starts nothing. Not thread-safe: whoever uses it
/// holds its monitor.
///
/// A task under suspicion waits until nothing runs that could be to blame instead: what was there
/// before this start goes first, what is submitted later waits. Whatever has run for a minute
/// without the supervisor's death is beyond blame, so that nobody waits for ever.
final class RunQueue {
  /// After so long an attempt is no longer a possible cause of a crash.
  static final long PROBATION = 60_000_000_000L;

  private static final class Lane {
    final ArrayDeque<LiveTask> queue = new ArrayDeque<>();

    /// Those that have begun, gave up their place to wait for others, and want it again.
    final ArrayDeque<Returning> returning = new ArrayDeque<>();

    int running;
  }

  private record Returning(LiveTask task, CompletableFuture<?> again) {}

  private final Function<String, OptionalInt> limits;
  private final Map<UUID, LiveTask> open = new HashMap<>();
  private final Map<UUID, LiveTask> ending = new HashMap<>();
  private final Map<String, Lane> lanes = new HashMap<>();
  private final ArrayDeque<LiveTask> suspects = new ArrayDeque<>();
  private final Set<LiveTask> running = new LinkedHashSet<>();
  private final Set<LiveTask> held = new LinkedHashSet<>();

  /// Who waits for that task to be over.
  private final Map<UUID, List<LiveTask>> followers = new HashMap<>();

  private int queued;

  /// Queued ones that were there before this start and are under no suspicion.
  private int old;

  private @Nullable LiveTask alone;

  /// @param limits how many of a type may run at once; empty: any number
  RunQueue(Function<String, OptionalInt> limits) {
    this.limits = limits;
  }

  @Nullable LiveTask find(UUID id) {
    return open.get(id);
  }

  int size() {
    return open.size();
  }

  Collection<LiveTask> running() {
    return List.copyOf(running);
  }

  boolean idle() {
    return running.isEmpty();
  }

  /// Whether nothing is left that the script of today could run.
  boolean resting() {
    return open.size() == held.size();
  }

  /// Those that wait for something and have not begun.
  List<LiveTask> waiting() {
    return open.values().stream()
        .filter(task ->
            switch (task.phase) {
              case QUEUED, WAITING, HELD -> true;
              case SUBMITTED, BEGINNING, RUNNING, ENDING, GONE -> false;
            })
        .toList();
  }

  Collection<LiveTask> all() {
    return List.copyOf(open.values());
  }

  /// A new submission asks whether it may run at once; if so it has its place.
  ///
  /// @param follows the task that has to be over before
  boolean reserve(LiveTask fresh, @Nullable UUID id, Optional<UUID> follows, long now) {
    Lane lane = lane(fresh.type);
    boolean free =
        !(id != null && ending.containsKey(id))
            && follows.filter(this::unfinished).isEmpty()
            && suspects.isEmpty()
            && quiet(now)
            && lane.queue.isEmpty()
            && lane.returning.isEmpty()
            && room(fresh.type);
    if (free) {
      place(fresh, now);
    }
    return free;
  }

  /// It is on record.
  void add(UUID id, LiveTask fresh) {
    open.put(id, fresh);
  }

  /// Whether it is open, or over for the record while its attempt has not come back.
  boolean unfinished(UUID id) {
    return open.containsKey(id) || ending.containsKey(id);
  }

  /// It wants to run: now, or when the task it follows is over.
  void enqueue(LiveTask task) {
    Optional<UUID> before = task.follows.filter(this::unfinished);
    if (before.isPresent()) {
      task.phase = LiveTask.Phase.WAITING;
      followers.computeIfAbsent(before.get(), _ -> new ArrayList<>()).add(task);
      return;
    }
    task.phase = LiveTask.Phase.QUEUED;
    if (task.suspect()) {
      suspects.add(task);
    } else {
      lane(task.type).queue.add(task);
      queued++;
      old += task.again ? 1 : 0;
    }
  }

  /// It had a place and could not be put on record as running: it is the next again.
  void putBack(LiveTask task) {
    free(task);
    task.phase = LiveTask.Phase.QUEUED;
    if (task.suspect()) {
      suspects.addFirst(task);
    } else {
      lane(task.type).queue.addFirst(task);
      queued++;
      old += task.again ? 1 : 0;
    }
  }

  /// The script of today cannot run it; it has no place.
  void hold(LiveTask task, String why) {
    unqueue(task);
    task.phase = LiveTask.Phase.HELD;
    task.held = why;
    held.add(task);
  }

  /// The script can run it again; it is nowhere yet.
  void unhold(LiveTask task) {
    held.remove(task);
    task.held = "";
  }

  List<LiveTask> held() {
    return List.copyOf(held);
  }

  /// Whether anything waits for a place.
  boolean queueing() {
    return queued > 0
        || !suspects.isEmpty()
        || lanes.values().stream().anyMatch(lane -> !lane.returning.isEmpty());
  }

  // ---- those that wait for others

  /// It does nothing until another task is over: somebody else may have its place.
  void leave(LiveTask task) {
    if (task.placed && !task.away) {
      task.away = true;
      lane(task.type).running--;
    }
  }

  /// What it waited for has come.
  ///
  /// @param again completed when it has its place again
  void comeBack(LiveTask task, CompletableFuture<?> again) {
    if (!task.placed || !task.away) {
      again.complete(null);
    } else {
      lane(task.type).returning.add(new Returning(task, again));
    }
  }

  /// It does not want its place any more.
  void stayAway(CompletableFuture<?> again) {
    lanes.values().forEach(lane -> lane.returning.removeIf(each -> each.again().equals(again)));
  }

  /// Gives their places back to those that want them again, before anybody new begins.
  private void letReturn() {
    for (Map.Entry<String, Lane> entry : lanes.entrySet()) {
      Lane lane = entry.getValue();
      while (!lane.returning.isEmpty() && room(entry.getKey())) {
        Returning next = lane.returning.remove();
        if (next.task().away) {
          next.task().away = false;
          lane.running++;
        }
        next.again().complete(null);
      }
    }
  }

  /// The tasks by which `task`, waiting for `id`, would in the end wait for itself; empty where it
  /// would not.
  List<LiveTask> circle(LiveTask task, UUID id) {
    List<LiveTask> path = new ArrayList<>();
    return reaches(id, task, path, new HashSet<>()) ? path : List.of();
  }

  private boolean reaches(UUID id, LiveTask wanted, List<LiveTask> path, Set<UUID> looked) {
    LiveTask next = open.get(id);
    if (next == null || !looked.add(id)) {
      return false;
    }
    path.add(next);
    if (next.equals(wanted)) {
      return true;
    }
    List<UUID> others = new ArrayList<>(next.awaits);
    next.follows.ifPresent(others::add);
    for (UUID other : others) {
      if (reaches(other, wanted, path, looked)) {
        return true;
      }
    }
    path.removeLast();
    return false;
  }

  // ---- who is next

  /// Those that may begin now; each has its place.
  List<LiveTask> next(long now) {
    letReturn();
    List<LiveTask> next = new ArrayList<>();
    for (Lane lane : lanes.values()) {
      LiveTask first = lane.queue.peek();
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
    LiveTask suspect = suspects.peek();
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
  boolean alone(LiveTask task) {
    return alone == task;
  }

  /// It runs no more.
  void free(LiveTask task) {
    if (task.placed) {
      task.placed = false;
      running.remove(task);
      Lane lane = lane(task.type);
      lane.running -= task.away ? 0 : 1;
      task.away = false;
      lane.returning.removeIf(each -> {
        boolean own = each.task().equals(task);
        return own && each.again().complete(null);
      });
    }
    if (alone == task) {
      alone = null;
    }
  }

  /// It is over for the record.
  ///
  /// @param id its attempt may not have come back
  void gone(UUID id, LiveTask task) {
    open.remove(id, task);
    unqueue(task);
    unhold(task);
    task.phase = LiveTask.Phase.GONE;
    if (task.placed) {
      ending.put(id, task);
    } else {
      handOn(id, task);
      follow(id);
    }
  }

  /// One that was taken back before it began: who follows it follows the one before it.
  private void handOn(UUID id, LiveTask task) {
    if (task.follows.filter(this::unfinished).isPresent()) {
      followers.getOrDefault(id, List.of()).forEach(next -> next.follows = task.follows);
    }
  }

  private void unqueue(LiveTask task) {
    if (task.phase == LiveTask.Phase.QUEUED
        && !suspects.remove(task)
        && lane(task.type).queue.remove(task)) {
      queued--;
      old -= task.again ? 1 : 0;
    }
    if (task.phase == LiveTask.Phase.WAITING) {
      task.follows.map(followers::get).ifPresent(others -> others.remove(task));
    }
  }

  /// A task is over and nothing of it runs: whoever follows it wants to run.
  private void follow(UUID id) {
    List<LiveTask> next = followers.remove(id);
    if (next != null) {
      next.forEach(this::enqueue);
    }
  }

  /// Whether an attempt of that task has not come back, though it is over for the record.
  boolean lingers(UUID id) {
    return ending.containsKey(id);
  }

  /// The attempt of a task that was gone has come back.
  void back(UUID id, LiveTask task) {
    free(task);
    if (ending.remove(id, task)) {
      follow(id);
    }
  }

  private void place(LiveTask task, long now) {
    task.placed = true;
    task.phase = LiveTask.Phase.BEGINNING;
    task.since = now;
    running.add(task);
    lane(task.type).running++;
  }

  private boolean quiet(long now) {
    LiveTask suspect = alone;
    return suspect == null || !blameable(suspect, now);
  }

  // ---- what they wait for

  /// What a task that is queued or runs waits for, as people are told; empty where it does not.
  String waits(LiveTask task, long now) {
    return switch (task.phase) {
      case HELD -> task.held;
      case QUEUED -> queued(task, now);
      case WAITING ->
          task.follows
              .filter(this::unfinished)
              .map(before ->
                  "waits until "
                      + before
                      + (open.containsKey(before) ? type(before) + " is over" : " has come back"))
              .orElse("");
      case RUNNING -> {
        if (task.awaits.isEmpty()) {
          yield task.away ? "waits for a place again; " + places(task.type) : "";
        }
        yield "waits for "
            + task.awaits.stream()
                .distinct()
                .map(id -> id + type(id))
                .collect(Collectors.joining(", "));
      }
      case SUBMITTED, BEGINNING, ENDING, GONE -> "";
    };
  }

  private String type(UUID id) {
    LiveTask other = open.get(id);
    return other == null ? "" : " (" + other.type + ")";
  }

  private String queued(LiveTask task, long now) {
    if (suspects.contains(task)) {
      return "waits until nothing else runs: it is under suspicion";
    }
    if (!quiet(now) || !suspects.isEmpty() && !task.again) {
      return "waits for a task under suspicion, which runs alone";
    }
    return room(task.type) ? "" : "waits for a place; " + places(task.type);
  }

  /// `concurrency 1 of 'import': 01a2…`.
  private String places(String type) {
    OptionalInt limit = limits.apply(type);
    List<String> holders =
        running.stream()
            .filter(each -> each.type.equals(type) && !each.away && each.known != null)
            .map(each -> each.row().id().toString())
            .toList();
    int more = holders.size() - 3;
    return "concurrency "
        + (limit.isPresent() ? limit.getAsInt() : 0)
        + " of '"
        + type
        + "': "
        + holders.stream().limit(3).collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "");
  }

  private static boolean blameable(LiveTask task, long now) {
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
