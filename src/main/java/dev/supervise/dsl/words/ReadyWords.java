package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Check;
import dev.supervise.spec.Origin;
import dev.supervise.spec.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// What a `ready` block may say.
final class ReadyWords extends ProbeWords {
  private final Consumer<Readiness> made;
  private Duration within = Readiness.WITHIN;
  private Duration every = Readiness.EVERY;

  ReadyWords(Declarations load, Origin origin, UnitWords unit, Consumer<Readiness> made) {
    super(load, origin, unit, unit, Asked.READY);
    this.made = made;
  }

  @Override
  void made(List<Check> checks) {
    if (checks.isEmpty()) {
      throw new WordError("ready asks nothing; write for example ready { tcp 8080 }");
    }
    made.accept(new Readiness(all(checks), within, every));
  }

  @Word("How long it may take to become ready before the start has failed")
  public void within(Duration limit) {
    within = limit;
  }

  @Word("The pause between two tries")
  public void every(Duration pause) {
    every = pause;
  }
}
