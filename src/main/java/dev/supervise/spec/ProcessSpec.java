package dev.supervise.spec;

import java.util.List;

/// An OS process.
///
/// @param dir absolute, or a value that yields an absolute path or one relative to `base`
/// @param base the script's directory, absolute: what relative paths resolve against
/// @param cleanEnv start from an empty environment instead of the supervisor's own
/// @param instances 0: one process under the unit's own name; n ≥ 1: `name-1` … `name-n`
/// @param presence how the process is found, and whether it outlives supervise
public record ProcessSpec(
    String name,
    Origin origin,
    UnitPolicy policy,
    Command command,
    Value dir,
    String base,
    List<EnvLayer> env,
    boolean cleanEnv,
    Identity identity,
    List<Limit> limits,
    Logs logs,
    int instances,
    Presence presence)
    implements UnitSpec {
  public ProcessSpec {
    UnitName.check(name);
    env = List.copyOf(env);
    limits = List.copyOf(limits);
    if (instances < 0 || instances > 100_000) {
      throw new InvalidSpec("instances " + instances + " is not between 1 and 100000");
    }
    if ((!(logs instanceof Logs.Captured) || presence.detached())
        && policy
            .lifecycle()
            .ready()
            .filter(ready -> ready.check().contains(Check.LogLine.class::isInstance))
            .isPresent()) {
      throw new InvalidSpec(
          "logLine needs captured output, which logs none, logs inherit and detached() are"
              + " without");
    }
  }

  /// A process that is the unit itself and ends with supervise.
  public ProcessSpec(
      String name,
      Origin origin,
      UnitPolicy policy,
      Command command,
      Value dir,
      String base,
      List<EnvLayer> env,
      boolean cleanEnv,
      Identity identity,
      List<Limit> limits,
      Logs logs,
      int instances) {
    this(
        name,
        origin,
        policy,
        command,
        dir,
        base,
        env,
        cleanEnv,
        identity,
        limits,
        logs,
        instances,
        Presence.NONE);
  }

  /// The same process so many times; at least once.
  public ProcessSpec withInstances(int instances) {
    return new ProcessSpec(
        name, origin, policy, command, dir, base, env, cleanEnv, identity, limits, logs, instances,
        presence);
  }

  @Override
  public String kind() {
    return "process";
  }
}
