package dev.supervise.worker.process;

import dev.supervise.posix.Epoll;
import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ProcessStat;
import dev.supervise.posix.Processes;
import dev.supervise.spec.Command;
import dev.supervise.spec.Exit;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Signals;
import dev.supervise.worker.Action;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reactor;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;
import dev.supervise.worker.Survivors;
import dev.supervise.worker.function.StopCall;
import dev.supervise.worker.probe.FileStamp;
import dev.supervise.worker.probe.Probes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A run that another supervisor began, or nobody we know: its process is no child of ours or of
/// the keeper's. Its end is seen by a pidfd, at once; its exit code is not. Everything of it is
/// found by what it carries and by its session, and signalled one by one, each through a pidfd
/// opened between two looks that agree.
final class AdoptedRun implements Run {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final int SIGCONT = 18;

  private final KeeperWorker worker;
  private final ProcessSpec spec;
  private final Launch launch;
  private final ProcessIdentity leader;
  private final long mark;
  private final Reports reports;
  private final List<KeeperRun> commands = new ArrayList<>(0);
  private final List<StopCall> closures = new ArrayList<>(0);
  private final Probes probes;
  private int descriptor = -1;
  private long tag;
  private volatile boolean doomed;
  private volatile boolean over;

  /// @param dir the unit's directory
  /// @param mark what its processes carry; 0: nothing
  AdoptedRun(
      KeeperWorker worker,
      ProcessSpec spec,
      Launch launch,
      Path dir,
      ProcessIdentity leader,
      long mark,
      Reports reports) {
    this.worker = worker;
    this.spec = spec;
    this.launch = launch;
    this.leader = leader;
    this.mark = mark;
    this.reports = reports;
    probes =
        Probes.ofAdopted(
            spec.policy().lifecycle(),
            launch.run(),
            reports,
            // Its files may be as old as itself.
            new Probes.Surroundings(
                worker.probeThreads(),
                dir,
                _ -> FileStamp.NONE,
                this::beside,
                line -> worker.say(spec, launch, line)));
  }

  private Runnable beside(Command command, Reports told) {
    KeeperRun run = worker.run(KeeperWorker.asking(spec, command), launch, told, Optional.empty());
    run.begin();
    return () -> run.perform(new Action.Signal(Signals.KILL, Action.Scope.ALL, false));
  }

  /// Follows it from now on.
  ///
  /// @return false when it is gone, or cannot be followed
  boolean begin() {
    descriptor = leader.open();
    if (descriptor < 0) {
      return false;
    }
    try {
      tag = worker.reactor.watch(descriptor, Epoll.IN, _ -> leaderEnded());
      return true;
    } catch (Reactor.Refused e) {
      Fd.close(descriptor);
      descriptor = -1;
      return false;
    }
  }

  /// It is not followed any more, and lives on.
  void letGo() {
    over = true;
    probes.close();
    worker.reactor.post(this::unwatch);
  }

  /// On the reactor.
  private synchronized void unwatch() {
    if (descriptor >= 0) {
      worker.reactor.unwatch(descriptor, tag);
      Fd.close(descriptor);
      descriptor = -1;
    }
  }

  private void leaderEnded() {
    probes.close();
    unwatch();
    worker.errands.run(this::ended);
  }

  private void ended() {
    List<ProcessStat> rest;
    try {
      rest = Descendants.of(leader, mark, worker::credible);
    } catch (IOException unseen) {
      worker.errands.later(LOOK_AGAIN, this::ended);
      return;
    }
    over = rest.isEmpty();
    reports.ended(
        launch.run(),
        new Exit.Unknown("ended, exit code unknown"),
        rest.isEmpty()
            ? Survivors.NONE
            : new Survivors(
                rest.size(),
                rest.stream()
                    .limit(16)
                    .map(s -> new Survivors.Process(s.pid(), s.startTicks(), s.command()))
                    .toList()));
    dismiss();
    if (!over) {
      lookAgain();
    }
  }

  private void lookAgain() {
    worker.errands.later(
        LOOK_AGAIN,
        () -> {
          List<ProcessStat> rest;
          try {
            rest = Descendants.of(leader, mark, worker::credible);
          } catch (IOException unseen) {
            lookAgain();
            return;
          }
          if (rest.isEmpty()) {
            over = true;
            reports.gone(launch.run());
            return;
          }
          if (doomed) {
            send(Signals.KILL, rest);
          }
          lookAgain();
        });
  }

  @Override
  public void perform(Action action) {
    if (over) {
      return;
    }
    switch (action) {
      case Action.Signal(int signal, Action.Scope scope, boolean cont) ->
          worker.errands.run(() -> signal(signal, scope, cont));
      case Action.Exec(int step, var body) -> command(step, body.command());
      case Action.Call(int step, var body) -> {
        StopCall call =
            new StopCall(
                body.body(),
                launch,
                line -> worker.say(spec, launch, line),
                worker.tasks(),
                message -> reports.stepFailed(launch.run(), step, message));
        synchronized (this) {
          closures.add(call);
        }
        call.begin();
      }
      case Action.Abandon() -> {
        // Of functions only: the kernel gives up no process.
      }
      case Action.AwaitReady(var readiness) -> probes.awaitReady(readiness);
      case Action.Watch(var liveness) -> probes.watch(liveness);
      case Action.EndProbes() -> probes.end();
    }
  }

  private void signal(int signal, Action.Scope scope, boolean cont) {
    if (over) {
      return;
    }
    doomed |= signal == Signals.KILL && scope == Action.Scope.ALL;
    if (scope == Action.Scope.LEADER) {
      toLeader(signal, cont);
      return;
    }
    List<ProcessStat> all;
    try {
      all = Descendants.of(leader, mark, worker::credible);
    } catch (IOException e) {
      worker.warn("unit '" + launch.path() + "': only its process is signalled: " + e.getMessage());
      toLeader(signal, cont);
      return;
    }
    send(signal, all);
    if (cont) {
      send(SIGCONT, all);
    }
  }

  /// By the descriptor it is followed by: there may be no further one.
  private synchronized void toLeader(int signal, boolean cont) {
    if (descriptor < 0) {
      return;
    }
    tell(Processes.signal(descriptor, signal));
    if (cont) {
      Processes.signal(descriptor, SIGCONT);
    }
  }

  private void send(int signal, List<ProcessStat> processes) {
    for (ProcessStat stat : processes) {
      tell(stat.identity().signal(signal));
    }
  }

  private void tell(int answer) {
    if (answer < 0 && answer != -Errno.ESRCH) {
      worker.warn(
          "unit '"
              + launch.path()
              + "': not all of it could be signalled: "
              + Errno.words(-answer)
              + (answer == -Errno.EPERM ? " (it runs as another user)" : ""));
    }
  }

  private void command(int step, Command command) {
    KeeperRun run =
        worker.run(
            KeeperWorker.aided(spec, command),
            launch,
            new StopCommandReports(step, reports, () -> !over),
            Optional.empty());
    synchronized (this) {
      commands.add(run);
    }
    run.begin();
  }

  /// Whatever its stop still does is of no use.
  private void dismiss() {
    List<KeeperRun> running;
    List<StopCall> called;
    synchronized (this) {
      running = List.copyOf(commands);
      called = List.copyOf(closures);
      commands.clear();
      closures.clear();
    }
    called.forEach(StopCall::cancel);
    running.forEach(run -> run.perform(new Action.Signal(Signals.KILL, Action.Scope.ALL, false)));
  }
}
