package dev.supervise.worker.function;

import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.Stack;
import dev.supervise.spec.Tasks;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.UserCode;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import dev.supervise.worker.output.Speakers;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// One try of a hook that is a closure, on a virtual thread of its own. At its time limit, or when
/// it is cancelled, it is asked to end as a function is, by `ctx.cancelled` and an interrupt. One
/// that ignores both is abandoned: it counts as failed, and its context refuses to work.
final class HookCall extends CallContext implements HookRun, Runnable {
  /// How long a closure may clean up after its time limit, and after a cancellation, which is to be
  /// over within 100 ms.
  private static final Duration AFTER_TIMEOUT = Duration.ofSeconds(1);

  private static final Duration AFTER_CANCEL = Duration.ofMillis(50);

  private enum Fate {
    RUNNING,
    ASKED,
    ABANDONED,
    OVER
  }

  private final FunctionBody body;
  private final String what;
  private final OptionalInt exit;
  private final Hooks hooks;
  private final HookReports reports;
  private final UserCode code;
  private volatile Fate fate = Fate.RUNNING;
  private String why = "";
  private boolean hurried;
  private Runnable cancelDeadline = () -> {};

  /// @param what how messages name it
  /// @param exit how the run has ended; empty while it has not
  HookCall(
      FunctionBody body,
      String what,
      OptionalInt exit,
      Launch launch,
      Consumer<String> log,
      Tasks tasks,
      Hooks hooks,
      HookReports reports) {
    super(launch, log, tasks);
    this.body = body;
    this.what = what;
    this.exit = exit;
    this.hooks = hooks;
    this.reports = reports;
    this.code = new UserCode(what, this);
  }

  void begin(Duration timeout) {
    deadline(timeout, () -> ask(Hooks.late(timeout), AFTER_TIMEOUT));
    try {
      code.start();
    } catch (NoThread e) {
      ended(String.valueOf(e.getMessage()));
    }
  }

  private synchronized void deadline(Duration limit, Runnable then) {
    cancelDeadline.run();
    cancelDeadline = hooks.after(limit, then);
  }

  @Override
  public void run() {
    String failure = "";
    Speakers.begin(this::said);
    try {
      body.run(this);
    } catch (Throwable thrown) {
      // A user's closure may throw anything, and the tree has to go on.
      failure = Stack.sentence(thrown);
    } finally {
      Speakers.end();
    }
    // The interrupt was for the closure; whoever takes the report is not to be disturbed by it.
    boolean _ = Thread.interrupted();
    ended(failure);
  }

  private void ended(String failure) {
    Fate was;
    String result;
    synchronized (this) {
      was = fate;
      fate = Fate.OVER;
      result = was == Fate.ASKED ? why : failure;
      cancelDeadline.run();
    }
    hooks.over(what, this);
    if (was != Fate.ABANDONED) {
      report(result);
    }
  }

  private void report(String failure) {
    if (failure.isEmpty()) {
      reports.done();
    } else {
      reports.failed(failure);
    }
  }

  @Override
  public void cancel() {
    synchronized (this) {
      if (hurried) {
        return;
      }
      hurried = true;
    }
    ask("cancelled", AFTER_CANCEL);
  }

  private void ask(String reason, Duration grace) {
    synchronized (this) {
      if (fate != Fate.RUNNING && fate != Fate.ASKED) {
        return;
      }
      if (fate == Fate.RUNNING) {
        why = reason;
      }
      fate = Fate.ASKED;
      deadline(grace, this::abandon);
    }
    if (code.withdraw()) {
      // With every carrier held by others its time is up before it begins.
      ended("");
    } else {
      code.interrupt();
    }
  }

  private void abandon() {
    synchronized (this) {
      if (fate != Fate.ASKED) {
        return;
      }
      fate = Fate.ABANDONED;
      // Under the lock: its end must not overtake this.
      hooks.abandoned(what, this);
    }
    hooks.warn(what + " ignores its cancellation; it is not called again until it ends");
    reports.failed(why + "; it ignores its cancellation and is abandoned");
  }

  @Override
  public OptionalInt exit() {
    fence();
    return exit;
  }

  @Override
  protected boolean ending() {
    return fate != Fate.RUNNING;
  }

  @Override
  protected void fence() {
    if (fate == Fate.ABANDONED) {
      throw new IllegalStateException(what + ": this call was abandoned; it may not act any more");
    }
  }
}
