package dev.supervise.run;

import dev.supervise.plan.StartConditions;
import dev.supervise.plan.Strategies;
import dev.supervise.plan.UnitState;
import dev.supervise.spec.Edge;

/// A start condition of one unit, with the unit it is about.
sealed interface Link {
  Unit target();

  StartConditions.Holds holds();

  /// Written by `after`.
  record Declared(Unit target, Edge.Condition condition) implements Link {
    @Override
    public StartConditions.Holds holds() {
      UnitState state = target.state();
      boolean again =
          state instanceof UnitState.Finished(var _, var end)
              && target.goal().wantsStart()
              && Strategies.restarts(target.spec.policy(), end);
      return StartConditions.of(condition, state, again);
    }
  }

  /// The child before it under `restForOne`, or, where that one is down for good, the one before
  /// that.
  record Before(Unit target) implements Link {
    @Override
    public StartConditions.Holds holds() {
      return StartConditions.implied(target.goal(), target.state());
    }
  }
}
