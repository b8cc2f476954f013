package dev.supervise.plan;

import java.util.List;

/// What a step of the unit machine decides.
public record Step(UnitState state, Tally tally, List<Effect> effects) {}
