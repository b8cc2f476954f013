package dev.supervise.run;

import dev.supervise.plan.Counters;
import dev.supervise.plan.Goal;
import dev.supervise.plan.UnitState;

/// All that changes of a unit, in one record, replaced as a whole by the loop.
record Condition(Goal goal, UnitState state, Counters tally) {}
