package dev.supervise.spec.term;

import dev.supervise.spec.Check;
import dev.supervise.spec.Command;
import dev.supervise.spec.Detector;
import dev.supervise.spec.Edge;
import dev.supervise.spec.EnvLayer;
import dev.supervise.spec.FileNames;
import dev.supervise.spec.Grace;
import dev.supervise.spec.Hook;
import dev.supervise.spec.HookBody;
import dev.supervise.spec.HookFailure;
import dev.supervise.spec.Intensity;
import dev.supervise.spec.Lifecycle;
import dev.supervise.spec.Limit;
import dev.supervise.spec.Liveness;
import dev.supervise.spec.Logs;
import dev.supervise.spec.Origin;
import dev.supervise.spec.Pause;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Readiness;
import dev.supervise.spec.ScheduleSpec;
import dev.supervise.spec.Signals;
import dev.supervise.spec.StopProgram;
import dev.supervise.spec.StopStep;
import dev.supervise.spec.TaskEdge;
import dev.supervise.spec.TaskSpec.Keep;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.Value;
import dev.supervise.text.DurationText;
import dev.supervise.text.Json;
import dev.supervise.text.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The values of a specification as texts in the language of scripts; secrets are masked.
final class ValueText {
  /// Of what is not said.
  private static final List<String> NOTHING = List.of();

  private static final String STALE = ", stale: true";

  /// What `tcp` means without a host.
  private static final String LOCAL = "localhost";

  private final Secrets secrets;
  private final Path logs;

  /// @param secrets what no text shows
  /// @param logs where output goes that no file is named for, as it is shown
  ValueText(Secrets secrets, Path logs) {
    this.secrets = secrets;
    this.logs = logs;
  }

  /// What says itself: an empty one says nothing.
  Object plain(Object value) {
    return switch (value) {
      case Optional<?> maybe -> maybe.<Object>map(this::plain).orElse(NOTHING);
      case OptionalInt maybe -> maybe.isPresent() ? Integer.toString(maybe.getAsInt()) : NOTHING;
      case Enum<?> constant -> camel(constant.name());
      case Duration time -> DurationText.exact(time);
      case Value each -> text(each);
      default -> value.toString();
    };
  }

  Object masked(Optional<String> text) {
    return text.<Object>map(secrets::mask).orElse(NOTHING);
  }

  String detector(Detector detector) {
    return secrets.mask(detector.source());
  }

  Object umask(OptionalInt umask) {
    return umask.isPresent() ? String.format(Locale.ROOT, "%03o", umask.getAsInt()) : NOTHING;
  }

  String codes(Set<Integer> codes) {
    return codes.stream().sorted().map(String::valueOf).collect(Collectors.joining(", "));
  }

  String restarts(int most) {
    return most == UnitPolicy.UNLIMITED ? "unlimited" : Integer.toString(most);
  }

  Object span(Duration time) {
    return time.isZero() ? NOTHING : DurationText.exact(time);
  }

  Object tries(Lifecycle life) {
    return life.startRetries() == 0
        ? NOTHING
        : life.startRetries() + ", delay: " + DurationText.exact(life.retryDelay());
  }

  Object autostart(boolean automatic) {
    return automatic ? NOTHING : "false";
  }

  List<String> labels(Map<String, String> labels) {
    return labels.entrySet().stream()
        .map(label -> secrets.mask(label.getKey() + "=" + label.getValue()))
        .toList();
  }

  Object type(Optional<Class<?>> type) {
    return type.<Object>map(Class::getSimpleName).orElse(NOTHING);
  }

  String submit(ScheduleSpec schedule) {
    return schedule.params().isEmpty()
        ? schedule.type()
        : schedule.type() + " " + secrets.mask(Json.write(schedule.params()));
  }

  List<String> words(Command command) {
    return switch (command) {
      case Command.Argv(var words) -> words.stream().map(this::text).toList();
      case Command.Shell(var text, var arguments) -> {
        List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", text(text)));
        arguments.forEach(value -> argv.add(text(value)));
        yield argv;
      }
    };
  }

  String intensity(Intensity intensity) {
    return switch (intensity) {
      case Intensity.Unlimited() -> "unlimited";
      case Intensity.Within(int restarts, var window) ->
          restarts + ", within: " + DurationText.exact(window);
    };
  }

  static String backoff(Pause.Backoff backoff) {
    return "initial: "
        + DurationText.exact(backoff.initial())
        + ", max: "
        + DurationText.exact(backoff.max())
        + ", factor: "
        + backoff.factor()
        + ", jitter: "
        + backoff.jitter();
  }

  String keep(Keep keep) {
    return switch (keep) {
      case Keep.For(Duration time) -> DurationText.exact(time);
      case Keep.Newest(int count) -> Integer.toString(count);
      case Keep.Forever() -> "forever";
    };
  }

  String layer(EnvLayer layer) {
    return switch (layer) {
      case EnvLayer.Set(String name, Value value) -> name + "=" + text(value);
      case EnvLayer.Unset(String name) -> name + " removed";
      case EnvLayer.File(String file) -> secrets.mask(file);
    };
  }

  String limit(Limit limit) {
    String soft = amount(limit.soft());
    String hard = amount(limit.hard());
    return limit.resource().word() + " " + (soft.equals(hard) ? soft : soft + ", hard " + hard);
  }

  private static String amount(long value) {
    return value == Limit.INFINITY ? "unlimited" : Long.toUnsignedString(value);
  }

  String logs(ProcessSpec process, String path) {
    return switch (process.logs()) {
      case Logs.None() -> "none";
      case Logs.Inherit() -> "inherit: supervise's own output";
      case Logs.Captured captured ->
          secrets.mask(file(captured.file(), process, path)) + ", " + kept(captured);
    };
  }

  /// How output is kept.
  static String kept(Logs.Captured logs) {
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
    Path file = given.isEmpty() ? FileNames.log(logs, path) : Path.of(given);
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

  List<String> ready(Optional<Readiness> ready) {
    return ready.map(this::lines).orElse(NOTHING);
  }

  List<String> alive(Optional<Liveness> alive) {
    return alive.map(this::lines).orElse(NOTHING);
  }

  private List<String> lines(Readiness ready) {
    List<String> lines = checks(ready.check());
    lines.add(
        "within "
            + DurationText.exact(ready.within())
            + ", every "
            + DurationText.exact(ready.every()));
    return lines;
  }

  private List<String> lines(Liveness alive) {
    List<String> lines = checks(alive.check());
    lines.add("every: " + DurationText.exact(alive.every()) + ", failures " + alive.failures());
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

  String task(TaskEdge edge) {
    return edge.type() + edge.id().map(id -> ", id: " + id).orElse("");
  }

  String edge(Edge edge) {
    return edge.target() + ": " + edge.condition().name().toLowerCase(Locale.ROOT);
  }

  List<String> stop(StopProgram program) {
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

  String hook(Hook hook) {
    StringBuilder text = new StringBuilder(hook.name()).append(": ");
    text.append(
        switch (hook.body()) {
          case HookBody.Program(var command) -> argv(command);
          case HookBody.Closure _ -> "run { }";
        });
    hook.dir().ifPresent(dir -> text.append(", dir ").append(text(dir)));
    hook.env().forEach(layer -> text.append(", env ").append(layer(layer)));
    text.append(", timeout ").append(DurationText.exact(hook.timeout())).append(", onFailure ");
    text.append(
        switch (hook.onFailure()) {
          case HookFailure.Fail() -> "fail";
          case HookFailure.Ignore() -> "ignore";
          case HookFailure.Retry(int times, var delay) ->
              "retry(" + times + ", delay: " + DurationText.exact(delay) + ")";
        });
    return text.append(hook.async() ? ", async" : "").toString();
  }

  private String argv(Command command) {
    return switch (command) {
      case Command.Argv(var words) -> quoted(words.stream().map(this::text).toList());
      case Command.Shell(var text, var _) -> "/bin/sh -c " + quoted(List.of(text(text)));
    };
  }

  String within(StopStep step) {
    return "within: " + grace(step.within());
  }

  String grace(Grace grace) {
    return switch (grace) {
      case Grace.Limited(var limit) -> DurationText.exact(limit);
      case Grace.Unlimited() -> "unlimited";
    };
  }

  String text(Value value) {
    return switch (value) {
      case Value.Fixed(String text) -> secrets.mask(text);
      case Value.Late(var _, String shown) -> secrets.mask(shown);
    };
  }

  /// `ON_FAILURE` as scripts write it: `onFailure`.
  static String camel(String name) {
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
  static String quoted(List<String> words) {
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      line.append(line.isEmpty() ? "" : " ");
      boolean plain = !word.isEmpty() && word.chars().allMatch(ValueText::plain);
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
