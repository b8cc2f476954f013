package dev.supervise.spec;

import java.util.List;

/// An OS process.
///
/// @param dir absolute, or a value that yields an absolute path or one relative to `base`
/// @param base the script's directory, absolute: what relative paths resolve against
/// @param cleanEnv start from an empty environment instead of the supervisor's own
/// @param instances 0: one process under the unit's own name; n ≥ 1: `name-1` … `name-n`
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
    int instances)
    implements UnitSpec {
  public ProcessSpec {
    UnitSpec.checkName(name);
    env = List.copyOf(env);
    limits = List.copyOf(limits);
    if (instances < 0 || instances > 100_000) {
      throw new InvalidSpec("instances " + instances + " is not between 1 and 100000");
    }
  }

  @Override
  public String kind() {
    return "process";
  }
}
