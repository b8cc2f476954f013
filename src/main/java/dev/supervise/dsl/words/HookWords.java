package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.Later;
import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.EnvLayer;
import dev.supervise.spec.Hook;
import dev.supervise.spec.HookBody;
import dev.supervise.spec.HookFailure;
import dev.supervise.spec.HookPhase;
import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.Origin;
import dev.supervise.spec.Value;
import groovy.lang.Closure;
import groovy.lang.DelegatesTo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a hook's block may say: `preStart`, `postStart`, `preStop`, `postStop`.
public final class HookWords extends Words {
  private static final List<String> BODIES = List.of("command", "shell", "run");

  private final UnitWords unit;
  private final HookPhase phase;
  private final Consumer<Hook> made;
  private final String name;
  private @Nullable HookBody body;
  private @Nullable Value dir;
  private final List<EnvLayer> env = new ArrayList<>();
  private Duration timeout = Hook.TIMEOUT;
  private HookFailure onFailure = new HookFailure.Fail();
  private @Nullable HookFailure retry;
  private boolean async;

  HookWords(UnitWords unit, HookPhase phase, String name, Consumer<Hook> made) {
    super(unit.load, unit.here());
    this.unit = unit;
    this.phase = phase;
    this.name = name;
    this.made = made;
  }

  @Override
  String label() {
    return unit.label();
  }

  @Override
  void finish() {
    if (broken()) {
      unit.breakBlock();
      return;
    }
    try {
      made.accept(hook());
    } catch (InvalidSpec | WordError refused) {
      load.refused(this, refused);
      unit.breakBlock();
    }
  }

  private Hook hook() {
    String hook = phase.word() + " '" + name + "'";
    HookBody wanted = body;
    if (wanted == null) {
      throw new WordError(hook + " needs command, shell or run { … }");
    }
    if (retry != null && !retry.equals(onFailure)) {
      throw new WordError(hook + ": retry belongs to onFailure; write onFailure retry(3)");
    }
    // What is no process has no directory of its own.
    boolean homeless = wanted instanceof HookBody.Program && !(unit instanceof ProcessWords);
    Optional<Value> place =
        Optional.ofNullable(dir == null && homeless ? Value.of(load.base()) : dir);
    return new Hook(name, phase, wanted, place, env, timeout, onFailure, async, origin);
  }

  @Word("The program and its arguments; one string is split like a shell splits it")
  public void command(Object... words) {
    alone("command");
    body = new HookBody.Program(CommandLine.command(words));
  }

  @Word("A text for /bin/sh -c")
  public void shell(Object text) {
    alone("shell");
    body = new HookBody.Program(CommandLine.shell(text));
  }

  @Word("A closure that is given a context")
  public void run(
      @Later @DelegatesTo(value = FunctionApi.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> body) {
    alone("run");
    this.body = new HookBody.Closure(DeferredCode.body("run", body));
  }

  private void alone(String word) {
    for (String other : BODIES) {
      Origin first = other.equals(word) ? null : saidAt(other);
      if (first != null) {
        throw new WordError(
            word + " and " + other + " exclude each other; " + other + " is at " + first);
      }
    }
  }

  @Word("The working directory, relative to the script's directory")
  public void dir(Value path) {
    dir = load.underBase(path);
  }

  @Word(value = "Environment variables over the unit's own; null removes one", repeats = true)
  public void env(Map<String, @Nullable Object> variables) {
    variables.forEach((key, value) ->
        env.add(
            value == null
                ? new EnvLayer.Unset(key)
                : new EnvLayer.Set(key, Convert.value("env " + key, value))));
  }

  @Word("How long one try may take before everything it started is killed")
  public void timeout(Duration limit) {
    if (limit.isZero() || limit.isNegative()) {
      throw new WordError("timeout must be longer than zero");
    }
    timeout = limit;
  }

  @Word(
      value = "What follows when it fails",
      constants = {"fail", "ignore"})
  public void onFailure(Constant what) {
    onFailure = what.name().equals("ignore") ? new HookFailure.Ignore() : new HookFailure.Fail();
  }

  @Word("What follows when it fails: more tries")
  public void onFailure(HookFailure retry) {
    onFailure = retry;
  }

  @Word(
      value = "With onFailure: up to so many more tries, and the pause before each",
      options = {"delay"})
  public HookFailure retry(Map<String, Object> options, int times) {
    Duration delay = Convert.duration("retry delay", options, "delay", HookFailure.Retry.DELAY);
    HookFailure made = new HookFailure.Retry(times, delay);
    retry = made;
    return made;
  }

  @Word("With onFailure: up to so many more tries, one second apart")
  public HookFailure retry(int times) {
    return retry(Map.of(), times);
  }

  @Word("Nothing waits for it")
  public void async() {
    async = true;
  }
}
