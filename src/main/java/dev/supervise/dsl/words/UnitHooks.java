package dev.supervise.dsl.words;

import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.HookPhase;
import dev.supervise.spec.Lifecycle;
import dev.supervise.spec.Origin;
import dev.supervise.spec.UnitName;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/// The hooks of one unit while they are being declared. One without a name is called by its phase
/// and its number in it: `preStart-1`.
final class UnitHooks {
  private final UnitWords unit;
  private final Map<String, Origin> names = new HashMap<>();
  private final Map<HookPhase, Integer> counts = new EnumMap<>(HookPhase.class);

  UnitHooks(UnitWords unit) {
    this.unit = unit;
  }

  HookWords open(HookPhase phase) {
    return open(phase, phase.word() + "-" + (counts.getOrDefault(phase, 0) + 1));
  }

  HookWords open(HookPhase phase, String name) {
    UnitName.check(name);
    if (counts.merge(phase, 1, Integer::sum) > Lifecycle.HOOKS_A_PHASE) {
      throw new WordError(
          "a unit has at most "
              + Lifecycle.HOOKS_A_PHASE
              + " "
              + phase.word()
              + " hooks; let one do the work of several");
    }
    Origin first = names.putIfAbsent(name, unit.here());
    if (first != null) {
      throw new WordError("hook name '" + name + "' is used twice in one unit; first at " + first);
    }
    return new HookWords(unit, phase, name, unit.hooks::add);
  }
}
