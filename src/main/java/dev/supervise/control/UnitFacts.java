package dev.supervise.control;

import dev.supervise.spec.Command;
import dev.supervise.spec.Edge;
import dev.supervise.spec.EnvLayer;
import dev.supervise.spec.FileNames;
import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.Grace;
import dev.supervise.spec.Hook;
import dev.supervise.spec.HookBody;
import dev.supervise.spec.HookFailure;
import dev.supervise.spec.HookPhase;
import dev.supervise.spec.Identity;
import dev.supervise.spec.Intensity;
import dev.supervise.spec.Lifecycle;
import dev.supervise.spec.Limit;
import dev.supervise.spec.Logs;
import dev.supervise.spec.Members;
import dev.supervise.spec.Pause;
import dev.supervise.spec.Presence;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Secrets;
import dev.supervise.spec.Signals;
import dev.supervise.spec.Spans;
import dev.supervise.spec.StopProgram;
import dev.supervise.spec.StopStep;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.TaskEdge;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/// What a unit was understood to be, word by word in the language of scripts, defaults included.
/// Each fact is a text or a list of texts; secrets are masked.
public final class UnitFacts {
  private final Secrets secrets;
  private final String logs;

  /// @param secrets what no fact shows
  /// @param state where the script's state is, as it is shown
  public UnitFacts(Secrets secrets, Path state) {
    this.secrets = secrets;
    this.logs = state.resolve("log").toString();
  }

  /// What a unit's script says of it: the facts that are not so by default.
  Map<String, Object> own(UnitSpec unit, String path) {
    Map<String, Object> facts = of(unit, path);
    Map<String, Object> usual = of(UsualUnit.like(unit), path);
    facts.entrySet().removeIf(fact -> fact.getValue().equals(usual.get(fact.getKey())));
    return facts;
  }

  /// A fact as lines: a command is one, whatever its words.
  static List<String> lines(String word, Object value) {
    List<String> lines = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(item -> lines.add(item.toString()));
    } else {
      lines.add(value.toString());
    }
    return word.equals("command") && value instanceof List<?> ? List.of(quoted(lines)) : lines;
  }

  /// All facts, those that are so by default among them.
  public Map<String, Object> of(UnitSpec unit, String path) {
    Map<String, Object> facts = new LinkedHashMap<>();
    switch (unit) {
      case ProcessSpec p -> process(facts, p, path);
      case FunctionSpec _ -> {}
      case SupervisorSpec s -> supervisor(facts, s);
    }
    if (!path.isEmpty()) {
      policy(facts, unit.policy(), unit instanceof SupervisorSpec);
    }
    if (unit instanceof FunctionSpec) {
      // There is no process to be signalled: it is cancelled, and given that long.
      facts.put("stop", within(unit.policy().stop().steps().getFirst()));
    }
    return facts;
  }

  private void process(Map<String, Object> facts, ProcessSpec p, String path) {
    switch (p.command()) {
      case Command.Argv(var words) -> facts.put("command", words.stream().map(this::text).toList());
      case Command.Shell(var text, var arguments) -> {
        List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", text(text)));
        arguments.forEach(value -> argv.add(text(value)));
        facts.put("command", argv);
      }
    }
    facts.put("dir", text(p.dir()));
    if (p.instances() > 0) {
      facts.put("instances", Integer.toString(p.instances()));
    }
    if (p.cleanEnv()) {
      facts.put("cleanEnv", "yes: nothing is inherited");
    }
    put(
        facts,
        "envFile",
        p.env().stream().filter(EnvLayer.File.class::isInstance).map(this::layer).toList());
    put(
        facts,
        "env",
        p.env().stream().filter(l -> !(l instanceof EnvLayer.File)).map(this::layer).toList());
    identity(facts, p.identity());
    put(facts, "limits", p.limits().stream().map(UnitFacts::limit).toList());
    facts.put("logs", logs(p.logs(), path));
    presence(facts, p.presence());
  }

  private void presence(Map<String, Object> facts, Presence presence) {
    presence.pidFile().ifPresent(file -> facts.put("pidFile", secrets.mask(file)));
    if (presence.forking()) {
      facts.put("forking", "yes: the daemon it starts is the unit");
    }
    if (presence.detached()) {
      facts.put("detached", "yes: outlives supervise");
    }
    put(facts, "detect", presence.detect().stream().map(d -> secrets.mask(d.source())).toList());
  }

  private String layer(EnvLayer layer) {
    return switch (layer) {
      case EnvLayer.Set(String name, Value value) -> name + "=" + text(value);
      case EnvLayer.Unset(String name) -> name + " removed";
      case EnvLayer.File(String file) -> secrets.mask(file);
    };
  }

  private static void identity(Map<String, Object> facts, Identity identity) {
    identity.user().ifPresent(user -> facts.put("user", user));
    identity.group().ifPresent(group -> facts.put("group", group));
    identity
        .umask()
        .ifPresent(umask -> facts.put("umask", String.format(Locale.ROOT, "%03o", umask)));
    identity.nice().ifPresent(nice -> facts.put("nice", Integer.toString(nice)));
  }

  private static String limit(Limit limit) {
    String soft = amount(limit.soft());
    String hard = amount(limit.hard());
    return limit.resource().word() + " " + (soft.equals(hard) ? soft : soft + ", hard " + hard);
  }

  private static String amount(long value) {
    return value == Limit.INFINITY ? "unlimited" : Long.toUnsignedString(value);
  }

  private String logs(Logs logs, String path) {
    return switch (logs) {
      case Logs.None() -> "none";
      case Logs.Inherit() -> "inherit: supervise's own output";
      case Logs.Captured(
              String file,
              long rotate,
              int keep,
              boolean console,
              boolean block,
              boolean separate,
              Logs.Format format) ->
          (file.isEmpty() ? FileNames.log(Path.of(this.logs), path).toString() : file)
              + ", rotate "
              + size(rotate)
              + ", keep "
              + keep
              + (console ? "" : ", console false")
              + (block ? ", block" : "")
              + (separate ? ", separate" : "")
              + format(format);
    };
  }

  private static String format(Logs.Format format) {
    return switch (format) {
      case PLAIN -> "";
      case TIMESTAMPS -> ", timestamps";
      case JSON -> ", json";
    };
  }

  private static String size(long bytes) {
    if (bytes % (1 << 30) == 0) {
      return (bytes >> 30) + " GB";
    }
    if (bytes % (1 << 20) == 0) {
      return (bytes >> 20) + " MB";
    }
    return bytes % 1024 == 0 ? (bytes >> 10) + " KB" : bytes + " bytes";
  }

  private static void supervisor(Map<String, Object> facts, SupervisorSpec s) {
    switch (s.members()) {
      case Members.Listed _ -> facts.put("strategy", camel(s.strategy().name()));
      case Members.Pool(var _, int size) -> facts.put("size", Integer.toString(size));
    }
    facts.put(
        "intensity",
        switch (s.intensity()) {
          case Intensity.Unlimited() -> "unlimited";
          case Intensity.Within(int restarts, var window) ->
              restarts + ", within: " + Spans.text(window);
        });
    facts.put("autoShutdown", camel(s.autoShutdown().name()));
    facts.put("stopWithin", grace(s.stopWithin()));
  }

  private void policy(Map<String, Object> facts, UnitPolicy policy, boolean supervisor) {
    facts.put("restart", camel(policy.restart().name()));
    if (!supervisor) {
      facts.put(
          "successExit",
          String.join(
              ", ", new TreeSet<>(policy.successExits()).stream().map(String::valueOf).toList()));
    }
    switch (policy.pause()) {
      case Pause.Delay(var pause) -> facts.put("delay", Spans.text(pause));
      case Pause.Backoff(var initial, var max, double factor, double jitter, var reset) ->
          facts.put(
              "backoff",
              "initial: "
                  + Spans.text(initial)
                  + ", max: "
                  + Spans.text(max)
                  + ", factor: "
                  + factor
                  + ", jitter: "
                  + jitter
                  + ", reset: "
                  + Spans.text(reset));
    }
    int max = policy.maxRestarts();
    facts.put("maxRestarts", max == UnitPolicy.UNLIMITED ? "unlimited" : Integer.toString(max));
    put(facts, "after", policy.after().stream().map(UnitFacts::edge).toList());
    put(facts, "afterTask", policy.afterTasks().stream().map(UnitFacts::task).toList());
    if (policy.priority() != 0) {
      facts.put("priority", Integer.toString(policy.priority()));
    }
    if (!supervisor) {
      facts.put("stop", stop(policy.stop()));
    }
    for (HookPhase phase : HookPhase.values()) {
      put(
          facts,
          phase.word(),
          policy.lifecycle().hooks().stream()
              .filter(hook -> hook.phase() == phase)
              .map(this::hook)
              .toList());
    }
    Lifecycle lifecycle = policy.lifecycle();
    if (!lifecycle.upFor().isZero()) {
      facts.put("upFor", Spans.text(lifecycle.upFor()));
    }
    if (lifecycle.startRetries() > 0) {
      facts.put(
          "startRetries",
          lifecycle.startRetries() + ", delay: " + Spans.text(lifecycle.retryDelay()));
    }
    if (policy.oneShot()) {
      facts.put("oneShot", "yes: its goal is done");
    }
    if (policy.significant()) {
      facts.put("significant", "yes: its end counts for autoShutdown");
    }
    if (!policy.autostart()) {
      facts.put("autostart", "false");
    }
    put(
        facts,
        "labels",
        policy.labels().entrySet().stream()
            .map(e -> secrets.mask(e.getKey() + "=" + e.getValue()))
            .toList());
  }

  private static String task(TaskEdge edge) {
    return edge.type() + edge.id().map(id -> ", id: " + id).orElse("");
  }

  private static String edge(Edge edge) {
    return edge.target() + ": " + edge.condition().name().toLowerCase(Locale.ROOT);
  }

  private List<String> stop(StopProgram program) {
    List<String> steps = new ArrayList<>();
    for (StopStep step : program.steps()) {
      steps.add(
          switch (step) {
            case StopStep.Signal(int signal, var _, var to) ->
                Signals.name(signal)
                    + ", "
                    + within(step)
                    + ", to: "
                    + to.name().toLowerCase(Locale.ROOT);
            case StopStep.Exec(var command, var _) -> "exec " + argv(command) + ", " + within(step);
            case StopStep.Call _ -> "run { }, " + within(step);
            case StopStep.Kill() -> "kill";
          });
    }
    StopStep last = program.steps().getLast();
    if (!(last instanceof StopStep.Kill) && last.within() instanceof Grace.Limited) {
      steps.add("kill");
    }
    return steps;
  }

  private String hook(Hook hook) {
    StringBuilder text = new StringBuilder(hook.name()).append(": ");
    text.append(
        switch (hook.body()) {
          case HookBody.Program(var command) -> argv(command);
          case HookBody.Closure _ -> "run { }";
        });
    hook.dir().ifPresent(dir -> text.append(", dir ").append(text(dir)));
    hook.env().forEach(layer -> text.append(", env ").append(layer(layer)));
    text.append(", timeout ").append(Spans.text(hook.timeout())).append(", onFailure ");
    text.append(
        switch (hook.onFailure()) {
          case HookFailure.Fail() -> "fail";
          case HookFailure.Ignore() -> "ignore";
          case HookFailure.Retry(int times, var delay) ->
              "retry(" + times + ", delay: " + Spans.text(delay) + ")";
        });
    return text.append(hook.async() ? ", async" : "").toString();
  }

  private String argv(Command command) {
    return switch (command) {
      case Command.Argv(var words) -> quoted(words.stream().map(this::text).toList());
      case Command.Shell(var text, var _) -> "/bin/sh -c " + quoted(List.of(text(text)));
    };
  }

  private static String within(StopStep step) {
    return "within: " + grace(step.within());
  }

  private static String grace(Grace grace) {
    return switch (grace) {
      case Grace.Limited(var limit) -> Spans.text(limit);
      case Grace.Unlimited() -> "unlimited";
    };
  }

  private String text(Value value) {
    return switch (value) {
      case Value.Fixed(String text) -> secrets.mask(text);
      case Value.Late(var _, String shown) -> secrets.mask(shown);
    };
  }

  private static void put(Map<String, Object> facts, String word, List<String> values) {
    if (!values.isEmpty()) {
      facts.put(word, values);
    }
  }

  /// `ON_FAILURE` as scripts write it: `onFailure`.
  private static String camel(String name) {
    StringBuilder word = new StringBuilder();
    for (String part : name.toLowerCase(Locale.ROOT).split("_")) {
      word.append(
          word.isEmpty()
              ? part
              : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
    }
    return word.toString();
  }

  /// Words as a shell would have to be given them.
  public static String quoted(List<String> words) {
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      line.append(line.isEmpty() ? "" : " ");
      boolean plain = !word.isEmpty() && word.chars().allMatch(UnitFacts::plain);
      line.append(plain ? word : "'" + word.replace("'", "'\\''") + "'");
    }
    return line.toString();
  }

  private static boolean plain(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c > 127
        || "_-./:=,@%+*{}$".indexOf(c) >= 0;
  }
}
