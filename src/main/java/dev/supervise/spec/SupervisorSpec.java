package dev.supervise.spec;

import java.time.Duration;

/// A nested supervisor, a pool, or the root (the script's top level, whose name is empty).
///
/// @param stopWithin how long the whole subtree may take to stop before everything left is killed
public record SupervisorSpec(
    String name,
    Origin origin,
    UnitPolicy policy,
    Strategy strategy,
    Intensity intensity,
    AutoShutdown autoShutdown,
    Grace stopWithin,
    Members members)
    implements UnitSpec {
  /// So deep supervisors may stand in each other: a walk over a tree takes a stack as deep as the
  /// tree, and the threads that walk have room for many times this.
  public static final int DEEPEST = 1000;

  public SupervisorSpec {
    if (!name.isEmpty()) {
      UnitName.check(name);
    }
    if (!policy.lifecycle().plain()) {
      throw new InvalidSpec(
          "hooks, ready, alive, startRetries and upFor are for processes and functions");
    }
    if (members instanceof Members.Pool && strategy != Strategy.ONE_FOR_ONE) {
      throw new InvalidSpec("a pool's strategy is always oneForOne");
    }
    if (stopWithin instanceof Grace.Limited(Duration limit) && limit.isZero()) {
      throw new InvalidSpec("stopWithin must be longer than zero");
    }
    if (members instanceof Members.Listed(var units) && autoShutdown == AutoShutdown.NEVER) {
      for (UnitSpec unit : units) {
        if (unit.policy().significant()) {
          throw new InvalidSpec(
              "'"
                  + unit.name()
                  + "' is significant() but autoShutdown is never; allowed are any, all");
        }
      }
    }
  }

  /// The root of a tree: intensity `unlimited` unless the script says otherwise.
  public static SupervisorSpec root(Members members) {
    return new SupervisorSpec(
        "",
        Origin.NONE,
        UnitPolicy.DEFAULT,
        Strategy.ONE_FOR_ONE,
        new Intensity.Unlimited(),
        AutoShutdown.NEVER,
        new Grace.Unlimited(),
        members);
  }

  /// The same supervisor with other children.
  public SupervisorSpec withMembers(Members members) {
    return new SupervisorSpec(
        name, origin, policy, strategy, intensity, autoShutdown, stopWithin, members);
  }

  @Override
  public String kind() {
    return members instanceof Members.Pool ? "pool" : "supervisor";
  }
}
