package dev.supervise.worker.process;

import dev.supervise.spec.Command;
import dev.supervise.spec.Exit;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Signals;
import dev.supervise.spec.StartFailure;
import dev.supervise.worker.Action;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reports;
import dev.supervise.worker.StartRefused;
import dev.supervise.worker.Survivors;
import dev.supervise.worker.environment.EnvBlock;
import dev.supervise.worker.keeper.SpawnRequest;
import dev.supervise.worker.output.OutputTap;
import dev.supervise.worker.probe.NotifySocket;
import dev.supervise.worker.probe.Probes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The probes of one process under a keeper, with what they need of it: its notify socket, and
/// commands run beside it.
final class RunProbes {
  private final KeeperRun run;
  private final KeeperWorker worker;
  private final ProcessSpec spec;
  private final Probes probes;
  private @Nullable NotifySocket socket;

  private RunProbes(
      KeeperRun run,
      KeeperWorker worker,
      ProcessSpec spec,
      Launch launch,
      Reports reports,
      SpawnRequest order) {
    this.run = run;
    this.worker = worker;
    this.spec = spec;
    probes =
        new Probes(
            spec.policy().lifecycle(),
            launch.run(),
            reports,
            new Probes.Surroundings(
                worker.probeThreads(),
                Path.of(new String(order.dir(), StandardCharsets.UTF_8)),
                worker.files.before(launch),
                this::beside,
                run::say));
  }

  /// @throws StartRefused when the system has no notify socket for it
  static RunProbes of(
      KeeperRun run,
      KeeperWorker worker,
      ProcessSpec spec,
      Launch launch,
      Reports reports,
      SpawnRequest order)
      throws StartRefused {
    RunProbes made = new RunProbes(run, worker, spec, launch, reports, order);
    if (made.probes.listens()) {
      try {
        made.socket =
            NotifySocket.open(
                worker.reactor,
                made::member,
                made.probes::heard,
                warning -> worker.warn("unit '" + launch.path() + "': " + warning));
      } catch (IllegalStateException e) {
        made.close();
        throw new StartRefused(
            StartFailure.Step.VALUE, 0, "ready: " + String.valueOf(e.getMessage()));
      }
    }
    return made;
  }

  Probes probes() {
    return probes;
  }

  OutputTap stream() {
    return probes.stream();
  }

  /// The start, with what the program is to be told of its socket.
  SpawnRequest told(SpawnRequest order) {
    NotifySocket listening = socket;
    if (listening == null) {
      return order;
    }
    List<byte[]> entries = new ArrayList<>();
    entries.add(entry("NOTIFY_SOCKET", listening.address()));
    Probes.watchdog(spec.policy().lifecycle())
        .ifPresent(limit -> entries.add(entry("WATCHDOG_USEC", limit.toNanos() / 1000 + "")));
    return order.with(EnvBlock.of(entries));
  }

  private static byte[] entry(String name, String value) {
    return (name + "=" + value).getBytes(StandardCharsets.UTF_8);
  }

  /// On the reactor.
  void up(int pid) {
    if (socket != null) {
      socket.up(pid);
    }
  }

  /// Whether a process that says something is of the run.
  private boolean member(int pid) {
    return run.leader()
        .filter(leader -> Descendants.isOf(pid, leader, worker.mark(run), worker::credible))
        .isPresent();
  }

  void close() {
    probes.close();
    NotifySocket listening = socket;
    if (listening != null) {
      worker.reactor.post(listening::close);
    }
  }

  private Runnable beside(Command command, Reports reports) {
    Beside beside = new Beside(reports);
    if (!run.beside(KeeperWorker.asking(spec, command), beside, beside::is)) {
      reports.notUp(
          run.number, new StartFailure(StartFailure.Step.FORK, 0, "the program is not up"));
    }
    return beside::kill;
  }

  /// What a probe's command reports, on its way to the probe, with the run told when it is over.
  private final class Beside implements Reports {
    private final Reports to;
    private volatile @Nullable KeeperRun aid;

    Beside(Reports to) {
      this.to = to;
    }

    void is(KeeperRun aid) {
      this.aid = aid;
    }

    void kill() {
      KeeperRun known = aid;
      if (known != null) {
        known.perform(new Action.Signal(Signals.KILL, Action.Scope.ALL, false));
      }
    }

    private void over() {
      KeeperRun known = aid;
      if (known != null) {
        run.besideOver(known);
      }
    }

    @Override
    public void up(long run, int pid, long startTicks) {
      to.up(run, pid, startTicks);
    }

    @Override
    public void notUp(long run, StartFailure failure) {
      to.notUp(run, failure);
      over();
    }

    @Override
    public void ended(long run, Exit exit, Survivors remains) {
      to.ended(run, exit, remains);
      if (remains.count() == 0) {
        over();
      }
    }

    @Override
    public void gone(long run) {
      to.gone(run);
      over();
    }

    @Override
    public void stepFailed(long run, int step, String message) {}
  }
}
