package dev.supervise.spec.term;

import dev.supervise.spec.EnvLayer;
import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.Hook;
import dev.supervise.spec.HookPhase;
import dev.supervise.spec.Identity;
import dev.supervise.spec.Lifecycle;
import dev.supervise.spec.Members;
import dev.supervise.spec.Pause;
import dev.supervise.spec.Presence;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.ScheduleSpec;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.TaskSpec;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.term.Term.OnChange;
import dev.supervise.spec.term.Term.Part;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/// The words of units, tasks and schedules: which component each reads, what a change of it asks
/// for, and how it is shown. One row a word, in the order in which they are shown; whoever
/// compares, reloads or shows reads it here. Pure.
public final class Terms {
  private static final Part<ProcessSpec> PROCESS = kind(ProcessSpec.class);
  private static final Part<FunctionSpec> FUNCTION = kind(FunctionSpec.class);
  private static final Part<SupervisorSpec> SUPERVISOR = kind(SupervisorSpec.class);
  private static final Part<TaskSpec> TASK = kind(TaskSpec.class);
  private static final Part<ScheduleSpec> SCHEDULE = kind(ScheduleSpec.class);
  private static final List<Part<?>> KINDS = List.of(PROCESS, FUNCTION, SUPERVISOR, TASK, SCHEDULE);

  private static final Part<Identity> IDENTITY =
      new Part<>(Identity.class, spec -> spec instanceof ProcessSpec p ? p.identity() : null);
  private static final Part<Presence> PRESENCE =
      new Part<>(Presence.class, spec -> spec instanceof ProcessSpec p ? p.presence() : null);
  private static final Part<UnitPolicy> POLICY =
      new Part<>(UnitPolicy.class, spec -> spec instanceof UnitSpec u ? u.policy() : null);
  private static final Part<Lifecycle> LIFECYCLE =
      new Part<>(
          Lifecycle.class, spec -> spec instanceof UnitSpec u ? u.policy().lifecycle() : null);

  /// Records whose components have words of their own.
  private static final Set<Class<?>> OPENED =
      Set.of(Identity.class, Presence.class, UnitPolicy.class, Lifecycle.class);

  private static final List<Term<?, ?>> TABLE =
      List.of(
          // What a process is started as.
          run(PROCESS, Term.COMMAND, ProcessSpec::command, ValueText::words),
          run(
                  PROCESS,
                  "dir",
                  p -> List.of(p.dir(), p.base()),
                  (text, v) -> text.plain(v.getFirst()))
              .from("dir", "base"),
          count(PROCESS, "instances", p -> number(p.instances())),
          run(PROCESS, "cleanEnv", ProcessSpec::cleanEnv, yes("nothing is inherited")),
          run(PROCESS, "env", ProcessSpec::env, ValueText::plain)
              .saidWith("envFile", "env")
              .shown((sheet, p) -> {
                sheet.put("envFile", layers(sheet, p, true));
                sheet.put("env", layers(sheet, p, false));
              }),
          run(IDENTITY, "user", Identity::user, ValueText::plain),
          run(IDENTITY, "group", Identity::group, ValueText::plain),
          run(IDENTITY, "umask", Identity::umask, ValueText::umask),
          run(IDENTITY, "nice", Identity::nice, ValueText::plain),
          run(PROCESS, "limits", ProcessSpec::limits, each(ValueText::limit)),
          run(PROCESS, Term.LOGS, ProcessSpec::logs, ValueText::plain)
              .shown((sheet, p) -> sheet.put(Term.LOGS, sheet.text().logs(p, sheet.path()))),
          run(PRESENCE, "pidFile", Presence::pidFile, ValueText::masked),
          run(PRESENCE, "forking", Presence::forking, yes("the daemon it starts is the unit")),
          run(PRESENCE, "detached", Presence::detached, yes("outlives supervise")),
          run(PRESENCE, "detect", Presence::detect, each(ValueText::detector)),
          run(FUNCTION, "run", FunctionSpec::body, (_, _) -> "{ }").from("body"),

          // What a supervisor does for its children.
          rule(SUPERVISOR, "strategy", SupervisorSpec::strategy, ValueText::plain)
              .unless(spec -> spec instanceof SupervisorSpec s && size(s).isPresent()),
          count(SUPERVISOR, "size", Terms::size).from("members"),
          rule(SUPERVISOR, "intensity", SupervisorSpec::intensity, ValueText::intensity),
          rule(SUPERVISOR, "autoShutdown", SupervisorSpec::autoShutdown, ValueText::plain),
          rule(SUPERVISOR, "stopWithin", SupervisorSpec::stopWithin, ValueText::grace),

          // How any unit lives.
          rule(POLICY, "restart", UnitPolicy::restart, ValueText::plain),
          rule(POLICY, "successExit", UnitPolicy::successExits, ValueText::codes)
              .from("successExits")
              .unless(SupervisorSpec.class::isInstance),
          rule(POLICY, "pause", UnitPolicy::pause, ValueText::plain)
              .saidWith("delay", "backoff")
              .named(p -> p.pause() instanceof Pause.Delay ? "delay" : "backoff")
              .shown((sheet, p) -> sheet.pause(p.pause())),
          rule(POLICY, "maxRestarts", UnitPolicy::maxRestarts, ValueText::restarts),
          rule(POLICY, "after", UnitPolicy::after, each(ValueText::edge)),
          rule(POLICY, "afterTask", UnitPolicy::afterTasks, each(ValueText::task))
              .from("afterTasks"),
          rule(POLICY, "priority", p -> number(p.priority()), ValueText::plain),
          rule(POLICY, "stop", UnitPolicy::stop, ValueText::plain)
              .shown((sheet, p) -> sheet.stop(p.stop())),
          start(LIFECYCLE, "ready", Lifecycle::ready, ValueText::ready),
          Term.of(LIFECYCLE, "alive", OnChange.WATCH_ANEW, Lifecycle::alive, ValueText::alive),
          hook(OnChange.START_ANEW, HookPhase.PRE_START),
          hook(OnChange.START_ANEW, HookPhase.POST_START),
          hook(OnChange.RULE, HookPhase.PRE_STOP),
          hook(OnChange.RULE, HookPhase.POST_STOP),
          start(LIFECYCLE, "upFor", Lifecycle::upFor, ValueText::span),
          start(
                  LIFECYCLE,
                  "startRetries",
                  l -> List.of(l.startRetries(), l.retryDelay()),
                  ValueText::plain)
              .from("startRetries", "retryDelay")
              .shown((sheet, l) -> sheet.put("startRetries", sheet.text().tries(l))),
          rule(POLICY, "oneShot", UnitPolicy::oneShot, yes("its goal is done")),
          rule(
              POLICY,
              "significant",
              UnitPolicy::significant,
              yes("its end counts for autoShutdown")),
          rule(POLICY, "autostart", UnitPolicy::autostart, ValueText::autostart),
          rule(POLICY, "labels", UnitPolicy::labels, ValueText::labels),

          // Tasks and schedules have no run of their own: what is under way goes on as it began.
          rule(TASK, "params", t -> Optional.ofNullable(t.params()), ValueText::type),
          rule(TASK, "retry", TaskSpec::retry, ValueText::plain)
              .saidWith("retry", "backoff")
              .shown((sheet, t) -> sheet.retry(t.retry())),
          rule(TASK, "timeout", TaskSpec::timeout, ValueText::plain),
          rule(TASK, "concurrency", TaskSpec::concurrency, ValueText::plain),
          rule(TASK, "keep", TaskSpec::keep, ValueText::keep),
          rule(TASK, "run", TaskSpec::body, (_, _) -> List.of()).from("body"),
          rule(SCHEDULE, "when", ScheduleSpec::when, ValueText::plain)
              .saidWith("cron", "every")
              .named(s -> s.when() instanceof ScheduleSpec.When.Cron ? "cron" : "every")
              .shown((sheet, s) -> sheet.when(s.when())),
          rule(SCHEDULE, "overlap", ScheduleSpec::overlap, ValueText::plain),
          rule(SCHEDULE, "missed", ScheduleSpec::missed, ValueText::plain),
          // One word says both; a plan names the part of it that has changed.
          rule(SCHEDULE, "type", ScheduleSpec::type, ValueText::plain)
              .saidWith("submit")
              .shown((sheet, s) -> sheet.put("submit", sheet.text().submit(s))),
          rule(SCHEDULE, "params", ScheduleSpec::params, (_, _) -> List.of()).saidWith("submit"));

  /// Components that no word says, and why.
  public static final Map<String, String> NOT_WORDS = notWords();

  private static final Map<Class<?>, List<Term<?, ?>>> SHOWN = shown();
  private static final Map<Class<?>, List<Term<?, ?>>> COMPARED = compared();
  private static final Map<String, String> BY_COMPONENT = byComponent();

  private Terms() {}

  private static Map<String, String> notWords() {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (Part<?> kind : KINDS) {
      String type = kind.type().getSimpleName();
      reasons.put(type + ".name", "who it is: another name is another one");
      reasons.put(type + ".origin", "where it stands in the script");
    }
    return Map.copyOf(reasons);
  }

  // ---- rows ----

  private static <S extends Record> Part<S> kind(Class<S> type) {
    return new Part<>(type, spec -> type.isInstance(spec) ? type.cast(spec) : null);
  }

  private static <S extends Record, V> Term<S, V> run(
      Part<S> part, String word, Function<S, V> value, BiFunction<ValueText, V, Object> text) {
    return Term.of(part, word, OnChange.RUN_ANEW, value, text);
  }

  private static <S extends Record, V> Term<S, V> start(
      Part<S> part, String word, Function<S, V> value, BiFunction<ValueText, V, Object> text) {
    return Term.of(part, word, OnChange.START_ANEW, value, text);
  }

  private static <S extends Record, V> Term<S, V> rule(
      Part<S> part, String word, Function<S, V> value, BiFunction<ValueText, V, Object> text) {
    return Term.of(part, word, OnChange.RULE, value, text);
  }

  /// Of a unit that there is once, or of a supervisor that is no pool, there is no number.
  private static <S extends Record> Term<S, OptionalInt> count(
      Part<S> part, String word, Function<S, OptionalInt> value) {
    return Term.of(part, word, OnChange.COUNT, value, ValueText::plain);
  }

  private static Term<Lifecycle, List<Hook>> hook(OnChange onChange, HookPhase phase) {
    return Term.of(
            LIFECYCLE, phase.word(), onChange, life -> hooks(life, phase), each(ValueText::hook))
        .from("hooks");
  }

  private static List<Hook> hooks(Lifecycle life, HookPhase phase) {
    return life.hooks().isEmpty()
        ? List.of()
        : life.hooks().stream().filter(hook -> hook.phase() == phase).toList();
  }

  private static List<String> layers(Sheet sheet, ProcessSpec process, boolean files) {
    return process.env().stream()
        .filter(layer -> layer instanceof EnvLayer.File == files)
        .map(sheet.text()::layer)
        .toList();
  }

  private static OptionalInt number(int number) {
    return number == 0 ? OptionalInt.empty() : OptionalInt.of(number);
  }

  private static OptionalInt size(SupervisorSpec supervisor) {
    return supervisor.members() instanceof Members.Pool pool
        ? OptionalInt.of(pool.size())
        : OptionalInt.empty();
  }

  private static <V> BiFunction<ValueText, List<V>, Object> each(
      BiFunction<ValueText, V, Object> text) {
    return (texts, values) -> values.stream().map(each -> text.apply(texts, each)).toList();
  }

  /// Said only where it is so.
  private static BiFunction<ValueText, Boolean, Object> yes(String meaning) {
    return (_, so) -> so ? "yes: " + meaning : List.of();
  }

  // ---- the table, by who reads it ----

  /// All rows.
  public static List<Term<?, ?>> all() {
    return TABLE;
  }

  /// The rows of a kind of specification, in the order in which they are shown.
  static List<Term<?, ?>> shown(Object spec) {
    return SHOWN.getOrDefault(spec.getClass(), List.of());
  }

  /// The rows of a kind of specification, in the order of the components they read.
  public static List<Term<?, ?>> compared(Object spec) {
    return COMPARED.getOrDefault(spec.getClass(), List.of());
  }

  /// Whether it is said of a unit among others; the root is alone.
  static boolean amongOthers(Term<?, ?> term) {
    return term.part().equals(POLICY) || term.part().equals(LIFECYCLE);
  }

  /// Whether the components of such a record have words of their own.
  public static boolean opened(Class<?> type) {
    return OPENED.contains(type);
  }

  /// What a component is called in the language; its own name where no word reads it.
  public static String word(String component) {
    return BY_COMPONENT.getOrDefault(component, component);
  }

  private static Map<Class<?>, List<Term<?, ?>>> shown() {
    Map<Class<?>, List<Term<?, ?>>> kinds = new HashMap<>();
    for (Part<?> kind : KINDS) {
      List<String> components = components(kind.type());
      kinds.put(
          kind.type(), TABLE.stream().filter(term -> components.contains(term.place())).toList());
    }
    return Map.copyOf(kinds);
  }

  private static Map<Class<?>, List<Term<?, ?>>> compared() {
    Map<Class<?>, List<Term<?, ?>>> kinds = new HashMap<>();
    SHOWN.forEach((type, terms) -> {
      List<String> order = components(type);
      kinds.put(
          type,
          terms.stream()
              .sorted(Comparator.comparingInt(term -> order.indexOf(term.place())))
              .toList());
    });
    return Map.copyOf(kinds);
  }

  private static Map<String, String> byComponent() {
    Map<String, String> words = new HashMap<>();
    for (Term<?, ?> term : TABLE) {
      for (String component : term.components()) {
        words.putIfAbsent(component.substring(component.indexOf('.') + 1), term.words().getFirst());
      }
    }
    return Map.copyOf(words);
  }

  /// The components of a kind of specification, opened where they have words of their own.
  private static List<String> components(Class<?> type) {
    List<String> all = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (opened(component.getType())) {
        all.addAll(components(component.getType()));
      } else {
        all.add(type.getSimpleName() + "." + component.getName());
      }
    }
    return all;
  }
}
