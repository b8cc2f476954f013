package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Check;
import dev.supervise.spec.Liveness;
import dev.supervise.spec.Origin;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// What an `alive` block may say.
final class AliveWords extends ProbeWords {
  static final Duration EVERY = Duration.ofSeconds(10);

  private final Duration every;
  private final Consumer<Liveness> made;
  private int failures = Liveness.FAILURES;

  AliveWords(
      Declarations load, Origin origin, UnitWords unit, Duration every, Consumer<Liveness> made) {
    super(load, origin, unit, unit, Asked.ALIVE);
    this.every = every;
    this.made = made;
  }

  @Override
  void made(List<Check> checks) {
    if (checks.isEmpty()) {
      throw new WordError("alive asks nothing; write for example alive { tcp 8080 }");
    }
    made.accept(new Liveness(all(checks), every, failures));
  }

  @Word("So many tries in a row fail before the unit is restarted")
  public void failures(int count) {
    failures = count;
  }
}
