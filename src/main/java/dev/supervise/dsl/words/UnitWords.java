package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Edge;
import dev.supervise.spec.Hook;
import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.Lifecycle;
import dev.supervise.spec.Liveness;
import dev.supervise.spec.Origin;
import dev.supervise.spec.Pause;
import dev.supervise.spec.Readiness;
import dev.supervise.spec.Restart;
import dev.supervise.spec.StopProgram;
import dev.supervise.spec.TaskEdge;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What every unit may say about its life.
public abstract class UnitWords extends Words {
  final String name;
  StopProgram stop = StopProgram.DEFAULT;
  Optional<Readiness> ready = Optional.empty();
  Optional<Liveness> alive = Optional.empty();
  final List<Hook> hooks = new ArrayList<>();
  int startRetries;
  Duration retryDelay = Lifecycle.RETRY_DELAY;
  Duration upFor = Duration.ZERO;

  private final Consumer<UnitSpec> built;
  private @Nullable Restart restart;
  private final Set<Integer> successExits = new LinkedHashSet<>();
  private @Nullable Pause pause;
  private int maxRestarts = UnitPolicy.UNLIMITED;
  private final List<Edge> after = new ArrayList<>();
  private final List<TaskEdge> afterTasks = new ArrayList<>();
  private int priority;
  private boolean oneShot;
  private boolean significant;
  private boolean autostart = true;
  private final Map<String, String> labels = new LinkedHashMap<>();

  UnitWords(Declarations load, Origin origin, String name, Consumer<UnitSpec> built) {
    super(load, origin);
    this.name = name;
    this.built = built;
  }

  abstract String kind();

  /// @throws InvalidSpec where the block as a whole makes no unit
  abstract UnitSpec build(UnitPolicy policy);

  /// Stands in for a unit that could not be built, so that others may still name it.
  abstract UnitSpec placeholder(UnitPolicy policy);

  @Override
  final String label() {
    return kind() + " '" + name + "'";
  }

  @Override
  final void finish() {
    UnitPolicy policy = UnitPolicy.DEFAULT.withAfter(after);
    try {
      policy = policy();
      if (!broken()) {
        built.accept(build(policy));
        return;
      }
    } catch (InvalidSpec | WordError refused) {
      load.refused(this, refused);
    }
    built.accept(placeholder(policy));
  }

  private UnitPolicy policy() {
    Restart wanted = restart;
    if (wanted == null) {
      wanted = oneShot ? Restart.NEVER : Restart.ON_FAILURE;
    }
    return new UnitPolicy(
        wanted,
        successExits.isEmpty() ? Set.of(0) : successExits,
        pause == null ? Pause.DEFAULT : pause,
        maxRestarts,
        after,
        priority,
        oneShot,
        significant,
        autostart,
        labels,
        stop,
        new Lifecycle(ready, alive, hooks, startRetries, retryDelay, upFor),
        afterTasks);
  }

  @Word(
      value = "When the unit is started again after an end of its own",
      constants = {"always", "onFailure", "never", "permanent", "transient", "temporary"})
  public final void restart(Constant when) {
    restart =
        switch (when.name()) {
          case "always", "permanent" -> Restart.ALWAYS;
          case "onFailure", "transient" -> Restart.ON_FAILURE;
          default -> Restart.NEVER;
        };
  }

  @Word("Exit codes that count as success")
  public final void successExit(int... codes) {
    for (int code : codes) {
      if (code < 0 || code > 255) {
        throw new WordError("successExit " + code + " is not between 0 and 255");
      }
      successExits.add(code);
    }
  }

  @Word("A fixed pause before a restart")
  public final void delay(Duration pause) {
    excludes("delay", "backoff");
    this.pause = new Pause.Delay(pause);
  }

  @Word(
      value = "A pause that grows with every failure and shrinks back after a time of health",
      options = {"initial", "max", "factor", "jitter", "reset"})
  public final void backoff(Map<String, Object> options) {
    excludes("backoff", "delay");
    this.pause = Convert.backoff(options);
  }

  private void excludes(String word, String other) {
    Origin first = saidAt(other);
    if (first != null) {
      throw new WordError(
          word + " and " + other + " exclude each other; " + other + " is at " + first);
    }
  }

  @Word("Restarts since the unit was last healthy before it gives up")
  public final void maxRestarts(int restarts) {
    if (restarts < 0) {
      throw new WordError("maxRestarts " + restarts + " is negative");
    }
    maxRestarts = restarts;
  }

  @Word(
      value = "Restarts since the unit was last healthy before it gives up",
      constants = {"unlimited"})
  public final void maxRestarts(Constant unlimited) {
    maxRestarts = UnitPolicy.UNLIMITED;
  }

  @Word(value = "Units that must be ready, or have started, before this one starts", repeats = true)
  public final void after(String... names) {
    for (String target : names) {
      after.add(new Edge(target, Edge.Condition.READY, here()));
    }
  }

  @Word(
      value = "Units, each with what it must have reached before this one starts",
      repeats = true,
      constants = {"started", "ready", "done", "ended"})
  public final void after(Map<String, Object> conditions) {
    conditions.forEach((target, condition) -> {
      String reached =
          Convert.constant("after " + target, condition, "started", "ready", "done", "ended");
      after.add(
          new Edge(
              target,
              switch (reached) {
                case "done" -> Edge.Condition.DONE;
                case "ready" -> Edge.Condition.READY;
                case "ended" -> Edge.Condition.ENDED;
                default -> Edge.Condition.STARTED;
              },
              here()));
    });
  }

  @Word(
      value = "Units, some with what they must have reached, before this one starts",
      repeats = true,
      constants = {"started", "ready", "done", "ended"})
  public final void after(Map<String, Object> conditions, String... names) {
    after(names);
    after(conditions);
  }

  @Word(value = "A type of which a task must have completed before this one starts", repeats = true)
  public final void afterTask(String type) {
    afterTask(type, Optional.empty());
  }

  @Word(
      value = "A task that must have completed before this one starts",
      repeats = true,
      options = {"id"})
  public final void afterTask(Map<String, Object> options, String type) {
    String id = Convert.text("afterTask id", options.get("id"));
    try {
      afterTask(type, Optional.of(UUID.fromString(id)));
    } catch (IllegalArgumentException _) {
      throw new WordError(
          "afterTask id '" + id + "' is no UUID, as 6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    }
  }

  private void afterTask(String type, Optional<UUID> id) {
    load.submits(type, here(), label());
    afterTasks.add(new TaskEdge(type, id, here()));
  }

  @Word("Among units that do not wait for each other, lower starts first")
  public final void priority(int priority) {
    this.priority = priority;
  }

  @Word("Meant to finish: the goal is done, and restart is never unless said otherwise")
  public final void oneShot() {
    oneShot = true;
  }

  @Word("Its own end counts for the supervisor's autoShutdown")
  public final void significant() {
    significant = true;
  }

  @Word("false: declared, but not started with the others")
  public final void autostart(boolean start) {
    autostart = start;
  }

  @Word(value = "Names and values shown in listings", repeats = true)
  public final void labels(Map<String, Object> labels) {
    labels.forEach((key, value) -> this.labels.put(key, Convert.text("labels " + key, value)));
  }
}
