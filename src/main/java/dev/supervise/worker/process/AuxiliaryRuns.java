package dev.supervise.worker.process;

import dev.supervise.spec.Exit;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Signals;
import dev.supervise.spec.StartFailure;
import dev.supervise.worker.Action;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Survivors;
import dev.supervise.worker.function.StopCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What runs beside one run and for it: the commands and closures of its stop, the commands of its
/// probes. The commands count as parts of the run: it is not gone before they are.
///
/// Shares the run's lock, so that none of them begins once the run is over. Nothing is reported
/// while it is held.
final class AuxiliaryRuns {
  private final KeeperRun run;
  private final KeeperWorker worker;
  private final Launch launch;
  private final Reports reports;
  private final List<KeeperRun> commands = new ArrayList<>(0);
  private final List<StopCall> closures = new ArrayList<>(0);

  AuxiliaryRuns(KeeperRun run, KeeperWorker worker, Launch launch, Reports reports) {
    this.run = run;
    this.worker = worker;
    this.launch = launch;
    this.reports = reports;
  }

  /// Starts a command of a probe, if there is somebody to be asked.
  ///
  /// @param told given the command's run before it begins
  boolean probe(ProcessSpec command, Reports reports, Consumer<KeeperRun> told) {
    KeeperRun aid;
    synchronized (run) {
      if (!run.answering()) {
        return false;
      }
      aid = worker.run(command, launch, reports);
      commands.add(aid);
    }
    told.accept(aid);
    aid.begin();
    return true;
  }

  /// Starts a command of the stop, if there is somebody to be stopped.
  void exec(int step, ProcessSpec command) {
    KeeperRun aid;
    synchronized (run) {
      if (!run.standing()) {
        return;
      }
      StepReports stepReports = new StepReports(step);
      aid = worker.run(command, launch, stepReports);
      stepReports.aid = aid;
      commands.add(aid);
    }
    aid.begin();
  }

  /// Calls a closure of the stop, if there is somebody to be stopped.
  void call(int step, FunctionBody body) {
    StopCall call;
    synchronized (run) {
      if (!run.standing()) {
        return;
      }
      call =
          new StopCall(
              body,
              launch,
              line -> run.say(line),
              worker.tasks(),
              message -> reports.stepFailed(launch.run(), step, message));
      closures.add(call);
    }
    call.begin();
  }

  /// Whether no command is left.
  boolean none() {
    synchronized (run) {
      return commands.isEmpty();
    }
  }

  /// A command is over.
  void forget(KeeperRun aid) {
    synchronized (run) {
      commands.remove(aid);
    }
  }

  /// What is left of the run, its commands included.
  Survivors countedWith(Survivors remains) {
    synchronized (run) {
      return commands.isEmpty()
          ? remains
          : new Survivors(remains.count() + commands.size(), remains.named());
    }
  }

  /// There is nothing left to stop or to ask.
  void dismiss() {
    List<KeeperRun> open;
    List<StopCall> calls;
    synchronized (run) {
      open = List.copyOf(commands);
      calls = List.copyOf(closures);
      closures.clear();
    }
    calls.forEach(StopCall::cancel);
    open.forEach(aid -> aid.signal(Signals.KILL, Action.Scope.ALL, false));
  }

  /// What a command of the stop has to say.
  private final class StepReports implements Reports {
    private final int step;
    private @Nullable KeeperRun aid;

    StepReports(int step) {
      this.step = step;
    }

    @Override
    public void up(long run, int pid, long startTicks) {}

    @Override
    public void notUp(long run, StartFailure failure) {
      stepFailed(run, step, failure.message());
      end();
    }

    @Override
    public void ended(long number, Exit exit, Survivors remains) {
      if (exit.code() != 0) {
        stepFailed(number, step, exit.phrase());
      }
      if (remains.count() == 0) {
        end();
      } else if (!run.standing()) {
        aid().signal(Signals.KILL, Action.Scope.ALL, false);
      }
    }

    @Override
    public void gone(long number) {
      end();
    }

    @Override
    public void stepFailed(long number, int step, String message) {
      if (run.standing()) {
        reports.stepFailed(number, step, "the stop's command: " + message);
      }
    }

    private void end() {
      run.besideOver(aid());
    }

    private KeeperRun aid() {
      KeeperRun known = aid;
      if (known == null) {
        throw new IllegalStateException("a command of a stop reported before it began");
      }
      return known;
    }
  }
}
