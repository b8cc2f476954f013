package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.Word;
import groovy.lang.Closure;
import groovy.lang.DelegatesTo;
import java.time.Duration;
import java.util.Map;

/// What a block may say that has units of its own: the top level, and a `supervisor`.
interface FamilyWords {
  ChildrenBuilder family();

  @Word(
      value = "Whom a failed unit takes with it",
      constants = {"oneForOne", "oneForAll", "restForOne"})
  default void strategy(Constant strategy) {
    family().strategy(strategy);
  }

  @Word(
      value = "How many restarts are granted in a sliding window before the supervisor fails",
      options = {"within"})
  default void intensity(Map<String, Object> options, int restarts) {
    family().intensity(options, restarts);
  }

  @Word("How many restarts are granted within 30 seconds before the supervisor fails")
  default void intensity(int restarts) {
    family().intensity(Map.of(), restarts);
  }

  @Word(
      value = "unlimited: restarts never make the supervisor fail",
      constants = {"unlimited"})
  default void intensity(Constant unlimited) {
    family().intensityUnlimited();
  }

  @Word(
      value = "Whether the supervisor ends when its significant units have ended",
      constants = {"never", "any", "all"})
  default void autoShutdown(Constant when) {
    family().autoShutdown(when);
  }

  @Word("How long the whole supervisor may take to stop before everything left is killed")
  default void stopWithin(Duration limit) {
    family().stopWithin(limit);
  }

  @Word(
      value = "It may take as long as it takes to stop",
      constants = {"unlimited"})
  default void stopWithin(Constant unlimited) {
    family().stopWithinUnlimited();
  }

  @Word(value = "An OS process", repeats = true)
  default ProcessWords process(
      String name,
      @DelegatesTo(value = ProcessWords.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> block) {
    return family().process(name);
  }

  @Word(value = "A closure on a thread of its own, supervised like a process", repeats = true)
  default FunctionWords function(
      String name,
      @DelegatesTo(value = FunctionWords.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> block) {
    return family().function(name);
  }

  @Word(value = "A group of units with a strategy of its own", repeats = true)
  default SupervisorWords supervisor(
      String name,
      @DelegatesTo(value = SupervisorWords.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> block) {
    return family().supervisor(name);
  }

  @Word(value = "Any number of units of one kind, added and removed while it runs", repeats = true)
  default PoolWords pool(
      String name,
      @DelegatesTo(value = PoolWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return family().pool(name);
  }
}
