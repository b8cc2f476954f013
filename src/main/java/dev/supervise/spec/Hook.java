package dev.supervise.spec;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Something done beside a unit's run, before or after a moment of its life.
///
/// @param name unique among all hooks of the unit; `[A-Za-z0-9._-]+`
/// @param dir the unit's own where empty; a relative one that is evaluated late resolves against
///   the script's directory
/// @param env over the unit's
/// @param timeout for one try; then all it started is killed and the try has failed
/// @param async nobody waits for it
public record Hook(
    String name,
    HookPhase phase,
    HookBody body,
    Optional<Value> dir,
    List<EnvLayer> env,
    Duration timeout,
    HookFailure onFailure,
    boolean async,
    Origin origin) {
  public static final Duration TIMEOUT = Duration.ofSeconds(30);

  public Hook {
    env = List.copyOf(env);
    UnitName.check(name);
    Durations.positive("timeout", timeout);
    if (body instanceof HookBody.Closure && (dir.isPresent() || !env.isEmpty())) {
      throw new InvalidSpec(
          (dir.isPresent() ? "dir" : "env")
              + " has no effect on run { … }, which is no process; use it with command or shell");
    }
  }
}
