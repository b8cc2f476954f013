package dev.supervise.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/// Tasks in memory, for tests and for engines without a directory: the same promises but the one
/// about power cuts.
public final class MemoryTaskStore implements TaskStore {
  private Rows rows = new Rows();
  private boolean closed;

  @Override
  public synchronized <T> CompletableFuture<T> write(
      Function<TaskTable, T> change, boolean patient) {
    CompletableFuture<T> done = new CompletableFuture<>();
    if (closed) {
      done.completeExceptionally(gone());
      return done;
    }
    Rows changed = new Rows(rows);
    try {
      T answer = change.apply(changed);
      rows = changed;
      done.complete(answer);
    } catch (RuntimeException e) {
      done.completeExceptionally(e);
    }
    return done;
  }

  private static StoreFailure gone() {
    return new StoreFailure(StoreFailure.Kind.CLOSED, "the store is closed");
  }

  private synchronized Rows rows() {
    if (closed) {
      throw gone();
    }
    return rows;
  }

  @Override
  public Optional<TaskRow> find(UUID id) {
    return rows().find(id);
  }

  @Override
  public List<TaskRow> newest(Filter filter, OptionalLong before, int limit) {
    NavigableMap<Long, TaskRow> tasks = rows().tasks;
    return (before.isPresent() ? tasks.headMap(before.getAsLong(), false) : tasks)
        .descendingMap().values().stream().filter(filter::takes).limit(limit).toList();
  }

  @Override
  public List<TaskRow> open() {
    return rows().tasks.values().stream().filter(row -> !row.state().over()).toList();
  }

  @Override
  public List<AttemptRow> attempts(UUID id) {
    return List.copyOf(rows().attempts.getOrDefault(id, new TreeMap<>()).values());
  }

  @Override
  public long seqAfterNewest(String type, int count) {
    return rows().over(type, true).skip(count).map(TaskRow::seq).findFirst().orElse(0L);
  }

  @Override
  public List<String> types() {
    return rows().tasks.values().stream().map(TaskRow::type).distinct().sorted().toList();
  }

  @Override
  public List<Long> prunable(String type, long after, long upTo, long endedBefore, int limit) {
    return rows()
        .over(type, false)
        .filter(row -> row.seq() > after && row.seq() <= upTo && row.completedAt() < endedBefore)
        .limit(limit)
        .map(TaskRow::seq)
        .toList();
  }

  @Override
  public List<ScheduleRow> schedules() {
    return List.copyOf(rows().schedules.values());
  }

  @Override
  public String fact(String name) {
    return rows().fact(name);
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  /// All of it at one moment; a change works on a copy.
  private static final class Rows implements TaskTable {
    final NavigableMap<Long, TaskRow> tasks;
    final Map<UUID, Long> places;
    final Map<UUID, TreeMap<Integer, AttemptRow>> attempts;
    final TreeMap<String, ScheduleRow> schedules;
    final Map<String, String> facts;
    private long last;

    Rows() {
      tasks = new TreeMap<>();
      places = new HashMap<>();
      attempts = new HashMap<>();
      schedules = new TreeMap<>();
      facts = new HashMap<>();
    }

    Rows(Rows other) {
      tasks = new TreeMap<>(other.tasks);
      places = new HashMap<>(other.places);
      attempts = new HashMap<>();
      other.attempts.forEach((id, kept) -> attempts.put(id, new TreeMap<>(kept)));
      schedules = new TreeMap<>(other.schedules);
      facts = new HashMap<>(other.facts);
      last = other.last;
    }

    @Override
    public Optional<TaskRow> find(UUID id) {
      return Optional.ofNullable(places.get(id)).map(tasks::get);
    }

    @Override
    public long nextSeq() {
      return ++last;
    }

    @Override
    public void insert(TaskRow row) {
      if (places.putIfAbsent(row.id(), row.seq()) != null || tasks.containsKey(row.seq())) {
        throw new StoreFailure(StoreFailure.Kind.OTHER, "there is such a row already");
      }
      tasks.put(row.seq(), row);
    }

    @Override
    public boolean update(TaskRow row, int attempt) {
      TaskRow there = tasks.get(row.seq());
      return there != null
          && !there.state().over()
          && there.attempt() == attempt
          && tasks.put(row.seq(), row) != null;
    }

    @Override
    public boolean reopen(TaskRow row) {
      TaskRow there = tasks.get(row.seq());
      return there != null && there.state().over() && tasks.put(row.seq(), row) != null;
    }

    @Override
    public void keep(UUID id, AttemptRow attempt) {
      if (places.containsKey(id)) {
        attempts.computeIfAbsent(id, _ -> new TreeMap<>()).put(attempt.number(), attempt);
      }
    }

    @Override
    public boolean delete(UUID id) {
      attempts.remove(id);
      Long place = places.remove(id);
      return place != null && tasks.remove(place) != null;
    }

    @Override
    public int prune(List<Long> seqs) {
      int pruned = 0;
      for (long seq : seqs) {
        TaskRow there = tasks.get(seq);
        if (there != null && there.state().over()) {
          delete(there.id());
          pruned++;
        }
      }
      return pruned;
    }

    Stream<TaskRow> over(String type, boolean newestFirst) {
      return new ArrayList<>((newestFirst ? tasks.descendingMap() : tasks).values())
          .stream().filter(row -> row.type().equals(type) && row.state().over());
    }

    @Override
    public String fact(String name) {
      return facts.getOrDefault(name, "");
    }

    @Override
    public void note(String name, String value) {
      facts.put(name, value);
    }

    @Override
    public Optional<ScheduleRow> schedule(String name) {
      return Optional.ofNullable(schedules.get(name));
    }

    @Override
    public void put(ScheduleRow schedule) {
      schedules.put(schedule.name(), schedule);
    }

    @Override
    public boolean forgetSchedule(String name) {
      return schedules.remove(name) != null;
    }
  }
}
