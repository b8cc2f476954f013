package dev.supervise.spec.term;

import static dev.supervise.spec.term.Term.OnChange.COUNT;
import static dev.supervise.spec.term.Term.OnChange.RULE;
import static dev.supervise.spec.term.Term.OnChange.RUN_ANEW;
import static dev.supervise.spec.term.Term.OnChange.START_ANEW;
import static dev.supervise.spec.term.Term.OnChange.WATCH_ANEW;

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
import dev.supervise.spec.ScheduleSpec.When;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.TaskSpec;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.term.Term.OnChange;
import dev.supervise.spec.term.Term.Part;
import dev.supervise.text.DurationText;
import dev.supervise.text.Json;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The words of units, tasks and schedules: which component each reads, what a change of it asks
/// for, and how it is shown. One row a word, in the order in which they are shown; whoever
/// compares, reloads or shows reads it here. Pure.
public final class Terms {
  private static final Part<ProcessSpec> PROCESS = kind(ProcessSpec.class);
  private static final Part<FunctionSpec> FUNCTION = kind(FunctionSpec.class);
  private static final Part<SupervisorSpec> SUPERVISOR = kind(SupervisorSpec.class);
  private static final Part<TaskSpec> TASK = kind(TaskSpec.class);
  private static final Part<ScheduleSpec> SCHEDULE = kind(ScheduleSpec.class);

  private static final Part<Identity> IDENTITY =
      new Part<>(Identity.class, spec -> spec instanceof ProcessSpec p ? p.identity() : null);
  private static final Part<Presence> PRESENCE =
      new Part<>(Presence.class, spec -> spec instanceof ProcessSpec p ? p.presence() : null);
  private static final Part<UnitPolicy> POLICY =
      new Part<>(UnitPolicy.class, spec -> spec instanceof UnitSpec unit ? unit.policy() : null);
  private static final Part<Lifecycle> LIFECYCLE =
      new Part<>(
          Lifecycle.class,
          spec -> spec instanceof UnitSpec unit ? unit.policy().lifecycle() : null);

  /// Records whose components have words of their own.
  private static final Set<Class<?>> OPENED =
      Set.of(Identity.class, Presence.class, UnitPolicy.class, Lifecycle.class);

  private static final List<Term<?>> TABLE =
      List.of(
          // What a process is started as.
          Term.of(
              PROCESS,
              Facts.COMMAND,
              RUN_ANEW,
              ProcessSpec::command,
              (p, sheet) -> sheet.text().words(p.command())),
          Term.of(
                  PROCESS,
                  "dir",
                  RUN_ANEW,
                  p -> List.of(p.dir(), p.base()),
                  (p, sheet) -> sheet.text().text(p.dir()))
              .from("dir", "base"),
          Term.of(
              PROCESS,
              "instances",
              COUNT,
              ProcessSpec::instances,
              (p, _) -> said(p.instances() > 0, Integer.toString(p.instances()))),
          Term.of(
              PROCESS,
              "cleanEnv",
              RUN_ANEW,
              ProcessSpec::cleanEnv,
              (p, _) -> said(p.cleanEnv(), "yes: nothing is inherited")),
          Term.of(
                  PROCESS,
                  List.of("envFile", "env"),
                  RUN_ANEW,
                  ProcessSpec::env,
                  _ -> "env",
                  (sheet, p) -> {
                    sheet.put("envFile", layers(p, sheet, true));
                    sheet.put("env", layers(p, sheet, false));
                  })
              .from("env"),
          Term.of(IDENTITY, "user", RUN_ANEW, Identity::user, (i, _) -> said(i.user())),
          Term.of(IDENTITY, "group", RUN_ANEW, Identity::group, (i, _) -> said(i.group())),
          Term.of(
              IDENTITY,
              "umask",
              RUN_ANEW,
              Identity::umask,
              (i, _) ->
                  said(
                      i.umask().isPresent(),
                      String.format(Locale.ROOT, "%03o", i.umask().orElse(0)))),
          Term.of(
              IDENTITY,
              "nice",
              RUN_ANEW,
              Identity::nice,
              (i, _) -> said(i.nice().isPresent(), Integer.toString(i.nice().orElse(0)))),
          Term.of(
              PROCESS,
              "limits",
              RUN_ANEW,
              ProcessSpec::limits,
              (p, _) -> p.limits().stream().map(ValueText::limit).toList()),
          Term.of(
              PROCESS,
              Facts.LOGS,
              RUN_ANEW,
              ProcessSpec::logs,
              (p, sheet) -> sheet.text().logs(p, sheet.path())),
          Term.of(
              PRESENCE,
              "pidFile",
              RUN_ANEW,
              Presence::pidFile,
              (p, sheet) -> said(p.pidFile().map(sheet.text()::masked))),
          Term.of(
              PRESENCE,
              "forking",
              RUN_ANEW,
              Presence::forking,
              (p, _) -> said(p.forking(), "yes: the daemon it starts is the unit")),
          Term.of(
              PRESENCE,
              "detached",
              RUN_ANEW,
              Presence::detached,
              (p, _) -> said(p.detached(), "yes: outlives supervise")),
          Term.of(
              PRESENCE,
              "detect",
              RUN_ANEW,
              Presence::detect,
              (p, sheet) ->
                  p.detect().stream().map(each -> sheet.text().masked(each.source())).toList()),
          Term.of(FUNCTION, "run", RUN_ANEW, FunctionSpec::body, (_, _) -> "{ }").from("body"),
          // What a supervisor does for its children.
          Term.of(
              SUPERVISOR,
              "strategy",
              RULE,
              SupervisorSpec::strategy,
              (s, _) -> said(pooled(s).isEmpty(), ValueText.camel(s.strategy().name()))),
          Term.of(
                  SUPERVISOR,
                  "size",
                  COUNT,
                  s -> pooled(s).map(Members.Pool::size).orElse(0),
                  (s, _) -> said(pooled(s).map(pool -> Integer.toString(pool.size()))))
              .from("members"),
          Term.of(
              SUPERVISOR,
              "intensity",
              RULE,
              SupervisorSpec::intensity,
              (s, _) -> ValueText.intensity(s.intensity())),
          Term.of(
              SUPERVISOR,
              "autoShutdown",
              RULE,
              SupervisorSpec::autoShutdown,
              (s, _) -> ValueText.camel(s.autoShutdown().name())),
          Term.of(
              SUPERVISOR,
              "stopWithin",
              RULE,
              SupervisorSpec::stopWithin,
              (s, _) -> ValueText.grace(s.stopWithin())),
          // How any unit lives.
          Term.of(
              POLICY,
              "restart",
              RULE,
              UnitPolicy::restart,
              (p, _) -> ValueText.camel(p.restart().name())),
          Term.of(
                  POLICY,
                  "successExit",
                  RULE,
                  UnitPolicy::successExits,
                  (p, sheet) ->
                      said(
                          !(sheet.spec() instanceof SupervisorSpec),
                          new TreeSet<>(p.successExits())
                              .stream().map(String::valueOf).collect(Collectors.joining(", "))))
              .from("successExits"),
          Term.of(
                  POLICY,
                  List.of("delay", "backoff"),
                  RULE,
                  UnitPolicy::pause,
                  p -> p.pause() instanceof Pause.Delay ? "delay" : "backoff",
                  (sheet, p) -> {
                    switch (p.pause()) {
                      case Pause.Delay delay -> sheet.put("delay", ValueText.delay(delay));
                      case Pause.Backoff backoff ->
                          sheet.put(
                              "backoff",
                              ValueText.backoff(backoff)
                                  + ", reset: "
                                  + DurationText.text(backoff.reset()));
                    }
                  })
              .from("pause"),
          Term.of(
              POLICY,
              "maxRestarts",
              RULE,
              UnitPolicy::maxRestarts,
              (p, _) ->
                  p.maxRestarts() == UnitPolicy.UNLIMITED
                      ? "unlimited"
                      : Integer.toString(p.maxRestarts())),
          Term.of(
              POLICY,
              "after",
              RULE,
              UnitPolicy::after,
              (p, _) -> p.after().stream().map(ValueText::edge).toList()),
          Term.of(
                  POLICY,
                  "afterTask",
                  RULE,
                  UnitPolicy::afterTasks,
                  (p, _) -> p.afterTasks().stream().map(ValueText::task).toList())
              .from("afterTasks"),
          Term.of(
              POLICY,
              "priority",
              RULE,
              UnitPolicy::priority,
              (p, _) -> said(p.priority() != 0, Integer.toString(p.priority()))),
          Term.of(
              POLICY,
              "stop",
              RULE,
              UnitPolicy::stop,
              (p, sheet) ->
                  switch ((UnitSpec) sheet.spec()) {
                    case SupervisorSpec _ -> List.of();
                    // There is no process to be signalled: it is cancelled, and given that long.
                    case FunctionSpec _ -> ValueText.within(p.stop().steps().getFirst());
                    case ProcessSpec _ -> sheet.text().stop(p.stop());
                  }),
          Term.of(
              LIFECYCLE,
              "ready",
              START_ANEW,
              Lifecycle::ready,
              (l, sheet) -> l.ready().map(sheet.text()::ready).orElse(List.of())),
          Term.of(
              LIFECYCLE,
              "alive",
              WATCH_ANEW,
              Lifecycle::alive,
              (l, sheet) -> l.alive().map(sheet.text()::alive).orElse(List.of())),
          hook(HookPhase.PRE_START, START_ANEW),
          hook(HookPhase.POST_START, START_ANEW),
          hook(HookPhase.PRE_STOP, RULE),
          hook(HookPhase.POST_STOP, RULE),
          Term.of(
              LIFECYCLE,
              "upFor",
              START_ANEW,
              Lifecycle::upFor,
              (l, _) -> said(!l.upFor().isZero(), DurationText.text(l.upFor()))),
          Term.of(
                  LIFECYCLE,
                  "startRetries",
                  START_ANEW,
                  l -> List.of(l.startRetries(), l.retryDelay()),
                  (l, _) ->
                      said(
                          l.startRetries() > 0,
                          l.startRetries() + ", delay: " + DurationText.text(l.retryDelay())))
              .from("startRetries", "retryDelay"),
          Term.of(
              POLICY,
              "oneShot",
              RULE,
              UnitPolicy::oneShot,
              (p, _) -> said(p.oneShot(), "yes: its goal is done")),
          Term.of(
              POLICY,
              "significant",
              RULE,
              UnitPolicy::significant,
              (p, _) -> said(p.significant(), "yes: its end counts for autoShutdown")),
          Term.of(
              POLICY,
              "autostart",
              RULE,
              UnitPolicy::autostart,
              (p, _) -> said(!p.autostart(), "false")),
          Term.of(
              POLICY,
              "labels",
              RULE,
              UnitPolicy::labels,
              (p, sheet) ->
                  p.labels().entrySet().stream()
                      .map(e -> sheet.text().masked(e.getKey() + "=" + e.getValue()))
                      .toList()),
          // Tasks and schedules have no run of their own: what is under way goes on as it began.
          Term.of(
              TASK,
              "params",
              RULE,
              TaskSpec::params,
              (t, _) -> said(Optional.ofNullable(t.params()).map(Class::getSimpleName))),
          Term.of(
                  TASK,
                  List.of("retry", "backoff"),
                  RULE,
                  TaskSpec::retry,
                  _ -> "retry",
                  (sheet, t) -> {
                    int times = t.retry().times();
                    if (times > 0) {
                      switch (t.retry().pause()) {
                        case Pause.Delay delay ->
                            sheet.put("retry", times + ", delay: " + ValueText.delay(delay));
                        case Pause.Backoff backoff -> {
                          sheet.put("retry", Integer.toString(times));
                          sheet.put("backoff", ValueText.backoff(backoff));
                        }
                      }
                    }
                  })
              .from("retry"),
          Term.of(
              TASK,
              "timeout",
              RULE,
              TaskSpec::timeout,
              (t, _) -> said(t.timeout().map(DurationText::text))),
          Term.of(
              TASK,
              "concurrency",
              RULE,
              TaskSpec::concurrency,
              (t, _) ->
                  said(t.concurrency().isPresent(), Integer.toString(t.concurrency().orElse(0)))),
          Term.of(TASK, "keep", RULE, TaskSpec::keep, (t, _) -> ValueText.keep(t.keep())),
          Term.of(TASK, "run", RULE, TaskSpec::body, (_, _) -> List.of()).from("body"),
          Term.of(
                  SCHEDULE,
                  List.of("cron", "every"),
                  RULE,
                  ScheduleSpec::when,
                  s -> s.when() instanceof When.Cron ? "cron" : "every",
                  (sheet, s) -> {
                    switch (s.when()) {
                      case When.Cron(String text, var zone) ->
                          sheet.put("cron", text.strip() + ", zone: " + zone);
                      case When.Every(var period) -> sheet.put("every", DurationText.text(period));
                    }
                  })
              .from("when"),
          Term.of(
              SCHEDULE,
              "overlap",
              RULE,
              ScheduleSpec::overlap,
              (s, _) -> ValueText.camel(s.overlap().name())),
          Term.of(
              SCHEDULE,
              "missed",
              RULE,
              ScheduleSpec::missed,
              (s, _) -> ValueText.camel(s.missed().name())),
          // One word says both; a plan names the part of it that has changed.
          Term.of(
                  SCHEDULE,
                  List.of("submit"),
                  RULE,
                  ScheduleSpec::type,
                  _ -> "type",
                  (sheet, s) ->
                      sheet.put(
                          "submit",
                          s.params().isEmpty()
                              ? s.type()
                              : s.type() + " " + sheet.text().masked(Json.write(s.params()))))
              .from("type"),
          Term.of(
                  SCHEDULE,
                  List.of("submit"),
                  RULE,
                  ScheduleSpec::params,
                  _ -> "params",
                  (_, _) -> {})
              .from("params"));

  /// Components that no word says, and why.
  public static final Map<String, String> NOT_WORDS = notWords();

  private static final Map<Class<?>, List<Term<?>>> SHOWN = byKind(TABLE);
  private static final Map<Class<?>, List<Term<?>>> COMPARED = compared();
  private static final Map<String, String> BY_COMPONENT = byComponent();

  private Terms() {}

  private static Map<String, String> notWords() {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (Part<?> kind : List.of(PROCESS, FUNCTION, SUPERVISOR, TASK, SCHEDULE)) {
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

  private static Term<Lifecycle> hook(HookPhase phase, OnChange onChange) {
    return Term.of(
            LIFECYCLE,
            phase.word(),
            onChange,
            life -> hooks(life, phase),
            (life, sheet) -> hooks(life, phase).stream().map(sheet.text()::hook).toList())
        .from("hooks");
  }

  private static List<Hook> hooks(Lifecycle life, HookPhase phase) {
    return life.hooks().isEmpty()
        ? List.of()
        : life.hooks().stream().filter(hook -> hook.phase() == phase).toList();
  }

  private static List<String> layers(ProcessSpec process, Sheet sheet, boolean files) {
    return process.env().stream()
        .filter(layer -> layer instanceof EnvLayer.File == files)
        .map(sheet.text()::layer)
        .toList();
  }

  private static Optional<Members.Pool> pooled(SupervisorSpec supervisor) {
    return supervisor.members() instanceof Members.Pool pool ? Optional.of(pool) : Optional.empty();
  }

  /// What is said only there, and not shown elsewhere.
  private static Object said(boolean there, String text) {
    return there ? text : List.of();
  }

  private static Object said(Optional<String> text) {
    return text.<Object>map(each -> each).orElse(List.of());
  }

  // ---- the table, by who reads it ----

  /// All rows.
  public static List<Term<?>> all() {
    return TABLE;
  }

  /// The rows that a kind of specification has, in the order in which they are shown.
  static List<Term<?>> shown(Object spec) {
    return SHOWN.getOrDefault(spec.getClass(), List.of());
  }

  /// The rows that a kind of specification has, in the order of the components they read.
  public static List<Term<?>> compared(Object spec) {
    return COMPARED.getOrDefault(spec.getClass(), List.of());
  }

  /// Whether it is said of the unit among its neighbours; the root has none.
  static boolean amongOthers(Term<?> term) {
    return term.part().equals(POLICY) || term.part().equals(LIFECYCLE);
  }

  /// Whether the components of such a record have words of their own.
  public static boolean opened(Class<?> type) {
    return OPENED.contains(type);
  }

  /// The word that a component is said with; its own name where there is none.
  public static String word(String component) {
    return BY_COMPONENT.getOrDefault(component, component);
  }

  private static Map<Class<?>, List<Term<?>>> byKind(List<Term<?>> terms) {
    Map<Class<?>, List<Term<?>>> kinds = new HashMap<>();
    for (Part<?> kind : List.of(PROCESS, FUNCTION, SUPERVISOR, TASK, SCHEDULE)) {
      List<String> components = components(kind.type());
      kinds.put(
          kind.type(),
          terms.stream()
              .filter(term -> components.contains(term.components().getFirst()))
              .toList());
    }
    return Map.copyOf(kinds);
  }

  private static Map<Class<?>, List<Term<?>>> compared() {
    Map<Class<?>, List<Term<?>>> kinds = new HashMap<>();
    SHOWN.forEach((type, terms) -> {
      List<String> components = components(type);
      kinds.put(
          type,
          terms.stream()
              .sorted(
                  Comparator.comparingInt(term -> components.indexOf(term.components().getFirst())))
              .toList());
    });
    return Map.copyOf(kinds);
  }

  private static Map<String, String> byComponent() {
    Map<String, String> words = new HashMap<>();
    for (Term<?> term : TABLE) {
      for (String component : term.components()) {
        words.putIfAbsent(component.substring(component.indexOf('.') + 1), term.words().getFirst());
      }
    }
    return Map.copyOf(words);
  }

  /// The components of a kind of specification, opened where they have words of their own.
  static List<String> components(Class<?> type) {
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
