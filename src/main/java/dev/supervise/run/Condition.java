package dev.supervise.run;

import dev.supervise.plan.Goal;
import dev.supervise.plan.Tally;
import dev.supervise.plan.UnitState;

/// All that changes of a unit, in one record, replaced as a whole by the loop.
record Condition(Goal goal, UnitState state, Tally tally) {}
