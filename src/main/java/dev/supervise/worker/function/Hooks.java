package dev.supervise.worker.function;

import dev.supervise.spec.Command;
import dev.supervise.spec.EnvLayer;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.Hook;
import dev.supervise.spec.Identity;
import dev.supervise.spec.Logs;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Tasks;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Value;
import dev.supervise.text.DurationText;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// What all hooks of a worker share: the time that passes for them, closures that are under way,
/// and those that did not heed their cancellation. Thread-safe.
public final class Hooks implements AutoCloseable {
  static final String HOOK = "SUPERVISE_HOOK";
  static final String PHASE = "SUPERVISE_PHASE";
  private static final String EXIT = "SUPERVISE_EXIT";

  private final BlockingTasks errands;
  private final Consumer<String> warnings;
  private final Set<HookCall> calls = ConcurrentHashMap.newKeySet();
  private final Map<String, HookCall> abandoned = new ConcurrentHashMap<>();

  private final Tasks tasks;

  public Hooks(BlockingTasks errands, Consumer<String> warnings, Tasks tasks) {
    this.errands = errands;
    this.warnings = warnings;
    this.tasks = tasks;
  }

  /// Calls a closure. One that was abandoned and still runs is not called a second time: the try
  /// fails.
  ///
  /// @param extra what a command would find in its environment
  /// @param log takes its lines; may wait for a disk
  public HookRun call(
      FunctionBody body,
      Hook hook,
      Launch launch,
      Map<String, String> extra,
      Consumer<String> log,
      HookReports reports) {
    String what = what(hook, launch);
    if (abandoned.containsKey(what)) {
      reports.failed("its last call was abandoned and has not ended yet");
      return () -> {};
    }
    HookCall call = new HookCall(body, what, exit(extra), launch, log, tasks, this, reports);
    calls.add(call);
    call.begin(hook.timeout());
    return call;
  }

  private static OptionalInt exit(Map<String, String> extra) {
    String exit = extra.getOrDefault(EXIT, "");
    return exit.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(exit));
  }

  /// As messages name it.
  public static String what(Hook hook, Launch launch) {
    return hook.phase().word() + " hook '" + hook.name() + "' of '" + launch.path() + "'";
  }

  /// A hook's command, in the unit's directory, environment and identity, or in those the hook
  /// names.
  public static ProcessSpec child(ProcessSpec unit, Hook hook, Command command) {
    List<EnvLayer> env = new ArrayList<>(unit.env());
    env.addAll(hook.env());
    return new ProcessSpec(
        unit.name(),
        hook.origin(),
        UnitPolicy.DEFAULT,
        command,
        hook.dir().orElse(unit.dir()),
        unit.base(),
        env,
        unit.cleanEnv(),
        unit.identity(),
        unit.limits(),
        unit.logs(),
        unit.instances());
  }

  /// Stands in for a unit that is no process, where a hook of it runs a command: with the
  /// supervisor's own environment and identity.
  public static ProcessSpec standIn(UnitSpec unit, Command command) {
    return new ProcessSpec(
        unit.name(),
        unit.origin(),
        UnitPolicy.DEFAULT,
        command,
        Value.of(""),
        "",
        List.of(),
        false,
        Identity.INHERITED,
        List.of(),
        Logs.DEFAULT,
        0);
  }

  /// The lines of a hook's closure are among the last ones of the run it belongs to.
  public static Consumer<String> kept(Consumer<String> log, Launch launch) {
    return line -> {
      launch.tail().line(line);
      log.accept(line);
    };
  }

  /// What a hook's command finds in its environment besides what every child is told.
  public static Map<String, String> told(Hook hook, Map<String, String> more) {
    Map<String, String> told = new LinkedHashMap<>();
    told.put(HOOK, hook.name());
    told.put(PHASE, hook.phase().word());
    told.putAll(more);
    return told;
  }

  /// `did not end within 30 s`.
  public static String late(Duration timeout) {
    return "did not end within " + DurationText.exact(timeout);
  }

  /// Cancels the closures that are under way. What commands have started ends with their worker.
  @Override
  public void close() {
    calls.forEach(HookCall::cancel);
  }

  // --- for its hooks

  public Runnable after(Duration limit, Runnable then) {
    return errands.after(limit, then);
  }

  public void warn(String text) {
    warnings.accept(text);
  }

  void abandoned(String what, HookCall call) {
    abandoned.put(what, call);
  }

  void over(String what, HookCall call) {
    calls.remove(call);
    abandoned.remove(what, call);
  }
}
