package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.Later;
import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.Origin;
import dev.supervise.spec.Pause;
import dev.supervise.spec.TaskBody;
import dev.supervise.spec.TaskSpec;
import dev.supervise.task.ParamTypes;
import groovy.lang.Closure;
import groovy.lang.DelegatesTo;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// What a `task` block may say.
@NeedsRun(TaskWords.NEEDS)
public final class TaskWords extends Words {
  static final String NEEDS = "a task needs run { ctx, params -> … }";

  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  private final String name;
  private final TaskDeclarations errands;
  private @Nullable Class<?> params;
  private int retries;
  private @Nullable Pause pause;
  private Optional<Duration> timeout = Optional.empty();
  private OptionalInt concurrency = OptionalInt.empty();
  private TaskSpec.Keep keep = TaskSpec.Keep.DEFAULT;
  private @Nullable TaskBody body;

  TaskWords(Declarations load, Origin origin, String name, TaskDeclarations errands) {
    super(load, origin);
    this.name = name;
    this.errands = errands;
  }

  @Override
  String label() {
    return "task '" + name + "'";
  }

  @Override
  void finish() {
    if (broken()) {
      return;
    }
    try {
      errands.add(spec());
    } catch (InvalidSpec | WordError refused) {
      load.refused(this, refused);
    }
  }

  private TaskSpec spec() {
    TaskBody wanted = body;
    if (wanted == null) {
      throw new WordError(NEEDS);
    }
    TaskSpec.Retry retry =
        new TaskSpec.Retry(retries, pause == null ? new Pause.Delay(RETRY_DELAY) : pause);
    if (retries == 0 && pause != null) {
      throw new WordError("there is a pause, but no retry it could stand before; write retry 3");
    }
    return new TaskSpec(name, origin, params, retry, timeout, concurrency, keep, wanted);
  }

  @Word("The class its parameters are filled into, a record or one with fields")
  public void params(Object type) {
    if (!(type instanceof Class<?> wanted)) {
      throw Convert.refuse("params", "a class, as in params ImportParams", type);
    }
    if (wanted.isInterface() || wanted.isEnum() || wanted.isPrimitive() || wanted.isArray()) {
      throw new WordError(
          "params " + wanted.getSimpleName() + " is no record or class that could be filled");
    }
    String objection = ParamTypes.objection(wanted);
    if (!objection.isEmpty()) {
      throw new WordError("params " + wanted.getSimpleName() + ": " + objection);
    }
    params = wanted;
  }

  @Word(
      value = "How many more attempts a failed one gets, and the pause before each",
      options = {"delay"})
  public void retry(Map<String, Object> options, int times) {
    Origin backoff = saidAt("backoff");
    if (backoff != null) {
      throw new WordError("retry's delay and backoff exclude each other; backoff is at " + backoff);
    }
    retry(times);
    pause = new Pause.Delay(Convert.duration("retry delay", options, "delay", RETRY_DELAY));
  }

  @Word("How many more attempts a failed one gets, one second apart")
  public void retry(int times) {
    if (times < 0) {
      throw new WordError("retry " + times + " is negative");
    }
    retries = times;
  }

  @Word(
      value = "A pause before each further attempt that grows with every failure",
      options = {"initial", "max", "factor", "jitter"})
  public void backoff(Map<String, Object> options) {
    if (pause != null) {
      throw new WordError(
          "backoff and retry's delay exclude each other; retry is at " + saidAt("retry"));
    }
    pause = Convert.backoff(options);
  }

  @Word("How long one attempt may take before it is cancelled and has failed")
  public void timeout(Duration limit) {
    if (limit.isZero() || limit.isNegative()) {
      throw new WordError("timeout must be longer than zero");
    }
    timeout = Optional.of(limit);
  }

  @Word("How many tasks of this type run at once; the others queue")
  public void concurrency(int most) {
    if (most < 1) {
      throw new WordError("concurrency " + most + " is less than one at a time");
    }
    concurrency = OptionalInt.of(most);
  }

  @Word("How long a task that has ended can still be looked up")
  public void keep(Duration time) {
    keep = new TaskSpec.Keep.For(time);
  }

  @Word("How many tasks that have ended can still be looked up, the newest ones")
  public void keep(int newest) {
    keep = new TaskSpec.Keep.Newest(newest);
  }

  @Word(
      value = "forever: tasks that have ended stay until somebody deletes them",
      constants = {"forever"})
  public void keep(Constant forever) {
    keep = new TaskSpec.Keep.Forever();
  }

  @Word("What it does: a closure that is given its context and the task's parameters")
  public void run(
      @Later @DelegatesTo(value = TaskApi.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> body) {
    this.body = DeferredCode.task(body);
  }
}
