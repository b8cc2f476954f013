package dev.supervise.spec;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What every kind of unit declares about its life.
///
/// @param successExits exit codes that count as success
/// @param maxRestarts restarts since the unit was last healthy before it gives up; [#UNLIMITED]
/// @param priority among units without edges lower starts first
/// @param oneShot meant to finish: its goal is *done*
/// @param significant its own end counts for the parent's `autoShutdown`
/// @param autostart false: declared but not started
/// @param lifecycle hooks, readiness, and what else surrounds a run
/// @param afterTasks tasks that must have completed before the first start, and before each further
///   one
public record UnitPolicy(
    Restart restart,
    Set<Integer> successExits,
    Pause pause,
    int maxRestarts,
    List<Edge> after,
    int priority,
    boolean oneShot,
    boolean significant,
    boolean autostart,
    Map<String, String> labels,
    StopProgram stop,
    Lifecycle lifecycle,
    List<TaskEdge> afterTasks) {
  public static final int UNLIMITED = Integer.MAX_VALUE;

  public static final UnitPolicy DEFAULT =
      new UnitPolicy(
          Restart.ON_FAILURE,
          Set.of(0),
          Pause.DEFAULT,
          UNLIMITED,
          List.of(),
          0,
          false,
          false,
          true,
          Map.of(),
          StopProgram.DEFAULT,
          Lifecycle.NONE);

  /// A policy for runs without hooks and probes.
  public UnitPolicy(
      Restart restart,
      Set<Integer> successExits,
      Pause pause,
      int maxRestarts,
      List<Edge> after,
      int priority,
      boolean oneShot,
      boolean significant,
      boolean autostart,
      Map<String, String> labels,
      StopProgram stop) {
    this(
        restart,
        successExits,
        pause,
        maxRestarts,
        after,
        priority,
        oneShot,
        significant,
        autostart,
        labels,
        stop,
        Lifecycle.NONE,
        List.of());
  }

  /// A policy that waits for no task.
  public UnitPolicy(
      Restart restart,
      Set<Integer> successExits,
      Pause pause,
      int maxRestarts,
      List<Edge> after,
      int priority,
      boolean oneShot,
      boolean significant,
      boolean autostart,
      Map<String, String> labels,
      StopProgram stop,
      Lifecycle lifecycle) {
    this(
        restart,
        successExits,
        pause,
        maxRestarts,
        after,
        priority,
        oneShot,
        significant,
        autostart,
        labels,
        stop,
        lifecycle,
        List.of());
  }

  public UnitPolicy {
    successExits = Set.copyOf(successExits);
    after = List.copyOf(after);
    afterTasks = List.copyOf(afterTasks);
    labels = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(labels));
    if (maxRestarts < 0) {
      throw new InvalidSpec("maxRestarts " + maxRestarts + " is negative");
    }
    for (int code : successExits) {
      if (code < 0 || code > 255) {
        throw new InvalidSpec("successExit " + code + " is not between 0 and 255");
      }
    }
    if (significant && restart == Restart.ALWAYS) {
      throw new InvalidSpec(
          "significant() with restart always: a permanent unit has no end that could count");
    }
  }

  public UnitPolicy withRestart(Restart restart) {
    return new UnitPolicy(
        restart,
        successExits,
        pause,
        maxRestarts,
        after,
        priority,
        oneShot,
        significant,
        autostart,
        labels,
        stop,
        lifecycle,
        afterTasks);
  }

  public UnitPolicy withPause(Pause pause) {
    return new UnitPolicy(
        restart,
        successExits,
        pause,
        maxRestarts,
        after,
        priority,
        oneShot,
        significant,
        autostart,
        labels,
        stop,
        lifecycle,
        afterTasks);
  }

  public UnitPolicy withAfter(List<Edge> after) {
    return new UnitPolicy(
        restart,
        successExits,
        pause,
        maxRestarts,
        after,
        priority,
        oneShot,
        significant,
        autostart,
        labels,
        stop,
        lifecycle,
        afterTasks);
  }

  public UnitPolicy withLifecycle(Lifecycle lifecycle) {
    return new UnitPolicy(
        restart,
        successExits,
        pause,
        maxRestarts,
        after,
        priority,
        oneShot,
        significant,
        autostart,
        labels,
        stop,
        lifecycle,
        afterTasks);
  }
}
