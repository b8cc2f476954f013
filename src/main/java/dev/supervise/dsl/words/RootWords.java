package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Later;
import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.Intensity;
import dev.supervise.spec.Origin;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.Value;
import groovy.lang.Closure;
import groovy.lang.DelegatesTo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a script's top level may say: it is the root supervisor.
public final class RootWords extends Words implements FamilyWords {
  private final ChildrenBuilder family = new ChildrenBuilder(this);
  public final Map<String, Value> exports = new LinkedHashMap<>();
  public final List<FunctionBody> onStart = new ArrayList<>();
  public final List<FunctionBody> onReady = new ArrayList<>();
  public final List<FunctionBody> onStop = new ArrayList<>();
  public final TaskDeclarations errands = new TaskDeclarations();

  public RootWords(Declarations load, Origin origin) {
    super(load, origin);
  }

  @Override
  public ChildrenBuilder family() {
    return family;
  }

  @Override
  String label() {
    return "";
  }

  @Override
  void finish() {
    // The loader asks for the root itself.
  }

  SupervisorSpec root() {
    return family.build("", origin, UnitPolicy.DEFAULT, new Intensity.Unlimited());
  }

  @Word(value = "What programs beside the tree are to find in their environment", repeats = true)
  public void exports(Map<String, @Nullable Object> variables) {
    variables.forEach((name, value) -> {
      if (value == null) {
        throw new WordError("exports " + name + ": null is no value; leave the name out");
      }
      exports.put(name, Convert.value("exports " + name, value));
    });
  }

  @Word(value = "Code to run before the first unit is started", repeats = true)
  public void onStart(
      @Later @DelegatesTo(value = FunctionApi.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> body) {
    onStart.add(DeferredCode.body("onStart", body));
  }

  @Word(value = "Code to run once every unit that is wanted is up and ready", repeats = true)
  public void onReady(
      @Later @DelegatesTo(value = FunctionApi.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> body) {
    onReady.add(DeferredCode.body("onReady", body));
  }

  @Word(value = "Code to run after the last unit is down", repeats = true)
  public void onStop(
      @Later @DelegatesTo(value = FunctionApi.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> body) {
    onStop.add(DeferredCode.body("onStop", body));
  }

  @Word(value = "A type of durable task", repeats = true)
  public TaskWords task(
      String name,
      @DelegatesTo(value = TaskWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    errands.claimTask(name, here());
    return new TaskWords(load, here(), name, errands);
  }

  @Word(value = "Submits a task again and again, by the clock", repeats = true)
  public ScheduleWords schedule(
      String name,
      @DelegatesTo(value = ScheduleWords.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> block) {
    errands.claimSchedule(name, here());
    return new ScheduleWords(load, here(), name, errands);
  }
}
