package dev.supervise.dsl.words;

import dev.supervise.spec.Check;
import dev.supervise.spec.Origin;
import java.util.List;
import java.util.function.Consumer;

/// What an `allOf` or `anyOf` block may say.
final class SeveralWords extends ProbeWords {
  private final Consumer<List<Check>> made;

  SeveralWords(
      Declarations load,
      Origin origin,
      Words outer,
      UnitWords unit,
      Asked asked,
      Consumer<List<Check>> made) {
    super(load, origin, outer, unit, asked);
    this.made = made;
  }

  @Override
  void made(List<Check> checks) {
    made.accept(checks);
  }
}
