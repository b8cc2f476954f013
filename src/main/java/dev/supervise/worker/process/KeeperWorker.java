package dev.supervise.worker.process;

import dev.supervise.posix.Environ;
import dev.supervise.posix.Errno;
import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ProcessStat;
import dev.supervise.posix.Processes;
import dev.supervise.posix.ResourceLimits;
import dev.supervise.posix.SpareDescriptors;
import dev.supervise.spec.Command;
import dev.supervise.spec.Exit;
import dev.supervise.spec.FileNames;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.Hook;
import dev.supervise.spec.HookBody;
import dev.supervise.spec.HookPhase;
import dev.supervise.spec.Logs;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.Tasks;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reactor;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;
import dev.supervise.worker.StartRefused;
import dev.supervise.worker.Survivors;
import dev.supervise.worker.environment.ChildEnvironment;
import dev.supervise.worker.function.BlockingTasks;
import dev.supervise.worker.function.Hooks;
import dev.supervise.worker.function.PriorFiles;
import dev.supervise.worker.keeper.Keeper;
import dev.supervise.worker.keeper.KeeperPackets;
import dev.supervise.worker.keeper.KeeperPackets.Report;
import dev.supervise.worker.keeper.KeeperSource;
import dev.supervise.worker.keeper.SpawnRequest;
import dev.supervise.worker.output.BufferPool;
import dev.supervise.worker.output.Capture;
import dev.supervise.worker.output.FunctionLog;
import dev.supervise.worker.output.LogBook;
import dev.supervise.worker.output.LogFile;
import dev.supervise.worker.output.LogFiles;
import dev.supervise.worker.output.LogStream;
import dev.supervise.worker.output.LogWriters;
import dev.supervise.worker.output.OpenOutputs;
import dev.supervise.worker.output.RunOutput;
import dev.supervise.worker.output.Speakers;
import dev.supervise.worker.probe.PriorAnswers;
import dev.supervise.worker.probe.ProbeThreads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// The process worker with a keeper: a small program that is the parent of all units, reports their
/// ends, and kills everything when this process is gone. One thread here waits for the keeper and
/// the children's output, two write logs; there are no more of them with more children.
final class KeeperWorker implements ProcessWorker {
  static final Mode MODE = new Mode("keeper", List.of());

  private static final int PIECES = 1024;
  private static final Duration LEDGER_PAUSE = Duration.ofSeconds(1);
  private static final int STRANGERS_MILLIS = 60_000;

  /// As PID 1 all orphans of the system, or of the container, come to us.
  private static final int STRANGERS_OF_INIT_MILLIS = 1_000;

  private static final long GREETING_SECONDS = 5;
  private static final Duration KEEPER_PAUSE = Duration.ofSeconds(1);

  /// How often it is looked whether somebody has stopped the keeper.
  private static final Duration LOOK_FOR_STOPS = Duration.ofSeconds(5);

  /// What children have written before their end is waited for, as long as it gets on.
  private static final long CLOSE_OUTPUT_NANOS = 10_000_000_000L;

  /// Runs of one unit that have ended and still wait for their log, where none of it may be
  /// dropped.
  private static final int WAITING_RUNS = 8;

  final BlockingTasks errands = new BlockingTasks();
  final PriorFiles files = new PriorFiles();
  final Keeper keeper;
  final LogFiles logs;
  private final Hooks hooks;
  final Reactor reactor;
  final IdentityFile ledger;

  private final ProcessWorkerSettings settings;
  private final SpawnRequestBuilder preparation;
  private final Descendants kin;
  private final LogWriters writers;
  private final Capture.Surroundings outputs;
  private final OpenOutputs openOutputs = new OpenOutputs();
  private final ClosureLines lines;
  private final ConcurrentHashMap<Long, KeeperRun> runs = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private volatile boolean leaving;

  /// The processes that are units' own at present, where they had to be found.
  private final Set<ProcessIdentity> followed = ConcurrentHashMap.newKeySet();

  private final Set<Long> adopted = ConcurrentHashMap.newKeySet();
  private final KeeperRecovery recovery;
  private final UnitUsers users;

  private final ConcurrentHashMap<Long, Consumer<Survivors>> asked = new ConcurrentHashMap<>();
  private final KeeperStops stops = new KeeperStops();
  private @Nullable ProbeThreads probeThreads;

  /// What [#end] has answered.
  private @Nullable List<String> left;

  private KeeperWorker(KeeperSource source, ProcessWorkerSettings settings) {
    this.settings = settings;
    preparation =
        new SpawnRequestBuilder(
            new ChildEnvironment(Environ.entries(), settings.told()),
            ResourceLimits.FILES_AT_START);
    kin = new Descendants(settings.nanoClock());
    logs = new LogFiles(settings.logDir(), settings.warnings(), settings.nanoClock());
    writers = new LogWriters("supervise-log", settings.warnings(), settings.nanoClock());
    hooks = new Hooks(errands, settings.warnings(), settings.tasks());
    reactor =
        new Reactor(
            settings.nanoClock(),
            Processes.self() == 1 ? STRANGERS_OF_INIT_MILLIS : STRANGERS_MILLIS,
            this::reapStrangers);
    lines = new ClosureLines(settings, logs, writers);
    outputs =
        new Capture.Surroundings(
            reactor,
            new BufferPool(PIECES),
            writers,
            settings.nanoClock(),
            new ConcurrentHashMap<>());
    keeper = new Keeper(source, reactor, settings.nanoClock(), new FromKeeper(), settings.lock());
    ledger =
        settings
            .stateDir()
            .map(dir ->
                IdentityFile.open(
                    dir,
                    settings.copies(),
                    settings.warnings(),
                    again -> errands.later(LEDGER_PAUSE, again)))
            .orElseGet(IdentityFile::none);
    recovery = new KeeperRecovery(kin, ledger, errands, settings.warnings(), reactor::post);
    users = new UnitUsers(ledger, errands, keeper::pids);
  }

  /// Starts the keeper and the threads.
  ///
  /// @throws IllegalStateException when no keeper can run here, saying why
  static KeeperWorker open(KeeperSource source, ProcessWorkerSettings settings) {
    Processes.becomeSubreaper();
    KeeperWorker worker = new KeeperWorker(source, settings);
    worker.errands.begin();
    worker.writers.begin();
    worker.recovery.ofEarlier();
    worker.reactor.begin();
    try {
      Keeper.Link link = worker.keeper.open().orElseThrow();
      // One pipe a child: the soft limit we were started with is for programs that use select().
      ResourceLimits.raise(ResourceLimits.NOFILE);
      SpareDescriptors.keep();
      if (!link.greeted.await(GREETING_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the keeper does not answer");
      }
      // Before anything is spawned: whatever happens from now on, its mark is known.
      worker.ledger.begin(
          link.processes,
          link.mark,
          worker.recovery.leftovers().onRecord(),
          worker.recovery.marksNeeded());
      worker.errands.later(LOOK_FOR_STOPS, worker::lookForStops);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      worker.close();
      throw new IllegalStateException("interrupted while the keeper started", e);
    } catch (IllegalStateException e) {
      worker.close();
      throw e;
    }
    return worker;
  }

  @Override
  public Mode mode() {
    return MODE;
  }

  Tasks tasks() {
    return settings.tasks();
  }

  @Override
  public Map<Long, String> marks() {
    Map<Long, String> marks = new HashMap<>();
    for (IdentityFile.Kept kept : ledger.kept()) {
      marks.put(kept.mark(), kept.path());
    }
    for (KeeperRun run : runs.values()) {
      marks.put(mark(run), run.path());
    }
    marks.remove(0L);
    return marks;
  }

  @Override
  public Set<Integer> users() {
    return users.all();
  }

  @Override
  public List<Integer> helpers() {
    return keeper.pids();
  }

  @Override
  public Map<String, Integer> leftRunning() {
    Map<String, Integer> left = new LinkedHashMap<>();
    for (IdentityFile.Kept kept : ledger.kept()) {
      if (kept.identity().alive()) {
        left.put(kept.path(), kept.identity().pid());
      }
    }
    return left;
  }

  @Override
  public PriorFiles files() {
    return files;
  }

  @Override
  public LogBook logBook() {
    return logs.book();
  }

  @Override
  public FunctionLog functionLog() {
    return settings.functionLog(logs);
  }

  @Override
  public void ports(Map<String, Integer> ports) {
    preparation.ports(ports);
  }

  /// The pid of the keeper's guard, or of a keeper without one; 0 while there is none.
  int keeperPid() {
    return keeper.pids().stream().findFirst().orElse(0);
  }

  @Override
  public void renew(int lock) {
    keeper.hold(lock);
    ledger.rewrite();
  }

  @Override
  public Set<String> kept() {
    return ledger.inUse() ? Set.of(IdentityFile.NAME) : Set.of();
  }

  @Override
  public void leave() {
    leaving = true;
  }

  @Override
  public StrayChildren.Found endStrays(BooleanSupplier hurried) {
    return new StrayChildren(this::known, settings.nanoClock()).end(hurried);
  }

  /// Whether a child of ours is accounted for: a keeper, what it left to us, or what is detached.
  private boolean known(ProcessStat child) {
    return keeper.unreaped().contains(child.pid())
        || recovery.leftovers().living().stream().anyMatch(it -> child.is(it.identity()))
        || ledger.kept().stream().anyMatch(it -> child.is(it.identity()));
  }

  @Override
  public Run start(ProcessSpec spec, Launch launch, Reports reports) {
    if (!spec.presence().usual()) {
      TrackedRun tracked = new TrackedRun(this, spec, launch, reports);
      tracked.begin();
      return tracked;
    }
    KeeperRun run = run(spec, launch, reports, Optional.empty());
    run.begin();
    return run;
  }

  @Override
  public HookRun hook(
      ProcessSpec spec, Hook hook, Launch launch, Map<String, String> extra, HookReports reports) {
    if (livesOn(spec, hook.phase(), launch)) {
      reports.done();
      return () -> {};
    }
    return files.noted(
        errands,
        spec.policy().lifecycle(),
        () -> Path.of(SpawnRequestBuilder.directory(spec)),
        hook,
        launch,
        reports,
        () -> begin(spec, hook, launch, extra, reports));
  }

  private HookRun begin(
      ProcessSpec spec, Hook hook, Launch launch, Map<String, String> extra, HookReports reports) {
    return switch (hook.body()) {
      case HookBody.Program(Command command) -> {
        HookProgram program = new HookProgram(Hooks.what(hook, launch), hooks, reports);
        KeeperRun run =
            run(Hooks.child(spec, hook, command), launch, Hooks.told(hook, extra), program);
        program.begin(hook.timeout(), run, run::begin);
        yield program;
      }
      case HookBody.Closure(FunctionBody body) ->
          hooks.call(body, hook, launch, extra, line -> say(spec, launch, line), reports);
    };
  }

  /// Whether a hook belongs to a beginning that was under an earlier supervisor, or to an end that
  /// does not come: a run that is adopted had its `preStart` and `postStart`, and one that is left
  /// running is not stopped.
  private boolean livesOn(ProcessSpec spec, HookPhase phase, Launch launch) {
    return spec.presence().detached()
        && switch (phase) {
          case PRE_START ->
              ledger.kept(launch.path()).filter(it -> it.identity().alive()).isPresent();
          case POST_START -> adopted.contains(launch.run());
          case PRE_STOP, POST_STOP ->
              leaving && ledger.kept(launch.path()).filter(it -> it.identity().alive()).isPresent();
        };
  }

  @Override
  public HookRun hookOf(
      UnitSpec unit,
      Hook hook,
      Launch launch,
      Map<String, String> extra,
      Consumer<String> log,
      HookReports reports) {
    return files.noted(
        errands,
        unit.policy().lifecycle(),
        () -> Path.of("/"),
        hook,
        launch,
        reports,
        () ->
            switch (hook.body()) {
              case HookBody.Program(Command command) ->
                  begin(Hooks.standIn(unit, command), hook, launch, extra, reports);
              case HookBody.Closure(FunctionBody body) ->
                  hooks.call(body, hook, launch, extra, Hooks.kept(log, launch), reports);
            });
  }

  @Override
  public synchronized List<String> end() {
    if (left == null) {
      hooks.close();
      keeper.close();
      recovery.atEnd(keeper.unsettled(), runs);
      ledger.close(recovery.leftovers().onRecord(), recovery.marksNeeded());
      left = recovery.phrases();
    }
    return left;
  }

  @Override
  public void close() {
    List<String> _ = end();
    errands.close();
    probeThreads().close();
    reactor.post(() -> runs.values().forEach(run -> run.lost(Survivors.NONE)));
    openOutputs.await(CLOSE_OUTPUT_NANOS, settings.nanoClock(), writers::mayWrite);
    reactor.close();
    writers.close();
  }

  // --- for its runs

  KeeperRun run(ProcessSpec spec, Launch launch, Reports reports) {
    return run(spec, launch, Map.of(), reports, Optional.empty());
  }

  /// @param told what it finds in its environment besides what every child does
  KeeperRun run(ProcessSpec spec, Launch launch, Map<String, String> told, Reports reports) {
    return run(spec, launch, told, reports, Optional.empty());
  }

  /// @param outlet where its output goes instead of its logs
  KeeperRun run(ProcessSpec spec, Launch launch, Reports reports, Optional<IntSupplier> outlet) {
    return run(spec, launch, Map.of(), reports, outlet);
  }

  private KeeperRun run(
      ProcessSpec spec,
      Launch launch,
      Map<String, String> told,
      Reports reports,
      Optional<IntSupplier> outlet) {
    KeeperRun run =
        new KeeperRun(numbers.incrementAndGet(), this, spec, launch, told, reports, outlet);
    runs.put(run.number, run);
    return run;
  }

  boolean leaving() {
    return leaving;
  }

  long now() {
    return settings.nanoClock().getAsLong();
  }

  /// What the processes of a run carry; 0: nothing.
  long mark(KeeperRun run) {
    return keeper.mark().of(run.number, run.detached());
  }

  /// What is to outlive us is known before it is: whenever we are killed, the next one finds it.
  void starting(KeeperRun run, Launch launch) {
    ledger.starting(launch.path(), mark(run), launch.resumeId());
  }

  /// A program is about to be started.
  ///
  /// @param user as in [SpawnRequest]
  void runsAs(int user, String path) {
    users.starts(user, path);
  }

  /// Whether a process that carries a mark of ours can be ours.
  boolean credible(ProcessStat stat) {
    return users.credible(stat);
  }

  void follow(ProcessIdentity identity) {
    followed.add(identity);
  }

  void unfollow(ProcessIdentity identity) {
    followed.remove(identity);
  }

  /// The run's process was found living, of an earlier supervisor.
  void adopted(Launch launch) {
    adopted.add(launch.run());
  }

  void forgetAdopted(Launch launch) {
    adopted.remove(launch.run());
  }

  /// Whether it is some unit's process already.
  boolean followed(ProcessIdentity identity) {
    return followed.contains(identity);
  }

  /// Asks what of a run lives, its leader not counted; `answer` is called on the reactor.
  void members(KeeperRun run, Consumer<Survivors> answer) {
    if (!runs.containsKey(run.number)) {
      answer.accept(Survivors.NONE);
      return;
    }
    asked.put(run.number, answer);
    keeper.send(KeeperPackets.members(run.number));
  }

  void forget(KeeperRun run) {
    runs.remove(run.number);
  }

  /// The unit that a process belongs to.
  ///
  /// @param spec of the unit that asks, which may be another copy of it
  Optional<PriorAnswers.Owner> owner(int pid, ProcessSpec spec, Launch launch) {
    Origins<KeeperRun> origins =
        new Origins<>(
            ProcessStat::of,
            stat -> ResourceLimits.softLocks(stat.pid()),
            soft -> {
              OptionalLong run = keeper.mark().run(soft);
              return run.isEmpty()
                  ? Optional.empty()
                  : Optional.ofNullable(runs.get(run.getAsLong()));
            },
            this::credible);
    runs.values()
        .forEach(run ->
            run.leader()
                .ifPresent(leader -> origins.leader(leader.pid(), leader.startTicks(), run)));
    return ProcessStat.of(pid).flatMap(origins::of).map(run -> run.owner(spec, launch));
  }

  SpawnRequest order(ProcessSpec spec, Launch launch, Map<String, String> told)
      throws StartRefused {
    if (SpawnRequestBuilder.immediate(spec)) {
      return preparation.order(spec, launch, told);
    }
    Speakers.begin(line -> say(spec, launch, line));
    try {
      return preparation.order(spec, launch, told);
    } finally {
      Speakers.end();
    }
  }

  /// Threads of the probes; made when the first unit has one.
  synchronized ProbeThreads probeThreads() {
    ProbeThreads threads = probeThreads;
    if (threads == null) {
      threads = new ProbeThreads();
      probeThreads = threads;
    }
    return threads;
  }

  void warn(String text) {
    settings.warnings().accept(text);
  }

  /// A probe's command, likewise; its output is nobody's.
  static ProcessSpec asking(ProcessSpec spec, Command command) {
    ProcessSpec aided = aided(spec, command);
    return new ProcessSpec(
        aided.name(),
        aided.origin(),
        aided.policy(),
        aided.command(),
        aided.dir(),
        aided.base(),
        aided.env(),
        aided.cleanEnv(),
        aided.identity(),
        aided.limits(),
        new Logs.None(),
        aided.instances());
  }

  /// A stop's command, in the unit's directory, environment and identity.
  static ProcessSpec aided(ProcessSpec spec, Command command) {
    return new ProcessSpec(
        spec.name(),
        spec.origin(),
        UnitPolicy.DEFAULT,
        command,
        spec.dir(),
        spec.base(),
        spec.env(),
        spec.cleanEnv(),
        spec.identity(),
        spec.limits(),
        spec.logs(),
        spec.instances());
  }

  /// The way of a run's output to its files. A file the script names is opened, the others at their
  /// first byte.
  RunOutput captures(Logs.Captured captured, Launch launch, SpawnRequest order)
      throws StartRefused {
    String dir = new String(order.dir(), StandardCharsets.UTF_8);
    Path path = logs.path(captured, launch.path(), launch.instance(), dir);
    if (!captured.separate()) {
      return new RunOutput(List.of(capture(path, "", 0, launch, captured)));
    }
    Capture out = capture(path, "stdout", 0, launch, captured);
    try {
      return new RunOutput(
          List.of(out, capture(FileNames.errors(path), "stderr", 1, launch, captured)));
    } catch (StartRefused e) {
      out.abandon();
      throw e;
    }
  }

  private Capture capture(
      Path path, String stream, int source, Launch launch, Logs.Captured captured)
      throws StartRefused {
    LogFile file = logs.acquire(path, captured);
    try {
      if (!captured.file().isEmpty()) {
        file.open();
      }
      if (captured.block() && stuck(file) && logs.runs(path) > WAITING_RUNS) {
        throw new IOException(
            "it takes nothing, and " + WAITING_RUNS + " earlier runs wait for it (logs block)");
      }
    } catch (IOException e) {
      logs.release(path);
      throw new StartRefused(
          StartFailure.Step.LOG,
          0,
          "log file '" + path + "' cannot be opened: " + LogFile.reason(e));
    }
    openOutputs.begin();
    return new Capture(
        outputs,
        LogStream.of(
            file,
            captured,
            launch.path(),
            stream,
            settings.secrets(),
            settings.output(),
            settings.wallClock()),
        captured.block(),
        source,
        launch.tail(),
        () -> {
          logs.release(path);
          openOutputs.over();
        });
  }

  private boolean stuck(LogFile file) {
    return file.stuck(now()) >= LogFile.PATIENCE.toNanos();
  }

  /// A closure of the unit's says a line.
  void say(ProcessSpec spec, Launch launch, String line) {
    lines.say(spec, launch, line);
  }

  String masked(String message) {
    return settings.secrets().mask(message);
  }

  private void reapStrangers() {
    kin.reapStrangers(keeper.unreaped());
  }

  private void lookForStops() {
    stops.look(keeper.processes()).forEach(settings.warnings());
    errands.later(LOOK_FOR_STOPS, this::lookForStops);
  }

  // --- what the keeper says

  private final class FromKeeper implements Keeper.Listener {
    @Override
    public void report(Report report) {
      if (answered(report)) {
        return;
      }
      KeeperRun run = runs.get(report.run());
      if (run == null) {
        return;
      }
      switch (report) {
        case Report.Spawned(long _, int pid, long startTicks) -> run.spawned(pid, startTicks);
        case Report.Failed(long _, int step, int errno) -> run.failed(step, errno);
        case Report.Exited(long _, int how, int status, Survivors remains) ->
            run.exited(
                how == 0 ? new Exit.Code(status) : new Exit.Signalled(status, how == 2), remains);
        case Report.Gone _ -> run.gone();
        case Report.Refused(long _, int _, int errno) -> {
          if (errno != Errno.ESRCH) {
            settings.warnings().accept(run.refused(errno));
          }
        }
        case Report.Members _, Report.Hello _ -> {
          // Taken before.
        }
      }
    }

    private boolean answered(Report report) {
      Survivors remains =
          switch (report) {
            case Report.Members(long _, Survivors living) -> living;
            case Report.Refused(long _, int request, int _) when request == KeeperPackets.MEMBERS ->
                Survivors.NONE;
            case Report.Refused _, Report.Hello _, Report.Spawned _, Report.Failed _ -> null;
            case Report.Exited _, Report.Gone _ -> null;
          };
      if (remains == null) {
        return false;
      }
      Consumer<Survivors> asker = asked.remove(report.run());
      if (asker != null) {
        asker.accept(remains);
      }
      return true;
    }

    @Override
    public void lost(Keeper.Link link, String why) {
      settings.warnings().accept("the keeper (pid " + link.pid + ") is gone: " + why);
      errands.runOrHere(() -> recover(link));
    }
  }

  private void recover(Keeper.Link link) {
    Map<KeeperRun, Survivors> left = recovery.of(link, runs);
    reactor.post(() -> {
      settings.keeperLost().run();
      for (KeeperRun run : runs.values()) {
        if (left.containsKey(run) || !recovery.lingers(run)) {
          run.lost(left.getOrDefault(run, Survivors.NONE));
        }
      }
      asked.values().forEach(asker -> asker.accept(Survivors.NONE));
      asked.clear();
      reopen(link.greeted.getCount() == 0);
    });
  }

  private void record(Keeper.Link link) {
    try {
      if (link.greeted.await(GREETING_SECONDS, TimeUnit.SECONDS)) {
        ledger.keeper(link.processes, link.mark);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// @param worked whether the keeper before was one that could run at all
  private void reopen(boolean worked) {
    if (worked) {
      try {
        keeper.open().ifPresent(link -> errands.run(() -> record(link)));
        return;
      } catch (RejectedExecutionException closed) {
        // Between the two steps: it was told to end, like all there is.
        return;
      } catch (IllegalStateException e) {
        settings
            .warnings()
            .accept(e.getMessage() + "; starts fail until one can be, the next try is in 1 s");
      }
    }
    keeper.giveUp();
    errands.later(KEEPER_PAUSE, () -> reactor.post(() -> reopen(true)));
  }
}
