package dev.supervise.worker.process;

import dev.supervise.posix.Errno;
import dev.supervise.posix.ProcessIdentity;
import dev.supervise.spec.Exit;
import dev.supervise.spec.Logs;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Signals;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.StartFailure.Step;
import dev.supervise.text.DurationText;
import dev.supervise.vital.NoThread;
import dev.supervise.worker.Action;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;
import dev.supervise.worker.StartRefused;
import dev.supervise.worker.Survivors;
import dev.supervise.worker.function.BlockingTasks;
import dev.supervise.worker.keeper.Keeper;
import dev.supervise.worker.keeper.KeeperPackets;
import dev.supervise.worker.keeper.SpawnRequest;
import dev.supervise.worker.keeper.StartFailureText;
import dev.supervise.worker.output.RunOutput;
import dev.supervise.worker.probe.PriorAnswers;
import dev.supervise.worker.probe.Probes;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// One life of one process, from the wish to the last of what it left behind.
///
/// The loop asks, the reactor hears; what both touch is under the run's lock, and nothing is
/// reported while it is held.
final class KeeperRun implements Run, Keeper.Spawn {
  private enum Stage {
    /// Values, files and accounts are looked up.
    PREPARING,
    /// Handed to the keeper's queue.
    QUEUED,
    SENT,
    UP,
    /// The leader has ended, others of the run live.
    ENDED,
    /// The keeper knows of none any more; commands of the stop still run.
    SWEPT,
    OVER
  }

  /// The number the keeper knows this run by.
  final long number;

  private final KeeperWorker worker;
  private final ProcessSpec spec;
  private final Launch launch;
  private final Map<String, String> told;
  private final Reports reports;

  /// Where its output goes, instead of where its logs do: answers a descriptor that is given away,
  /// or a negative error number.
  private final Optional<IntSupplier> outlet;

  private Stage stage = Stage.PREPARING;
  private Runnable cancelPreparation = () -> {};
  private @Nullable SpawnRequest order;
  private byte @Nullable [] packet;
  private @Nullable RunOutput capture;
  private @Nullable RunProbes probes;
  private Optional<ProcessIdentity> leader = Optional.empty();
  private final AuxiliaryRuns attendants;

  /// @param told what it finds in its environment besides what every child does
  KeeperRun(
      long number,
      KeeperWorker worker,
      ProcessSpec spec,
      Launch launch,
      Map<String, String> told,
      Reports reports,
      Optional<IntSupplier> outlet) {
    this.outlet = outlet;
    this.number = number;
    this.worker = worker;
    this.spec = spec;
    this.launch = launch;
    this.told = told;
    this.reports = reports;
    this.attendants = new AuxiliaryRuns(this, worker, launch, reports);
  }

  boolean detached() {
    return spec.presence().detached();
  }

  /// The unit it is of, by its full name.
  String path() {
    return launch.path();
  }

  /// The process that was started; empty until the keeper has said so.
  synchronized Optional<ProcessIdentity> leader() {
    return leader;
  }

  /// The unit it is a run of, as seen by a run of another.
  PriorAnswers.Owner owner(ProcessSpec other, Launch otherLaunch) {
    String path = launch.path();
    boolean sibling =
        !path.equals(otherLaunch.path())
            && spec.name().equals(other.name())
            && home(path).equals(home(otherLaunch.path()));
    return new PriorAnswers.Owner(path, sibling);
  }

  private static String home(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  // --- the beginning

  void begin() {
    if (SpawnRequestBuilder.immediate(spec)
        && !namesLogFile()
        && !PriorAnswers.due(spec.policy().lifecycle())) {
      prepare();
      return;
    }
    Runnable cancel;
    try {
      cancel =
          worker.errands.within(
              BlockingTasks.LIMIT,
              this::prepare,
              () ->
                  refuse(
                      new StartFailure(
                          Step.VALUE,
                          0,
                          "its closure values, envFile, account or probes' files were not there"
                              + " within "
                              + DurationText.exact(BlockingTasks.LIMIT))));
    } catch (NoThread e) {
      refuse(new StartFailure(Step.FORK, Errno.EAGAIN, String.valueOf(e.getMessage())));
      return;
    }
    synchronized (this) {
      if (stage == Stage.PREPARING) {
        cancelPreparation = cancel;
      }
    }
  }

  private boolean namesLogFile() {
    return spec.logs() instanceof Logs.Captured captured && !captured.file().isEmpty();
  }

  private void prepare() {
    SpawnRequest prepared;
    RunOutput out;
    RunProbes asked = null;
    try {
      prepared = worker.order(spec, launch, told);
      if (PriorAnswers.due(spec.policy().lifecycle())) {
        new PriorAnswers(worker.probeThreads(), pid -> worker.owner(pid, spec, launch))
            .refuse(spec.policy().lifecycle());
      }
      worker.runsAs(prepared.uid(), launch.path());
      if (Probes.declared(spec.policy().lifecycle())) {
        asked = RunProbes.of(this, worker, spec, launch, reports, prepared);
        prepared = asked.told(prepared);
      }
      out =
          outlet.isEmpty() && spec.logs() instanceof Logs.Captured logs
              ? worker.captures(logs, launch, prepared)
              : null;
      if (asked != null && out != null) {
        out.watched(asked::stream);
      }
    } catch (StartRefused e) {
      refuse(e.failure());
      return;
    } catch (RuntimeException e) {
      // For one, a path that the JVM's locale cannot express. A start is always answered.
      refuse(new StartFailure(Step.VALUE, 0, "its start cannot be prepared: " + e));
      return;
    }
    int outputs =
        outlet.isPresent()
            ? KeeperPackets.STDOUT
            : switch (spec.logs()) {
              case Logs.Captured logs ->
                  logs.separate()
                      ? KeeperPackets.STDOUT | KeeperPackets.STDERR
                      : KeeperPackets.STDOUT;
              case Logs.Inherit() -> KeeperPackets.STDOUT | KeeperPackets.STDERR;
              case Logs.None() -> 0;
            };
    int detached = spec.presence().detached() ? KeeperPackets.DETACHED : 0;
    byte[] bytes = KeeperPackets.spawn(number, outputs | detached, prepared);
    boolean wanted;
    synchronized (this) {
      wanted = stage == Stage.PREPARING;
      if (wanted) {
        stage = Stage.QUEUED;
        cancelPreparation = () -> {};
        order = prepared;
        packet = bytes;
        capture = out;
        probes = asked;
      }
    }
    if (wanted) {
      worker.keeper.spawn(this);
      return;
    }
    if (out != null) {
      out.abandon();
    }
    if (asked != null) {
      asked.close();
    }
  }

  /// The program never ran.
  private void refuse(StartFailure failure) {
    RunOutput unused;
    synchronized (this) {
      if (stage == Stage.OVER) {
        return;
      }
      unused = over();
    }
    if (unused != null) {
      unused.abandon();
    }
    endProbes();
    worker.forget(this);
    reports.notUp(launch.run(), failure);
  }

  /// Under the lock. Lets go of everything a run that is over has no use for.
  private @Nullable RunOutput over() {
    RunOutput last = capture;
    stage = Stage.OVER;
    order = null;
    packet = null;
    capture = null;
    return last;
  }

  // --- on its way to the keeper

  @Override
  public synchronized boolean sending() {
    if (stage != Stage.QUEUED) {
      return false;
    }
    stage = Stage.SENT;
    return true;
  }

  @Override
  public synchronized int open(int[] descriptors) {
    if (outlet.isPresent()) {
      descriptors[0] = outlet.get().getAsInt();
      return descriptors[0] < 0 ? descriptors[0] : 1;
    }
    return switch (spec.logs()) {
      case Logs.None() -> 0;
      case Logs.Inherit() -> {
        descriptors[0] = 1;
        descriptors[1] = 2;
        yield 2;
      }
      case Logs.Captured _ -> capture == null ? -Errno.ECANCELED : capture.open(descriptors);
    };
  }

  @Override
  public synchronized byte[] packet() {
    if (packet == null) {
      throw new IllegalStateException("run " + number + " is sent twice");
    }
    return packet;
  }

  @Override
  public synchronized void notYet() {
    if (stage == Stage.SENT) {
      stage = Stage.QUEUED;
    }
  }

  @Override
  public synchronized void sent() {
    packet = null;
  }

  @Override
  public void unsent(int errno) {
    refuse(
        errno == Errno.ECONNRESET
            ? new StartFailure(Step.KEEPER, errno, "no keeper can be started at present")
            : new StartFailure(
                Step.FORK, errno, "its output pipe cannot be made: " + Errno.words(errno)));
  }

  // --- what the loop asks

  @Override
  public void perform(Action action) {
    switch (action) {
      case Action.Signal(int signal, Action.Scope scope, boolean cont) ->
          signal(signal, scope, cont);
      case Action.Exec(int step, var body) -> {
        withdraw();
        attendants.exec(step, KeeperWorker.aided(spec, body.command()));
      }
      case Action.Call(int step, var body) -> {
        withdraw();
        attendants.call(step, body.body());
      }
      case Action.AwaitReady(var readiness) -> probes().ifPresent(p -> p.awaitReady(readiness));
      case Action.Watch(var liveness) -> probes().ifPresent(p -> p.watch(liveness));
      case Action.EndProbes() -> probes().ifPresent(Probes::end);
      case Action.Abandon() -> {
        // Of functions only: the kernel gives up no process.
      }
    }
  }

  /// Empty once the run is over.
  private synchronized Optional<Probes> probes() {
    return Optional.ofNullable(probes).map(RunProbes::probes);
  }

  private void endProbes() {
    RunProbes open;
    synchronized (this) {
      open = probes;
      probes = null;
    }
    if (open != null) {
      open.close();
    }
  }

  /// Starts a command of a probe, if the program is up: it counts as a part of the run, and is
  /// killed with it.
  ///
  /// @param told given the command's run before it begins
  /// @return false when the program is not up
  boolean beside(ProcessSpec command, Reports reports, Consumer<KeeperRun> told) {
    return attendants.probe(command, reports, told);
  }

  /// A closure of the unit's says a line.
  void say(String line) {
    worker.say(spec, launch, line);
  }

  /// A command beside this run is over.
  void besideOver(KeeperRun aid) {
    // On the reactor, so that it cannot overtake the report of the run's own end.
    worker.reactor.post(() -> attendantOver(aid));
  }

  void signal(int signal, Action.Scope scope, boolean cont) {
    boolean send;
    synchronized (this) {
      send = stage == Stage.SENT || stage == Stage.UP || stage == Stage.ENDED;
    }
    if (send) {
      worker.keeper.send(KeeperPackets.signal(number, signal, scope, cont));
    } else if (signal == Signals.TERM
        || signal == Signals.KILL
        || signal == Signals.INT
        || signal == Signals.HUP
        || signal == SIGQUIT) {
      withdraw();
    }
  }

  private static final int SIGQUIT = 3;

  /// Ends a start whose program has not been asked for yet.
  private void withdraw() {
    boolean early;
    Runnable cancel;
    synchronized (this) {
      early = stage == Stage.PREPARING || stage == Stage.QUEUED;
      cancel = cancelPreparation;
    }
    if (early) {
      refuse(
          new StartFailure(Step.FORK, Errno.ECANCELED, "stopped before its program was started"));
      cancel.run();
    }
  }

  // --- what the keeper says, on the reactor

  void spawned(int pid, long startTicks) {
    RunProbes asked;
    synchronized (this) {
      stage = Stage.UP;
      // Without its start, where /proc hides it, a pid says nothing.
      leader =
          startTicks == 0
              ? Optional.empty()
              : Optional.of(new ProcessIdentity(pid, startTicks, ProcessIdentity.boot()));
      order = null;
      asked = probes;
    }
    reports.up(launch.run(), pid, startTicks);
    if (asked != null) {
      asked.up(pid);
    }
  }

  void failed(int step, int errno) {
    SpawnRequest refused;
    synchronized (this) {
      refused = order;
    }
    if (refused == null) {
      return;
    }
    Runnable refusal = () -> refuse(StartFailureText.of(step, errno, refused, spec));
    if (StartFailureText.looksIntoFile(step)) {
      worker.errands.runOrHere(refusal);
    } else {
      refusal.run();
    }
  }

  void exited(Exit exit, Survivors remains) {
    // Of a forking unit only the launcher has ended; the daemon is asked as before.
    boolean daemon = spec.presence().forking() && remains.count() > 0;
    if (!daemon) {
      endProbes();
    }
    RunOutput output;
    Survivors all;
    synchronized (this) {
      all = attendants.countedWith(remains);
      output = capture;
      if (all.count() == 0) {
        over();
      } else {
        stage = remains.count() == 0 ? Stage.SWEPT : Stage.ENDED;
      }
    }
    if (all.count() == 0) {
      worker.forget(this);
    }
    Runnable told = () -> reports.ended(launch.run(), exit, all);
    if (output == null) {
      told.run();
    } else if (remains.count() == 0) {
      output.finish(told);
    } else {
      output.drain(told);
    }
    attendants.dismiss();
  }

  void gone() {
    endProbes();
    RunOutput output;
    boolean last;
    synchronized (this) {
      output = capture;
      last = attendants.none();
      stage = Stage.SWEPT;
      if (last) {
        over();
      }
    }
    if (last) {
      worker.forget(this);
    }
    finish(output, last ? () -> reports.gone(launch.run()) : () -> {});
    attendants.dismiss();
  }

  /// Whatever is told of the end is told behind what was told before, and that may wait for output.
  private static void finish(@Nullable RunOutput output, Runnable told) {
    if (output == null) {
      told.run();
    } else {
      output.finish(told);
    }
  }

  /// The keeper could not do what it was asked to.
  ///
  /// @return a sentence for the operator
  String refused(int errno) {
    return "unit '"
        + launch.path()
        + "': not all of it could be signalled: "
        + Errno.words(errno)
        + (errno == Errno.EPERM ? " (it runs as another user)" : "");
  }

  /// The keeper that had this run is no more, and neither is anything it had started but what could
  /// not be ended: then [#gone] follows when that has ended.
  void lost(Survivors left) {
    Stage was;
    RunOutput output;
    boolean over = left.count() == 0;
    synchronized (this) {
      was = stage;
      if (was == Stage.PREPARING || was == Stage.QUEUED || was == Stage.OVER) {
        return;
      }
      if (over || was == Stage.SENT) {
        output = over();
      } else {
        stage = Stage.ENDED;
        output = capture;
      }
    }
    endProbes();
    boolean last = over || was == Stage.SENT;
    if (last) {
      worker.forget(this);
    }
    Runnable told = () -> tellLost(was, left);
    if (output == null) {
      told.run();
    } else if (last) {
      output.finish(told);
    } else {
      output.drain(told);
    }
    attendants.dismiss();
  }

  private void tellLost(Stage was, Survivors left) {
    boolean over = left.count() == 0;
    switch (was) {
      case SENT ->
          reports.notUp(
              launch.run(),
              new StartFailure(
                  Step.KEEPER, 0, "the keeper ended during this start; a new one is there"));
      case UP ->
          reports.ended(
              launch.run(),
              new Exit.Unknown(
                  over
                      ? "the keeper ended, and with it everything it had started"
                      : "the keeper ended"),
              left);
      case ENDED, SWEPT -> {
        if (over) {
          reports.gone(launch.run());
        }
      }
      case PREPARING, QUEUED, OVER -> {}
    }
  }

  // --- what the attendants ask

  private void attendantOver(KeeperRun aid) {
    RunOutput output;
    synchronized (this) {
      attendants.forget(aid);
      if (stage != Stage.SWEPT || !attendants.none()) {
        return;
      }
      output = over();
    }
    worker.forget(this);
    finish(output, () -> reports.gone(launch.run()));
  }

  /// Whether the unit is there to be stopped: of a forking one, the daemon.
  synchronized boolean standing() {
    return stage == Stage.SENT
        || stage == Stage.UP
        || stage == Stage.ENDED && spec.presence().forking();
  }

  /// Whether the unit is there to be asked.
  synchronized boolean answering() {
    return stage == Stage.UP || stage == Stage.ENDED && probes != null;
  }
}
