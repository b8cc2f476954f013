package dev.supervise.plan;

import java.util.List;

/// What a step of the unit machine decides.
public record Step(UnitState state, Counters tally, List<Effect> effects) {
  /// Whether the unit is in another state than `before`. States are replaced, never altered, so it
  /// is enough, and a good deal cheaper, to look whether it is the same one.
  @SuppressWarnings("ReferenceEquality")
  public boolean leaves(UnitState before) {
    return state != before;
  }
}
