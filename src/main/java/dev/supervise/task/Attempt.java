package dev.supervise.task;

import dev.supervise.spec.Block;
import dev.supervise.spec.LiveTree;
import dev.supervise.spec.Stack;
import dev.supervise.spec.TaskContext;
import dev.supervise.spec.TaskSpec;
import dev.supervise.spec.Tasks;
import dev.supervise.store.TaskRow;
import dev.supervise.text.InvalidJson;
import dev.supervise.text.Json;
import dev.supervise.vital.FencedContext;
import dev.supervise.vital.UserCode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// One attempt at a task: its thread's work and its context. The body runs on a virtual thread that
/// is named after the type, which is how what it prints is known.
final class Attempt extends FencedContext implements Runnable, TaskContext {
  /// A longer result is refused.
  private static final int LONGEST = 1 << 20;

  /// Longer words about progress are cut.
  private static final int LONGEST_SAID = 1000;

  /// What was asked of it.
  enum Fate {
    RUNNING,
    CANCELLED,
    TIMED_OUT,
    /// The supervisor is going.
    SHUTDOWN,
    /// It heard nothing and may act no more.
    ABANDONED
  }

  /// What came of it.
  sealed interface Outcome {
    record Completed(String result) implements Outcome {}

    /// @param result what it had left until then, as JSON; empty for nothing
    record Failed(String error, String result) implements Outcome {}

    /// The parameters do not fit the type of today: the body was not called.
    record Unfit(String why) implements Outcome {}
  }

  /// What an attempt asks of the engine around it, on its own thread or one of its body's.
  interface Services {
    void ended(LiveTask task, Attempt attempt, Outcome outcome);

    void progressed(LiveTask task);

    /// Progress that is none: said once for each type, and nobody fails for it.
    void odd(String type, double fraction);

    /// Returns when it is on disk.
    void save(LiveTask task, String text);

    /// @throws TaskRefused it would in the end wait for itself
    @Nullable Object await(LiveTask waiting, Attempt attempt, UUID id) throws InterruptedException;

    UUID submit(String type, Map<String, ?> params, Optional<String> id);

    void log(String name, String line);

    /// With secrets masked, printable and bounded.
    String shown(String text);

    LiveTree tree();
  }

  private final LiveTask task;
  private final TaskRow row;
  private final TaskSpec spec;
  private final Services help;
  private final UserCode code;
  private volatile Fate fate = Fate.RUNNING;
  private volatile double fraction;
  private volatile String said = "";
  private volatile @Nullable String result;
  private volatile String saved;
  private Runnable release = () -> {};

  Attempt(LiveTask task, TaskRow row, TaskSpec spec, Services help) {
    this.task = task;
    this.row = row;
    this.spec = spec;
    this.help = help;
    this.saved = row.saved();
    this.code = new UserCode(name(row.type()), this);
  }

  /// Under which name lines of such tasks are shown and kept.
  static String name(String type) {
    return "tasks/" + type;
  }

  /// release called when it has come back
  void onEnd(Runnable release) {
    this.release = release;
  }

  void ended() {
    release.run();
  }

  /// @throws dev.supervise.vital.NoThread nothing carries it, and it never runs
  void start() {
    code.start();
  }

  boolean alive() {
    return code.alive();
  }

  /// Ends it before it has begun.
  ///
  /// @return false where it has begun
  boolean withdraw() {
    return code.withdraw();
  }

  Fate fate() {
    return fate;
  }

  TaskSpec spec() {
    return spec;
  }

  TaskRow shown(TaskRow known) {
    return known.reached(fraction, said);
  }

  /// Asks it to end, for the first reason that came.
  void end(Fate why) {
    synchronized (this) {
      if (fate == Fate.RUNNING || why == Fate.ABANDONED) {
        fate = why;
      }
    }
    code.interrupt();
  }

  @Override
  public void run() {
    help.ended(task, this, outcome());
  }

  private Outcome outcome() {
    synchronized (this) {
      if (fate != Fate.RUNNING) {
        return new Outcome.Failed("ended before it began", result());
      }
    }
    Object params;
    try {
      params = Params.of(spec, row.params());
    } catch (InvalidParams unfit) {
      return new Outcome.Unfit(String.valueOf(unfit.getMessage()));
    }
    try {
      return completed(spec.body().run(this, params));
    } catch (Throwable thrown) {
      return new Outcome.Failed(Block.and(words(thrown), Stack.at(thrown)), result());
    }
  }

  /// What it has left so far, as JSON; empty for nothing.
  String result() {
    String set = result;
    return set == null ? "" : set;
  }

  private Outcome completed(@Nullable Object returned) {
    String set = result;
    String text = set == null ? text(returned) : set;
    return text.length() > LONGEST
        ? new Outcome.Failed(
            "its result is longer than 1 MB; keep it in a file and return its name", "")
        : new Outcome.Completed(text);
  }

  /// A body that happens to end with something JSON cannot say has not failed for that.
  private static String text(@Nullable Object returned) {
    try {
      return Json.write(returned);
    } catch (InvalidJson e) {
      return Json.write(String.valueOf(returned));
    }
  }

  /// Whatever a body throws, `Error`s included, is its own failure and nobody else's.
  static String words(Throwable thrown) {
    String message = thrown instanceof TaskRefused ? thrown.getMessage() : null;
    return message == null ? Stack.phrase(thrown) : message;
  }

  @Override
  protected void fence() {
    if (fate == Fate.ABANDONED) {
      throw new IllegalStateException(
          "this attempt at task " + row.id() + " was abandoned as stuck; it may not act any more");
    }
  }

  @Override
  public UUID id() {
    fence();
    return row.id();
  }

  @Override
  public String type() {
    fence();
    return row.type();
  }

  @Override
  public void progress(double fraction, String text) {
    fence();
    if (!(fraction >= 0 && fraction <= 1)) {
      help.odd(row.type(), fraction);
    }
    if (!Double.isNaN(fraction)) {
      this.fraction = Math.clamp(fraction, 0, 1);
    }
    String shown = help.shown(text);
    this.said = shown.length() > LONGEST_SAID ? shown.substring(0, LONGEST_SAID) + "…" : shown;
    help.progressed(task);
  }

  @Override
  public void result(@Nullable Object value) {
    fence();
    result = text(value);
  }

  @Override
  public String name() {
    fence();
    return name(row.type());
  }

  @Override
  protected boolean ending() {
    return fate != Fate.RUNNING;
  }

  @Override
  public String resumeId() {
    fence();
    return row.id().toString();
  }

  @Override
  public OptionalInt prevExit() {
    fence();
    return row.tally().failures() > 0 ? OptionalInt.of(1) : OptionalInt.empty();
  }

  @Override
  public int attempt() {
    fence();
    return row.attempt();
  }

  @Override
  public void log(String line) {
    fence();
    help.log(name(row.type()), line);
  }

  /// Kept on record: the next attempt has it after a crash too. Returns once it is there.
  @Override
  public void save(Map<String, ?> values) {
    fence();
    String text;
    try {
      text = Json.canonical(values);
    } catch (InvalidJson e) {
      throw new IllegalArgumentException("save: " + e.getMessage(), e);
    }
    help.save(task, text);
    saved = text;
  }

  @Override
  public Map<String, ?> saved() {
    fence();
    String text = saved;
    if (text.isEmpty()) {
      return Map.of();
    }
    Object plain = ParamsFit.plain(Json.read(text));
    if (plain instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> kept = new java.util.LinkedHashMap<>();
      map.forEach((key, value) -> kept.put(String.valueOf(key), value));
      return kept;
    }
    throw new IllegalStateException("what task " + row.id() + " saved cannot be read");
  }

  @Override
  public LiveTree tree() {
    fence();
    return help.tree();
  }

  @Override
  public Tasks tasks() {
    fence();
    return new Tasks() {
      @Override
      public UUID submit(String type, Map<String, ?> params, Optional<String> id) {
        living();
        return help.submit(type, params, id);
      }

      @Override
      public @Nullable Object await(UUID id) throws InterruptedException {
        living();
        return help.await(task, Attempt.this, id);
      }

      private void living() {
        if (fate == Fate.ABANDONED) {
          throw new CancellationException("this attempt was abandoned as stuck");
        }
      }
    };
  }
}
