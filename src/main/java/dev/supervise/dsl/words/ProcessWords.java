package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Command;
import dev.supervise.spec.Detector;
import dev.supervise.spec.EnvLayer;
import dev.supervise.spec.Identity;
import dev.supervise.spec.Lifecycle;
import dev.supervise.spec.Limit;
import dev.supervise.spec.Logs;
import dev.supervise.spec.Origin;
import dev.supervise.spec.Presence;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Value;
import groovy.lang.Closure;
import groovy.lang.DelegatesTo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a `process` block may say.
final class ProcessWords extends RunWords {
  private final String kind;
  private @Nullable Command command;
  private @Nullable Value dir;
  private final List<EnvLayer> env = new ArrayList<>();
  private boolean cleanEnv;
  private int instances;
  private Optional<String> user = Optional.empty();
  private Optional<String> group = Optional.empty();
  private OptionalInt umask = OptionalInt.empty();
  private OptionalInt nice = OptionalInt.empty();
  private final List<Limit> limits = new ArrayList<>();
  private Logs logs = Logs.DEFAULT;
  private Optional<String> pidFile = Optional.empty();
  private List<Detector> detect = List.of();
  private boolean forking;
  private boolean detached;

  ProcessWords(
      Declarations load, Origin origin, String kind, String name, Consumer<UnitSpec> built) {
    super(load, origin, name, built);
    this.kind = kind;
  }

  @Override
  String kind() {
    return kind;
  }

  @Override
  UnitSpec build(UnitPolicy policy) {
    Command wanted = command;
    if (wanted == null) {
      throw new WordError("a process needs command or shell");
    }
    return new ProcessSpec(
        name,
        origin,
        policy,
        wanted,
        dir == null ? Value.of(load.base()) : dir,
        load.base(),
        env,
        cleanEnv,
        new Identity(user, group, umask, nice),
        limits,
        logs,
        instances,
        presence());
  }

  @Override
  UnitSpec placeholder(UnitPolicy policy) {
    return new ProcessSpec(
        name,
        origin,
        policy,
        new Command.Argv(List.of(Value.of("?"))),
        Value.of(load.base()),
        load.base(),
        List.of(),
        false,
        Identity.INHERITED,
        List.of(),
        Logs.DEFAULT,
        instances);
  }

  @Word("The program and its arguments; one string is split like a shell splits it")
  public void command(Object... words) {
    excludes("command", "shell");
    command = CommandLine.command(words);
  }

  @Word("A text for /bin/sh -c")
  public void shell(Object text) {
    excludes("shell", "command");
    command = CommandLine.shell(text);
  }

  private void excludes(String word, String other) {
    Origin first = saidAt(other);
    if (first != null) {
      throw new WordError(
          word + " and " + other + " exclude each other; " + other + " is at " + first);
    }
  }

  @Word("The working directory, relative to the script's directory")
  public void dir(Value path) {
    dir = load.underBase(path);
  }

  @Word(value = "Environment variables over the inherited ones; null removes one", repeats = true)
  public void env(Map<String, @Nullable Object> variables) {
    variables.forEach((key, value) ->
        env.add(
            value == null
                ? new EnvLayer.Unset(key)
                : new EnvLayer.Set(key, Convert.value("env " + key, value))));
  }

  @Word(value = "A file of NAME=value lines, read at each start", repeats = true)
  public void envFile(String path) {
    env.add(new EnvLayer.File(path));
  }

  @Word("Start from an empty environment instead of the inherited one")
  public void cleanEnv() {
    cleanEnv = true;
  }

  @Word("How many of it run, as name-1, name-2, …")
  public void instances(int number) {
    if (number < 1 || number > 100_000) {
      throw new WordError(
          "instances "
              + number
              + " is not between 1 and 100000"
              + (number == 0 ? "; to have none, say autostart false" : ""));
    }
    instances = number;
  }

  @Word(
      value = "Tries more within one start, after a failed spawn or an end before it had come up",
      options = {"delay"})
  public void startRetries(Map<String, Object> options, int times) {
    if (times < 0 || times > 1000) {
      throw new WordError("startRetries " + times + " is not between 0 and 1000");
    }
    startRetries = times;
    retryDelay = Convert.duration("startRetries delay", options, "delay", Lifecycle.RETRY_DELAY);
  }

  @Word("Tries more within one start, after a failed spawn or an end before it had come up")
  public void startRetries(int times) {
    startRetries(Map.of(), times);
  }

  @Word("How long it must stay up to count as started")
  public void upFor(Duration time) {
    if (time.isNegative()) {
      throw new WordError("upFor is negative; allowed is zero or more");
    }
    upFor = time;
  }

  @Word("Who it runs as: a name or a number")
  public void user(Object nameOrNumber) {
    user = Optional.of(Convert.text("user", nameOrNumber));
  }

  @Word("The group it runs as: a name or a number")
  public void group(Object nameOrNumber) {
    group = Optional.of(Convert.text("group", nameOrNumber));
  }

  @Word("The mask for files it creates, octal digits in quotes: umask '022'")
  public void umask(String octal) {
    if (!octal.matches("[0-7]{1,4}")) {
      throw new WordError("umask '" + octal + "' is not octal digits, as '022'");
    }
    OptionalInt mask = OptionalInt.of(Integer.parseInt(octal, 8));
    umask = new Identity(Optional.empty(), Optional.empty(), mask, OptionalInt.empty()).umask();
  }

  @Word("Its scheduling priority, -20 to 19")
  public void nice(int value) {
    OptionalInt wanted = OptionalInt.of(value);
    nice = new Identity(Optional.empty(), Optional.empty(), OptionalInt.empty(), wanted).nice();
  }

  @Word(
      value = "Resource limits: a number, unlimited, or [soft, hard]",
      repeats = true,
      options = {
        "cpu",
        "fsize",
        "data",
        "stack",
        "core",
        "rss",
        "nproc",
        "nofile",
        "memlock",
        "as",
        "sigpending",
        "msgqueue",
        "nice",
        "rtprio",
        "rttime"
      },
      constants = {"unlimited"})
  public void limits(Map<String, Object> limits) {
    limits.forEach((name, value) -> {
      if (name.equals("rss")) {
        throw new WordError(
            "limits rss does nothing: Linux takes it and does not look at it",
            "limits as: … bounds the address space; alive { exec … } can look at the memory in"
                + " use");
      }
      Limit.Resource resource =
          Limit.Resource.of(name).orElseThrow(() -> new WordError("there is no limit " + name));
      this.limits.removeIf(limit -> limit.resource() == resource);
      if (value instanceof List<?> both && both.size() == 2) {
        this.limits.add(new Limit(resource, amount(name, both.get(0)), amount(name, both.get(1))));
      } else {
        long amount = amount(name, value);
        this.limits.add(new Limit(resource, amount, amount));
      }
    });
  }

  private static long amount(String name, @Nullable Object value) {
    return Convert.isConstant(value, "unlimited")
        ? Limit.INFINITY
        : Convert.size("limits " + name, value);
  }

  @Word("Where its output goes: a file, how it rotates, whether it shows")
  public LogsWords logs(
      @DelegatesTo(value = LogsWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return new LogsWords(load, here(), this, made -> logs = made);
  }

  @Word(
      value = "none: nowhere; inherit: the output of supervise itself",
      constants = {"none", "inherit"})
  public void logs(Constant where) {
    logs = where.name().equals("none") ? new Logs.None() : new Logs.Inherit();
  }

  @Word("A file supervise writes its pid and start into while it runs")
  public void pidFile(String path) {
    pidFile = Optional.of(path);
  }

  @Word("Where its process is looked for, in order")
  public DetectWords detect(
      @DelegatesTo(value = DetectWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return new DetectWords(load, here(), this, made -> detect = made);
  }

  @Word("Its command ends when the daemon it has started is there")
  public void forking() {
    forking = true;
  }

  @Word("Outlives supervise, and is taken over by its next start")
  public void detached() {
    detached = true;
  }

  private Presence presence() {
    if (detached
        && logs instanceof Logs.Captured captured
        && !captured.equals(writtenByItself(captured))) {
      throw new WordError(
          "a detached() process writes its log file itself, whoever is there: of logs, only file,"
              + " none and inherit go with it");
    }
    return new Presence(pidFile, detect, forking, detached);
  }

  private static Logs writtenByItself(Logs.Captured captured) {
    Logs.Captured plain = (Logs.Captured) Logs.DEFAULT;
    return new Logs.Captured(
        captured.file(), plain.rotateBytes(), plain.keep(), captured.console(), plain.block());
  }

  @Word("When it counts as ready: what is asked of it, and how long that may take")
  public ReadyWords ready(
      @DelegatesTo(value = ReadyWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return new ReadyWords(load, here(), this, made -> ready = Optional.of(made));
  }

  @Word("What it must go on to answer once it was ready, every 10 seconds")
  public AliveWords alive(
      @DelegatesTo(value = AliveWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return alive(Map.of(), block);
  }

  @Word(
      value = "What it must go on to answer once it was ready, and how often it is asked",
      options = {"every"})
  public AliveWords alive(
      Map<String, Object> options,
      @DelegatesTo(value = AliveWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return new AliveWords(
        load,
        here(),
        this,
        Convert.duration("alive every", options, "every", AliveWords.EVERY),
        made -> alive = Optional.of(made));
  }

  @Word(
      value = "How it is stopped: the first signal, to whom, and the time before KILL",
      options = {"within", "to"},
      values = {"within: a duration (5.seconds)", "within: unlimited", "to: group", "to: main"},
      constants = {"SIGTERM", "kill"})
  public void stop(Map<String, Object> options, Constant signal) {
    stop = StopSteps.program(options, signal);
  }

  @Word(
      value = "How it is stopped: the first signal, or kill",
      constants = {"SIGTERM", "kill"})
  public void stop(Constant signal) {
    stop = StopSteps.program(Map.of(), signal);
  }

  @Word(
      value = "How long it may take to stop before KILL, and who is signalled",
      options = {"within", "to"},
      values = {"within: a duration (5.seconds)", "within: unlimited", "to: group", "to: main"})
  public void stop(Map<String, Object> options) {
    stop = StopSteps.program(options, new Constant("SIGTERM"));
  }

  @Word("How it is stopped, step by step")
  public StopWords stop(
      @DelegatesTo(value = StopWords.class, strategy = Closure.DELEGATE_FIRST) Closure<?> block) {
    return new StopWords(load, here(), this, made -> stop = made);
  }
}
