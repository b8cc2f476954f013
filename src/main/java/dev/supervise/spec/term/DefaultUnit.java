package dev.supervise.spec.term;

import dev.supervise.spec.AutoShutdown;
import dev.supervise.spec.Command;
import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.Grace;
import dev.supervise.spec.Identity;
import dev.supervise.spec.Intensity;
import dev.supervise.spec.Logs;
import dev.supervise.spec.Members;
import dev.supervise.spec.Origin;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Strategy;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Value;
import java.time.Duration;
import java.util.List;

/// A unit of the same kind of which a script says as little as it may. Pure.
final class DefaultUnit {
  /// Of a declared supervisor.
  private static final Intensity WITHIN = new Intensity.Within(10, Duration.ofSeconds(30));

  private DefaultUnit() {}

  static UnitSpec like(UnitSpec unit) {
    return switch (unit) {
      case ProcessSpec p ->
          new ProcessSpec(
              p.name(),
              Origin.NONE,
              UnitPolicy.DEFAULT,
              new Command.Argv(List.of(Value.of("true"))),
              Value.of(p.base()),
              p.base(),
              List.of(),
              false,
              Identity.INHERITED,
              List.of(),
              Logs.DEFAULT,
              0);
      case FunctionSpec f -> new FunctionSpec(f.name(), Origin.NONE, UnitPolicy.DEFAULT, f.body());
      case SupervisorSpec s ->
          new SupervisorSpec(
              s.name(),
              Origin.NONE,
              UnitPolicy.DEFAULT,
              Strategy.ONE_FOR_ONE,
              s.name().isEmpty() ? new Intensity.Unlimited() : WITHIN,
              AutoShutdown.NEVER,
              new Grace.Unlimited(),
              new Members.Listed(List.of()));
    };
  }
}
