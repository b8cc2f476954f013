package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.Later;
import dev.supervise.dsl.value.Word;
import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.Origin;
import dev.supervise.spec.StopProgram;
import dev.supervise.spec.StopStep;
import groovy.lang.Closure;
import groovy.lang.DelegatesTo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// What a `stop` block may say: its steps, in order.
public final class StopWords extends Words {
  private final UnitWords unit;
  private final Consumer<StopProgram> made;
  private final List<StopStep> steps = new ArrayList<>();

  StopWords(Declarations load, Origin origin, UnitWords unit, Consumer<StopProgram> made) {
    super(load, origin);
    this.unit = unit;
    this.made = made;
  }

  @Override
  String label() {
    return unit.label();
  }

  @Override
  void finish() {
    if (broken()) {
      unit.breakBlock();
      return;
    }
    try {
      made.accept(new StopProgram(steps));
    } catch (InvalidSpec refused) {
      load.refused(this, refused);
      unit.breakBlock();
    }
  }

  @Word(
      value = "Send a signal",
      repeats = true,
      options = {"within", "to"},
      values = {"within: a duration (5.seconds)", "within: unlimited", "to: group", "to: main"},
      constants = {"SIGTERM"})
  public void signal(Map<String, Object> options, Constant signal) {
    steps.add(StopSteps.signal(options, signal));
  }

  @Word(
      value = "Send a signal",
      repeats = true,
      constants = {"SIGTERM"})
  public void signal(Constant signal) {
    steps.add(StopSteps.signal(Map.of(), signal));
  }

  @Word(
      value = "Run a command in the unit's directory and environment",
      repeats = true,
      options = {"within"},
      values = {"within: a duration (5.seconds)", "within: unlimited"})
  public void exec(Map<String, Object> options, Object... words) {
    steps.add(new StopStep.Exec(CommandLine.command(words), StopSteps.within(options)));
  }

  @Word(value = "Run a command in the unit's directory and environment", repeats = true)
  public void exec(Object... words) {
    exec(Map.of(), words);
  }

  @Word(
      value = "Call a closure",
      repeats = true,
      options = {"within"},
      values = {"within: a duration (5.seconds)", "within: unlimited"})
  public void run(
      Map<String, Object> options,
      @Later @DelegatesTo(value = FunctionApi.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> body) {
    steps.add(new StopStep.Call(DeferredCode.body("run", body), StopSteps.within(options)));
  }

  @Word(value = "Call a closure", repeats = true)
  public void run(
      @Later @DelegatesTo(value = FunctionApi.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> body) {
    run(Map.of(), body);
  }

  @Word("Kill everything of the run at once; the last step")
  public void kill() {
    steps.add(new StopStep.Kill());
  }
}
