package dev.supervise.dsl.value;

import dev.supervise.text.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The name that was probably meant. Pure.
public final class NearestName {
  private NearestName() {}

  /// What other tools call our words, the likeliest of ours first; offered only where ours is among
  /// the candidates.
  private static final Map<String, List<String>> ELSEWHERE = elsewhere();

  private static Map<String, List<String>> elsewhere() {
    Map<String, List<String>> names = new HashMap<>();
    ours(names, "command", "cmd exec program args argv script entrypoint ExecStart");
    ours(names, "shell", "sh bash");
    ours(names, "env", "environment envs Environment");
    ours(names, "envFile", "env_file EnvironmentFile dotenv");
    ours(
        names,
        "dir",
        "cwd workdir workingDir working_dir workingDirectory WorkingDirectory directory");
    ours(names, "instances", "replicas numprocs count scale");
    ours(
        names,
        "after",
        "depends dependsOn depends_on requires needs waitFor wait_for After Requires");
    ours(names, "process", "service program job worker container app");
    ours(names, "supervisor", "group");
    ours(
        names,
        "restart",
        "autorestart autoRestart auto_restart restartPolicy restart_policy Restart availability");
    ours(names, "onFailure", "on_failure on-failure unexpected OnFailure failure");
    ours(names, "always", "unless-stopped unlessStopped");
    ours(names, "never", "no none false");
    ours(names, "delay", "RestartSec restart_delay restartDelay");
    ours(names, "maxRestarts", "max_restarts maxRetries max_retries retries");
    ours(names, "successExit", "exitcodes exitCodes SuccessExitStatus");
    ours(names, "upFor", "startsecs startSecs min_uptime minUptime");
    ours(names, "startRetries", "startretries start_retries");
    ours(names, "oneShot", "oneshot once");
    ours(names, "forking", "daemon daemonize is_daemon");
    ours(names, "pidFile", "PIDFile pidfile");
    ours(names, "user", "runAs run_as runAsUser uid User");
    ours(names, "group", "gid Group");
    ours(
        names,
        "limits",
        "ulimit ulimits memory mem mem_limit rlimits LimitNOFILE max_memory_restart");
    ours(names, "logs", "log stdout stderr output logFile log_file stdout_logfile out_file");
    ours(names, "labels", "tags label");
    ours(names, "ready", "readiness readinessProbe readiness_probe probe waitUntilReady");
    ours(
        names,
        "alive",
        "healthcheck healthCheck health liveness livenessProbe liveness_probe WatchdogSec");
    ours(
        names,
        "stop",
        "signal stopsignal stopSignal stop_signal stop_grace_period gracePeriod killTimeout"
            + " shutdown ExecStop kill_timeout");
    ours(names, "stopWithin", "stopTimeout TimeoutStopSec stopwaitsecs");
    ours(names, "preStart", "ExecStartPre beforeStart initContainers");
    ours(names, "postStart", "ExecStartPost afterStart onStarted");
    ours(names, "preStop", "beforeStop");
    ours(names, "postStop", "ExecStopPost afterStop onExit finish");
    ours(names, "submit", "enqueue");
    ours(names, "retry", "retries maxAttempts");
    ours(names, "schedule", "timer cronjob cron_restart");
    ours(names, "seconds", "sec secs s");
    ours(names, "minutes", "min mins m");
    ours(names, "hours", "hr hrs h");
    ours(names, "days", "d");
    ours(names, "ms", "msec msecs millis milliseconds");
    ours(names, "KB", "K");
    ours(names, "MB", "M");
    ours(names, "GB", "G");
    ours(names, "onFailure", "transient");
    return names;
  }

  private static void ours(Map<String, List<String>> names, String our, String theirs) {
    for (String each : theirs.split(" ")) {
      names.computeIfAbsent(each, _ -> new ArrayList<>()).add(our);
    }
  }

  /// Our word for what other tools call by this name, if it is one of these.
  public static Optional<String> elsewhere(String written, Collection<String> candidates) {
    return ELSEWHERE.getOrDefault(written, List.of()).stream()
        .filter(candidates::contains)
        .findFirst();
  }

  /// The candidate that is called so elsewhere, else the [Nearest].
  public static Optional<String> of(String written, Collection<String> candidates) {
    return elsewhere(written, candidates)
        .or(() ->
            Optional.of(Nearest.to(written, candidates)).filter(nearest -> !nearest.isEmpty()));
  }
}
