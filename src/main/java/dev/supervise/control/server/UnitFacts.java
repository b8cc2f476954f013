package dev.supervise.control.server;

import dev.supervise.spec.Check;
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
import dev.supervise.spec.Liveness;
import dev.supervise.spec.Logs;
import dev.supervise.spec.Members;
import dev.supervise.spec.Origin;
import dev.supervise.spec.Pause;
import dev.supervise.spec.Presence;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Readiness;
import dev.supervise.spec.Signals;
import dev.supervise.spec.StopProgram;
import dev.supervise.spec.StopStep;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.TaskEdge;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Value;
import dev.supervise.text.DurationText;
import dev.supervise.text.Secrets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What a unit was understood to be, word by word in the language of scripts, defaults included.
/// Each fact is a text or a list of texts; secrets are masked.
public final class UnitFacts {
  private static final String STALE = ", stale: true";

  /// What `tcp` means without a host.
  private static final String LOCAL = "localhost";

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
    Map<String, Object> usual = of(DefaultUnit.like(unit), path);
    facts.entrySet().removeIf(fact -> fact.getValue().equals(usual.get(fact.getKey())));
    return facts;
  }

  /// For one unit of a tree: where its output is kept is said beside it, so that of its logs only
  /// the rest is.
  ///
  /// @param effective with what is so by default
  Map<String, List<String>> shown(UnitSpec unit, String path, boolean effective) {
    Map<String, List<String>> shown = new LinkedHashMap<>();
    (effective ? of(unit, path) : own(unit, path))
        .forEach((word, value) -> shown.put(word, texts(value)));
    if (unit instanceof ProcessSpec p && p.logs() instanceof Logs.Captured captured) {
      shown.computeIfPresent("logs", (_, _) -> List.of(kept(captured)));
    }
    return shown;
  }

  /// A fact as texts.
  public static List<String> texts(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(Object::toString).toList()
        : List.of(value.toString());
  }

  /// A fact as lines for people: a command is one, whatever its words.
  public static List<String> lines(String word, List<String> texts) {
    return word.equals("command") ? List.of(quoted(texts)) : texts;
  }

  /// All facts, those that are so by default among them.
  public Map<String, Object> of(UnitSpec unit, String path) {
    Map<String, Object> facts = new LinkedHashMap<>();
    switch (unit) {
      case ProcessSpec p -> process(facts, p, path);
      case FunctionSpec _ -> facts.put("run", "{ }");
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
    facts.put("logs", logs(p, path));
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

  private String logs(ProcessSpec process, String path) {
    return switch (process.logs()) {
      case Logs.None() -> "none";
      case Logs.Inherit() -> "inherit: supervise's own output";
      case Logs.Captured captured ->
          secrets.mask(file(captured.file(), process, path)) + ", " + kept(captured);
    };
  }

  /// How output is kept.
  private static String kept(Logs.Captured logs) {
    return "rotate "
        + size(logs.rotateBytes())
        + ", keep "
        + logs.keep()
        + (logs.console() ? "" : ", console false")
        + (logs.block() ? ", block" : "")
        + (logs.separate() ? ", separate" : "")
        + format(logs.format());
  }

  /// Each instance has its own.
  private String file(String given, ProcessSpec process, String path) {
    Path file = given.isEmpty() ? FileNames.log(Path.of(logs), path) : Path.of(given);
    boolean family =
        process.instances() > 0
            && (path.equals(process.name()) || path.endsWith("/" + process.name()));
    if (!family) {
      return given.isEmpty() ? file.toString() : given;
    }
    Path first = FileNames.ofInstance(file, 1);
    return process.instances() == 1
        ? first.toString()
        : first + " to " + FileNames.ofInstance(file, process.instances()).getFileName();
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
              restarts + ", within: " + DurationText.text(window);
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
      case Pause.Delay(var pause) -> facts.put("delay", DurationText.text(pause));
      case Pause.Backoff(var initial, var max, double factor, double jitter, var reset) ->
          facts.put(
              "backoff",
              "initial: "
                  + DurationText.text(initial)
                  + ", max: "
                  + DurationText.text(max)
                  + ", factor: "
                  + factor
                  + ", jitter: "
                  + jitter
                  + ", reset: "
                  + DurationText.text(reset));
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
    policy.lifecycle().ready().ifPresent(ready -> facts.put("ready", ready(ready)));
    policy.lifecycle().alive().ifPresent(alive -> facts.put("alive", alive(alive)));
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
      facts.put("upFor", DurationText.text(lifecycle.upFor()));
    }
    if (lifecycle.startRetries() > 0) {
      facts.put(
          "startRetries",
          lifecycle.startRetries() + ", delay: " + DurationText.text(lifecycle.retryDelay()));
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

  private List<String> ready(Readiness ready) {
    List<String> lines = checks(ready.check());
    lines.add(
        "within "
            + DurationText.text(ready.within())
            + ", every "
            + DurationText.text(ready.every()));
    return lines;
  }

  private List<String> alive(Liveness alive) {
    List<String> lines = checks(alive.check());
    lines.add("every: " + DurationText.text(alive.every()) + ", failures " + alive.failures());
    return lines;
  }

  /// Several that all have to hold are a line each, as scripts write them.
  private List<String> checks(Check check) {
    return check instanceof Check.AllOf(List<Check> all)
        ? new ArrayList<>(all.stream().map(this::check).toList())
        : new ArrayList<>(List.of(check(check)));
  }

  private String check(Check check) {
    return switch (check) {
      case Check.Tcp(String host, int port, boolean stale) ->
          "tcp "
              + (host.equals(LOCAL) ? "" : "'" + secrets.mask(host) + "', ")
              + port
              + (stale ? STALE : "");
      case Check.Http(String url, int from, int to, boolean stale) ->
          "http '"
              + secrets.mask(url)
              + "', status: "
              + (from == to ? from : from + ".." + to)
              + (stale ? STALE : "");
      case Check.Exec(Command command) -> "exec " + argv(command);
      case Check.LogLine(Pattern pattern) -> "logLine ~/" + secrets.mask(pattern.pattern()) + "/";
      case Check.File(String path, boolean stale) ->
          "file '" + secrets.mask(path) + "'" + (stale ? STALE : "");
      case Check.SdNotify() -> "sdNotify()";
      case Check.Asked(var _, Origin origin) ->
          "check { }" + (origin.line() == 0 ? "" : " (" + origin + ")");
      case Check.Called() -> "called()";
      case Check.AllOf(List<Check> all) -> "allOf { " + inner(all) + " }";
      case Check.AnyOf(List<Check> any) -> "anyOf { " + inner(any) + " }";
    };
  }

  private String inner(List<Check> checks) {
    return String.join("; ", checks.stream().map(this::check).toList());
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
    text.append(", timeout ").append(DurationText.text(hook.timeout())).append(", onFailure ");
    text.append(
        switch (hook.onFailure()) {
          case HookFailure.Fail() -> "fail";
          case HookFailure.Ignore() -> "ignore";
          case HookFailure.Retry(int times, var delay) ->
              "retry(" + times + ", delay: " + DurationText.text(delay) + ")";
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
      case Grace.Limited(var limit) -> DurationText.text(limit);
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
