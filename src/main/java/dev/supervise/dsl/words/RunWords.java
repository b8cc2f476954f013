package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Word;
import dev.supervise.spec.HookPhase;
import dev.supervise.spec.Origin;
import dev.supervise.spec.UnitSpec;
import groovy.lang.Closure;
import groovy.lang.DelegatesTo;
import java.util.function.Consumer;

/// What a unit with runs of its own, a process or a function, may say about what surrounds them.
abstract class RunWords extends UnitWords {
  private final UnitHooks phases = new UnitHooks(this);

  RunWords(Declarations load, Origin origin, String name, Consumer<UnitSpec> built) {
    super(load, origin, name, built);
  }

  @Word(value = "What is done before each start", repeats = true)
  public final HookWords preStart(
      @DelegatesTo(value = HookWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return phases.open(HookPhase.PRE_START);
  }

  @Word(value = "What is done before each start", repeats = true)
  public final HookWords preStart(
      String name,
      @DelegatesTo(value = HookWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return phases.open(HookPhase.PRE_START, name);
  }

  @Word(value = "What is done after each start, once the unit is up, and ready", repeats = true)
  public final HookWords postStart(
      @DelegatesTo(value = HookWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return phases.open(HookPhase.POST_START);
  }

  @Word(value = "What is done after each start, once the unit is up, and ready", repeats = true)
  public final HookWords postStart(
      String name,
      @DelegatesTo(value = HookWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return phases.open(HookPhase.POST_START, name);
  }

  @Word(value = "What is done before a stop that was asked for", repeats = true)
  public final HookWords preStop(
      @DelegatesTo(value = HookWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return phases.open(HookPhase.PRE_STOP);
  }

  @Word(value = "What is done before a stop that was asked for", repeats = true)
  public final HookWords preStop(
      String name,
      @DelegatesTo(value = HookWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return phases.open(HookPhase.PRE_STOP, name);
  }

  @Word(value = "What is done after each end, when nothing of the run lives", repeats = true)
  public final HookWords postStop(
      @DelegatesTo(value = HookWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return phases.open(HookPhase.POST_STOP);
  }

  @Word(value = "What is done after each end, when nothing of the run lives", repeats = true)
  public final HookWords postStop(
      String name,
      @DelegatesTo(value = HookWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return phases.open(HookPhase.POST_STOP, name);
  }
}
