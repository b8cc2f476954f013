package dev.supervise.worker;

import dev.supervise.spec.Exit;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.FunctionContext;
import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.LiveTree;
import dev.supervise.spec.Secrets;
import dev.supervise.spec.Tasks;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One run of a function: its thread's work, its handle for the loop, and its context, in one
/// object, because there may be a million of them.
final class FunctionRun implements Run, Runnable, FunctionContext, Consumer<String> {
  private enum Fate {
    RUNNING,
    CANCELLED,
    ABANDONED
  }

  private final FunctionBody body;
  private final Launch launch;
  private final Reports reports;
  private final FunctionWorker worker;
  private final Thread thread;
  private final @Nullable Probes probes;
  private volatile Fate fate = Fate.RUNNING;

  FunctionRun(FunctionSpec spec, Launch launch, Reports reports, FunctionWorker worker) {
    this.body = spec.body();
    this.launch = launch;
    this.reports = reports;
    this.worker = worker;
    // Named for its unit: that is how what it prints is known, and it is what a thread dump shows.
    this.thread = Thread.ofVirtual().name(launch.path()).unstarted(this);
    this.probes = worker.probes(spec.policy().lifecycle(), launch, reports);
  }

  void start() {
    reports.up(launch.run(), 0, 0);
    thread.start();
  }

  @Override
  public void run() {
    Exit exit;
    Speakers.begin(this);
    try {
      body.run(this);
      exit = new Exit.Returned();
    } catch (Throwable thrown) {
      exit = threw(thrown);
    } finally {
      Speakers.end();
    }
    if (probes != null) {
      probes.close();
    }
    reports.ended(launch.run(), exit, Remains.NONE);
  }

  /// Whatever a function throws, `Error`s included, is its own failure and nobody else's.
  static Exit threw(Throwable thrown) {
    return new Exit.Threw(Secrets.words(thrown), thrown);
  }

  @Override
  public void perform(Action action) {
    switch (action) {
      case Action.Signal _ -> cancel();
      case Action.Exec exec ->
          reports.stepFailed(launch.run(), exec.step(), "a function has no process to run it in");
      case Action.Call call -> call(call);
      case Action.Abandon() -> {
        fate = Fate.ABANDONED;
        thread.interrupt();
        if (probes != null) {
          probes.close();
        }
      }
      case Action.AwaitReady(var readiness) -> {
        if (probes != null) {
          probes.awaitReady(readiness);
        }
      }
      case Action.Watch(var liveness) -> {
        if (probes != null) {
          probes.watch(liveness);
        }
      }
      case Action.EndProbes() -> {
        if (probes != null) {
          probes.end();
        }
      }
    }
  }

  private void cancel() {
    if (fate == Fate.RUNNING) {
      fate = Fate.CANCELLED;
    }
    thread.interrupt();
  }

  private void call(Action.Call call) {
    Thread.startVirtualThread(() -> {
      Speakers.begin(this);
      try {
        call.body().body().run(this);
      } catch (Throwable thrown) {
        reports.stepFailed(launch.run(), call.step(), threw(thrown).phrase());
      } finally {
        Speakers.end();
      }
    });
  }

  private void fence() {
    if (fate == Fate.ABANDONED) {
      throw new IllegalStateException(
          "this run of '" + launch.path() + "' was abandoned as stuck; it may not act any more");
    }
  }

  @Override
  public String name() {
    fence();
    return launch.path();
  }

  @Override
  public boolean cancelled() {
    fence();
    return fate != Fate.RUNNING;
  }

  @Override
  public void sleep(Duration duration) {
    fence();
    if (fate == Fate.RUNNING) {
      try {
        Thread.sleep(duration);
      } catch (InterruptedException cancelled) {
        // The interrupt has done its work; `cancelled()` tells it from now on.
        fence();
      }
    }
  }

  @Override
  public String resumeId() {
    fence();
    return launch.resumeId();
  }

  @Override
  public OptionalInt prevExit() {
    fence();
    return launch.prevExit();
  }

  @Override
  public int attempt() {
    fence();
    return launch.attempt();
  }

  @Override
  public void log(String line) {
    fence();
    accept(line);
  }

  /// It has said a line, or printed one.
  @Override
  public void accept(String line) {
    launch.tail().line(line);
    worker.log(launch.path(), line);
    if (probes != null) {
      probes.logged(line);
    }
  }

  @Override
  public void ready() {
    fence();
    if (probes == null || !probes.called()) {
      FunctionContext.super.ready();
    }
  }

  @Override
  public void save(Map<String, ?> values) {
    fence();
    launch.memory().save(values);
  }

  @Override
  public LiveTree tree() {
    fence();
    return worker.tree();
  }

  @Override
  public Tasks tasks() {
    fence();
    return worker.tasks();
  }

  @Override
  public Map<String, ?> saved() {
    fence();
    return launch.memory().saved();
  }
}
