package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.AutoShutdown;
import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.Grace;
import dev.supervise.spec.Intensity;
import dev.supervise.spec.Members;
import dev.supervise.spec.Origin;
import dev.supervise.spec.Strategy;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import groovy.lang.Closure;
import groovy.lang.DelegatesTo;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a `pool` block may say.
final class PoolWords extends UnitWords {
  private @Nullable UnitSpec template;
  private int size;
  private Intensity intensity = Intensity.DEFAULT;
  private Grace stopWithin = new Grace.Unlimited();

  PoolWords(Declarations load, Origin origin, String name, Consumer<UnitSpec> built) {
    super(load, origin, name, built);
  }

  @Override
  String kind() {
    return "pool";
  }

  @Override
  UnitSpec build(UnitPolicy policy) {
    UnitSpec child = template;
    if (child == null) {
      throw new WordError("a pool needs template { process { … } } or template { function { … } }");
    }
    return spec(policy, child, size);
  }

  @Override
  UnitSpec placeholder(UnitPolicy policy) {
    return spec(policy, new FunctionSpec(name, origin, UnitPolicy.DEFAULT, _ -> null), 0);
  }

  private SupervisorSpec spec(UnitPolicy policy, UnitSpec child, int size) {
    return new SupervisorSpec(
        name,
        origin,
        policy,
        Strategy.ONE_FOR_ONE,
        intensity,
        AutoShutdown.NEVER,
        stopWithin,
        new Members.Pool(child, size));
  }

  @Word("What each of its units is")
  public TemplateWords template(
      @DelegatesTo(value = TemplateWords.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> block) {
    return new TemplateWords(load, here(), this, made -> template = made);
  }

  @Word("How many units it starts with")
  public void size(int number) {
    if (number < 0 || number > 10_000_000) {
      throw new WordError("size " + number + " is not between 0 and 10000000");
    }
    size = number;
  }

  @Word(
      value = "How many restarts are granted in a sliding window before the pool fails",
      options = {"within"})
  public void intensity(Map<String, Object> options, int restarts) {
    Duration within =
        Convert.duration(
            "intensity within", options, "within", ((Intensity.Within) Intensity.DEFAULT).window());
    intensity = new Intensity.Within(restarts, within);
  }

  @Word("How many restarts are granted within 30 seconds before the pool fails")
  public void intensity(int restarts) {
    intensity(Map.of(), restarts);
  }

  @Word(
      value = "unlimited: restarts never make the pool fail",
      constants = {"unlimited"})
  public void intensity(Constant unlimited) {
    intensity = new Intensity.Unlimited();
  }

  @Word("How long the whole pool may take to stop before everything left is killed")
  public void stopWithin(Duration limit) {
    if (limit.isZero() || limit.isNegative()) {
      throw new WordError("stopWithin must be longer than zero");
    }
    stopWithin = new Grace.Limited(limit);
  }

  @Word(
      value = "It may take as long as it takes to stop",
      constants = {"unlimited"})
  public void stopWithin(Constant unlimited) {
    stopWithin = new Grace.Unlimited();
  }
}
