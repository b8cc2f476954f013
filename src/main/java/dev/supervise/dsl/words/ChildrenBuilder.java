package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.AutoShutdown;
import dev.supervise.spec.Grace;
import dev.supervise.spec.Intensity;
import dev.supervise.spec.Members;
import dev.supervise.spec.Origin;
import dev.supervise.spec.Strategy;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitName;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The units of one supervisor while they are being declared, and how it treats them.
final class ChildrenBuilder {
  private final Words block;
  private final List<UnitSpec> units = new ArrayList<>();
  private final Map<String, Origin> names = new HashMap<>();
  private Strategy strategy = Strategy.ONE_FOR_ONE;
  private @Nullable Intensity intensity;
  private AutoShutdown autoShutdown = AutoShutdown.NEVER;
  private Grace stopWithin = new Grace.Unlimited();

  ChildrenBuilder(Words block) {
    this.block = block;
  }

  void strategy(Constant wanted) {
    strategy =
        switch (wanted.name()) {
          case "oneForAll" -> Strategy.ONE_FOR_ALL;
          case "restForOne" -> Strategy.REST_FOR_ONE;
          default -> Strategy.ONE_FOR_ONE;
        };
  }

  void intensity(Map<String, Object> options, int restarts) {
    Duration within =
        Convert.duration(
            "intensity within", options, "within", ((Intensity.Within) Intensity.DEFAULT).window());
    intensity = new Intensity.Within(restarts, within);
  }

  void intensityUnlimited() {
    intensity = new Intensity.Unlimited();
  }

  void autoShutdown(Constant when) {
    autoShutdown =
        switch (when.name()) {
          case "any" -> AutoShutdown.ANY;
          case "all" -> AutoShutdown.ALL;
          default -> AutoShutdown.NEVER;
        };
  }

  void stopWithin(Duration limit) {
    if (limit.isZero() || limit.isNegative()) {
      throw new WordError("stopWithin must be longer than zero");
    }
    stopWithin = new Grace.Limited(limit);
  }

  void stopWithinUnlimited() {
    stopWithin = new Grace.Unlimited();
  }

  ProcessWords process(String name) {
    claim(name);
    return new ProcessWords(block.load, block.here(), "process", name, this::add);
  }

  FunctionWords function(String name) {
    claim(name);
    return new FunctionWords(block.load, block.here(), "function", name, this::add);
  }

  SupervisorWords supervisor(String name) {
    claim(name);
    if (block.load.depth() > SupervisorSpec.DEEPEST) {
      throw new WordError(
          "supervisors are nested deeper than " + SupervisorSpec.DEEPEST + ", which is the limit");
    }
    return new SupervisorWords(block.load, block.here(), name, this::add);
  }

  PoolWords pool(String name) {
    claim(name);
    return new PoolWords(block.load, block.here(), name, this::add);
  }

  private void claim(String name) {
    UnitName.check(name);
    Origin first = names.putIfAbsent(name, block.here());
    if (first != null) {
      throw new WordError("name '" + name + "' is used twice in one supervisor; first at " + first);
    }
  }

  private void add(UnitSpec unit) {
    units.add(unit);
  }

  /// Instances share their supervisor's names with its other units.
  private void dropClashes() {
    Members.clashes(units)
        .forEach((unit, family) -> {
          block.load.refused(
              unit.origin(),
              unit.kind() + " '" + unit.name() + "'",
              "its name is that of an instance of '"
                  + family.name()
                  + "' ("
                  + family.origin()
                  + ")");
          units.remove(unit);
        });
  }

  /// @param byDefault the intensity where none was declared
  SupervisorSpec build(String name, Origin origin, UnitPolicy policy, Intensity byDefault) {
    boolean someSignificant = false;
    if (autoShutdown == AutoShutdown.NEVER) {
      for (UnitSpec unit : units) {
        if (unit.policy().significant()) {
          someSignificant = true;
          block.load.refused(
              unit.origin(),
              unit.kind() + " '" + unit.name() + "'",
              "significant() has no effect while its supervisor says autoShutdown never; allowed"
                  + " are any, all");
        }
      }
    }
    dropClashes();
    return new SupervisorSpec(
        name,
        origin,
        policy,
        strategy,
        intensity == null ? byDefault : intensity,
        someSignificant ? AutoShutdown.ANY : autoShutdown,
        stopWithin,
        new Members.Listed(units));
  }
}
