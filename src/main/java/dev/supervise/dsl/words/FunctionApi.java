package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Word;
import dev.supervise.spec.FunctionContext;
import dev.supervise.spec.LiveTree;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.codehaus.groovy.runtime.FormatHelper;
import org.jspecify.annotations.Nullable;

/// `ctx`: what a function of a script sees of its supervisor. Used on the run's own thread; every
/// call throws [IllegalStateException] once the run has been abandoned as stuck.
public sealed class FunctionApi permits TaskApi {
  private final FunctionContext context;
  private final Log log;

  FunctionApi(FunctionContext context) {
    this.context = context;
    this.log = new Log(context);
  }

  /// The unit's full name, `backend/ticker`.
  public String getName() {
    return context.name();
  }

  /// True from the moment this run was asked to end. A run that has seen it may clean up
  /// undisturbed: the interrupt that came with the request is taken back.
  public boolean isCancelled() {
    boolean cancelled = context.cancelled();
    if (cancelled) {
      Thread.interrupted();
    }
    return cancelled;
  }

  /// Sleeps; ends at once when the run is cancelled.
  public void sleep(Duration duration) {
    context.sleep(duration);
  }

  /// Milliseconds. Without this form Groovy's own `sleep` would be taken, which nothing cancels.
  public void sleep(long millis) {
    context.sleep(Duration.ofMillis(millis));
  }

  /// Milliseconds and fractions of them.
  public void sleep(Number millis) {
    context.sleep(Duration.ofNanos((long) (millis.doubleValue() * 1_000_000)));
  }

  /// `'5s'`, `'250 ms'`.
  public void sleep(CharSequence text) {
    context.sleep(Convert.duration("sleep", text));
  }

  /// Constant over all runs of this unit for the engine's life.
  public String getResumeId() {
    return context.resumeId();
  }

  /// How the previous run ended (1 for a throw); null on the first run.
  public @Nullable Integer getPrevExit() {
    return context.prevExit().isPresent() ? context.prevExit().getAsInt() : null;
  }

  /// In a `postStop` hook: how the run ended, as a number; null elsewhere.
  public @Nullable Integer getExit() {
    return context.exit().isPresent() ? context.exit().getAsInt() : null;
  }

  /// 1 for the first run, one more for each further run.
  public int getAttempt() {
    return context.attempt();
  }

  /// The unit's log stream.
  public Log getLog() {
    return log;
  }

  /// Writes a line to the unit's log stream.
  public void log(@Nullable Object line) {
    context.log(text(line));
  }

  /// As Groovy prints it. What only tells people something fails nobody: of an object whose own
  /// text throws its kind is all that is said.
  static String text(@Nullable Object value) {
    try {
      return FormatHelper.toString(value);
    } catch (RuntimeException | StackOverflowError e) {
      return value == null ? "null" : "a " + value.getClass().getSimpleName();
    }
  }

  /// Keeps values for the next runs of this unit, in memory, replacing what was kept: texts,
  /// numbers, times and their kin, lists and maps, as copies. Refused is what belongs to the
  /// script.
  public void save(Map<?, ?> values) {
    context.save(Plain.remembered("save", values));
  }

  /// What the last `save` of any run of this unit kept, a copy; empty before the first.
  public Map<String, ?> getSaved() {
    return Plain.remembered("saved", context.saved());
  }

  /// The function does its work now; for one with `ready { called() }`.
  public void ready() {
    context.ready();
  }

  /// Submits a task without parameters.
  @Word(value = "Submits a task", repeats = true)
  public UUID submit(String type) {
    return submit(type, Map.of());
  }

  /// `submit 'import', url: 'x'`: what is named are the task's parameters.
  @Word(value = "Submits a task with these parameters", repeats = true)
  public UUID submit(Map<?, ?> params, String type) {
    return submit(type, params);
  }

  /// `submit('import', [url: 'x'])`.
  @Word(value = "Submits a task with these parameters", repeats = true)
  public UUID submit(String type, Map<?, ?> params) {
    return context.tasks().submit(type, Plain.map(type, params), Optional.empty());
  }

  /// `submit('import', [url: 'x'], id: '…')`: with an id a task is submitted once, however often
  /// this is called.
  @Word(value = "Submits a task under an id of one's own", repeats = true)
  public UUID submit(Map<?, ?> options, String type, Map<?, ?> params) {
    return context.tasks().submit(type, Plain.map(type, params), Optional.of(id(options, type)));
  }

  /// The one option that a submission with explicit parameters takes.
  static String id(Map<?, ?> options, CharSequence type) {
    if (!options.keySet().equals(Set.of("id"))) {
      throw new IllegalArgumentException(
          "submit('" + type + "', [parameters], id: '…') takes id: and nothing else by name");
    }
    return String.valueOf(options.get("id"));
  }

  /// Waits until a task is over, and returns its result; throws where it has failed or was
  /// cancelled.
  ///
  /// @param id what `submit` has returned, or its text
  public @Nullable Object await(Object id) throws InterruptedException {
    return context.tasks().await(UUID.fromString(id.toString()));
  }

  /// The running tree: `ctx.tree.restart 'db'`, `ctx.tree.status('db')`.
  public LiveTree getTree() {
    return context.tree();
  }

  /// `ctx.log.info 'text'` and its kin. A line is the text; those above `info` say what they are.
  public static final class Log {
    private final FunctionContext context;

    Log(FunctionContext context) {
      this.context = context;
    }

    public void debug(@Nullable Object line) {
      context.log("debug: " + text(line));
    }

    public void info(@Nullable Object line) {
      context.log(text(line));
    }

    public void warn(@Nullable Object line) {
      context.log("warn: " + text(line));
    }

    public void error(@Nullable Object line) {
      context.log("error: " + text(line));
    }

    /// With the stack of what was thrown.
    public void error(@Nullable Object line, Throwable thrown) {
      StringWriter stack = new StringWriter();
      thrown.printStackTrace(new PrintWriter(stack));
      context.log("error: " + text(line) + "\n" + stack);
    }
  }
}
