package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Later;
import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.Origin;
import dev.supervise.spec.Signals;
import dev.supervise.spec.StopProgram;
import dev.supervise.spec.StopStep;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import groovy.lang.Closure;
import groovy.lang.DelegatesTo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a `function` block may say.
@NeedsRun(FunctionWords.NEEDS)
final class FunctionWords extends RunWords {
  static final String NEEDS = "a function needs run { ctx -> … }";

  private final String kind;
  private @Nullable FunctionBody body;

  FunctionWords(
      Declarations load, Origin origin, String kind, String name, Consumer<UnitSpec> built) {
    super(load, origin, name, built);
    this.kind = kind;
  }

  @Override
  String kind() {
    return kind;
  }

  @Override
  UnitSpec build(UnitPolicy policy) {
    FunctionBody wanted = body;
    if (wanted == null) {
      throw new WordError(NEEDS);
    }
    return new FunctionSpec(name, origin, policy, wanted);
  }

  @Override
  UnitSpec placeholder(UnitPolicy policy) {
    return new FunctionSpec(name, origin, policy, _ -> null);
  }

  @Word("What it does: a closure that is given its context")
  public void run(
      @Later @DelegatesTo(value = FunctionApi.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> body) {
    this.body = DeferredCode.body("run", body);
  }

  @Word("When it counts as ready: what is asked of it, and how long that may take")
  public ReadyWords ready(
      @DelegatesTo(value = ReadyWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return new ReadyWords(load, here(), this, made -> ready = Optional.of(made));
  }

  @Word("What it must go on to answer once it was ready, every 10 seconds")
  public AliveWords alive(
      @DelegatesTo(value = AliveWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return alive(Map.of(), block);
  }

  @Word(
      value = "What it must go on to answer once it was ready, and how often it is asked",
      options = {"every"})
  public AliveWords alive(
      Map<String, Object> options,
      @DelegatesTo(value = AliveWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return new AliveWords(
        load,
        here(),
        this,
        Convert.duration("alive every", options, "every", AliveWords.EVERY),
        made -> alive = Optional.of(made));
  }

  @Word(
      value = "How long it may take to end after it was cancelled before it counts as stuck",
      options = {"within"},
      values = {"within: a duration (5.seconds)", "within: unlimited"})
  public void stop(Map<String, Object> options) {
    stop =
        new StopProgram(
            List.of(
                new StopStep.Signal(
                    Signals.TERM, StopSteps.within(options), StopStep.Target.GROUP)));
  }
}
