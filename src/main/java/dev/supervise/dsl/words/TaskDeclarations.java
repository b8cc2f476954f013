package dev.supervise.dsl.words;

import dev.supervise.dsl.mistake.SourceFile;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Origin;
import dev.supervise.spec.ScheduleSpec;
import dev.supervise.spec.TaskSpec;
import dev.supervise.spec.UnitName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The task types and schedules of a script while they are being declared, and where the script
/// names a type.
public final class TaskDeclarations {
  /// The types that are there without being declared. A script may declare its own instead.
  static final Set<String> SHIPPED = Set.of("await-condition", "mark-ready");

  public final List<TaskSpec> tasks = new ArrayList<>();
  public final List<ScheduleSpec> schedules = new ArrayList<>();
  private final Map<String, Origin> taskNames = new HashMap<>();
  private final Map<String, Origin> scheduleNames = new HashMap<>();
  private final List<Wanted> wanted = new ArrayList<>();

  /// A place where a task type is named.
  ///
  /// @param unit the block it stands in, as messages name it
  public record Wanted(String type, Origin origin, String unit) {}

  void claimTask(String name, Origin here) {
    claim("task", taskNames, name, here);
  }

  void claimSchedule(String name, Origin here) {
    claim("schedule", scheduleNames, name, here);
  }

  private static void claim(String kind, Map<String, Origin> names, String name, Origin here) {
    UnitName.check(name);
    Origin first = names.putIfAbsent(name, here);
    if (first != null) {
      throw new WordError(kind + " '" + name + "' is declared twice; first at " + first);
    }
  }

  void add(TaskSpec task) {
    tasks.add(task);
  }

  void add(ScheduleSpec schedule) {
    schedules.add(schedule);
  }

  public void wanted(String type, Origin origin, String unit) {
    wanted.add(new Wanted(type, origin, unit));
  }

  /// @param places what [LoadedScript#submits$] says of that file
  public void wanted(SourceFile file, String[] places) {
    for (int i = 0; i < places.length; i += 3) {
      wanted(places[i + 2], new Origin(file.shown(), Integer.parseInt(places[i])), places[i + 1]);
    }
  }

  /// The places that name a type which nobody declares.
  public List<Wanted> unknown() {
    return wanted.stream().filter(place -> !types().contains(place.type())).toList();
  }

  /// Every type that may be submitted.
  public Set<String> types() {
    Set<String> types = new LinkedHashSet<>(taskNames.keySet());
    types.addAll(SHIPPED);
    return types;
  }
}
