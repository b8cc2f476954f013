package dev.supervise.worker.process;

import dev.supervise.posix.Epoll;
import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.posix.PrivateDirectory;
import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.ResourceLimits;
import dev.supervise.spec.Exit;
import dev.supervise.spec.FileNames;
import dev.supervise.spec.Logs;
import dev.supervise.spec.Presence;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Signals;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.StartFailure.Step;
import dev.supervise.text.DurationText;
import dev.supervise.vital.NoThread;
import dev.supervise.worker.Action;
import dev.supervise.worker.Launch;
import dev.supervise.worker.OutputTail;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;
import dev.supervise.worker.StartRefused;
import dev.supervise.worker.Survivors;
import dev.supervise.worker.function.BlockingTasks;
import dev.supervise.worker.function.SerialTasks;
import dev.supervise.worker.keeper.KeeperMark;
import dev.supervise.worker.output.LogFile;
import dev.supervise.worker.output.LogPath;
import dev.supervise.worker.output.LogReader;
import dev.supervise.worker.output.NativeLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntSupplier;

/// A run of a unit with a [Presence] of its own: it writes the pid file, finds the daemon of a
/// forking unit when its launcher has ended, adopts what outlived an earlier supervisor, and keeps
/// the ledger of what is to outlive this one.
///
/// It stands between the loop and the run that does the work, and passes on what it need not know.
/// Everything that takes its time is done as [SerialTasks], one after another; only signals
/// overtake.
final class TrackedRun implements Run, Reports {
  /// How long a launcher may run.
  static final Duration LAUNCH_LIMIT = Duration.ofSeconds(60);

  /// How long a daemon is looked for when its launcher has ended.
  static final Duration DETECT_LIMIT = Duration.ofSeconds(10);

  /// And when nothing of the run is left in which it could be.
  private static final Duration DETECT_LIMIT_EMPTY = Duration.ofSeconds(1);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final int SIGCONT = 18;

  private enum Stage {
    BEGINNING,
    LAUNCHING,
    DETECTING,
    UP,
    /// The unit's process has ended, or will not do; what is left is being ended.
    ENDED,
    OVER
  }

  private final KeeperWorker worker;
  private final ProcessSpec spec;
  private final Launch launch;
  private final Reports reports;
  private final Presence presence;
  private final SerialTasks steps;

  // Under the lock.
  private Stage stage = Stage.BEGINNING;
  private Optional<Run> inner = Optional.empty();
  private Optional<ProcessIdentity> main = Optional.empty();
  private Optional<Detection> detection = Optional.empty();
  private boolean stopping;

  // Of the steps alone.
  private Path directory = Path.of("/");
  private Optional<Path> pidFile = Optional.empty();
  private Optional<StartFailure> failing = Optional.empty();
  private Optional<KeeperRun> spawned = Optional.empty();
  private Optional<Exit> launcherExit = Optional.empty();
  private boolean emptied;
  private boolean adopted;
  private boolean stranger;
  private long detectUntil;
  private int log = -1;

  /// Where a detached program writes its output itself, and how much of it was there before.
  private Optional<Path> written = Optional.empty();

  private long before;

  // Of the reactor alone.
  private int descriptor = -1;
  private long tag;

  TrackedRun(KeeperWorker worker, ProcessSpec spec, Launch launch, Reports reports) {
    this.worker = worker;
    this.spec = spec;
    this.reports = reports;
    this.presence = spec.presence();
    this.steps = new SerialTasks(worker.errands);
    this.launch =
        worker.ledger.resumeId(launch.path()).map(id -> resumed(launch, id)).orElse(launch);
  }

  private static Launch resumed(Launch launch, String resumeId) {
    return new Launch(
        launch.run(),
        launch.path(),
        resumeId,
        launch.prevExit(),
        launch.attempt(),
        launch.instance(),
        launch.memory(),
        launch.tail());
  }

  // --- the beginning

  void begin() {
    try {
      prepare();
    } catch (NoThread e) {
      refuse(new StartFailure(Step.FORK, Errno.EAGAIN, String.valueOf(e.getMessage())));
    }
  }

  private void prepare() {
    worker.errands.within(
        BlockingTasks.LIMIT,
        () -> {
          try {
            Path dir = Path.of(SpawnRequestBuilder.directory(spec));
            steps.add(() -> prepared(dir));
          } catch (StartRefused e) {
            refuse(e.failure());
          } catch (RuntimeException e) {
            refuse(new StartFailure(Step.VALUE, 0, "its start cannot be prepared: " + e));
          }
        },
        () -> refuse(new StartFailure(Step.VALUE, 0, "dir: its value was not there within 5 s")));
  }

  private void prepared(Path dir) {
    directory = dir;
    pidFile =
        presence
            .pidFile()
            .map(file -> FileNames.ofInstance(dir.resolve(file).normalize(), launch.instance()));
    if (presence.detached() && adopted()) {
      return;
    }
    spawn();
  }

  /// Ends a start of which nothing was spawned yet.
  private void refuse(StartFailure failure) {
    synchronized (this) {
      if (stage != Stage.BEGINNING) {
        return;
      }
      stage = Stage.OVER;
    }
    reports.notUp(launch.run(), failure);
  }

  private void spawn() {
    Optional<IntSupplier> outlet = Optional.empty();
    if (presence.detached() && spec.logs() instanceof Logs.Captured captured) {
      // Nobody is there to read a pipe when supervise has gone: it writes its file itself.
      log = openLog(captured);
      if (log < 0) {
        refuse(
            new StartFailure(
                Step.LOG, -log, "its log file cannot be opened: " + Errno.words(-log)));
        return;
      }
      int file = log;
      outlet = Optional.of(() -> Fd.duplicate(file));
    }
    KeeperRun run = worker.run(spec, launch, this, outlet);
    synchronized (this) {
      if (stage != Stage.BEGINNING) {
        worker.forget(run);
        closeLog();
        return;
      }
      stage = Stage.LAUNCHING;
      inner = Optional.of(run);
    }
    spawned = Optional.of(run);
    if (presence.detached() && !presence.forking()) {
      worker.starting(run, launch);
    }
    run.begin();
  }

  private int openLog(Logs.Captured captured) {
    Path path = worker.logs.path(captured, launch.path(), launch.instance(), directory.toString());
    written = Optional.of(path);
    Optional<Path> home = worker.logs.book().home(path);
    return home.isPresent() ? openOwn(path, home.get()) : openNamed(path);
  }

  private int openOwn(Path path, Path home) {
    try {
      return open(
          PrivateDirectory.create(home).holding(path).file(String.valueOf(path.getFileName())));
    } catch (IOException e) {
      worker.warn("unit '" + launch.path() + "': " + LogFile.reason(e));
      return -Errno.EPERM;
    }
  }

  private int openNamed(Path path) {
    try {
      Files.createDirectories(
          Objects.requireNonNull(path.getParent()),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      // Opening it says why.
    }
    return open(path);
  }

  private int open(Path path) {
    int fd = NativeLog.descriptor(path);
    if (fd >= 0) {
      if (LogPath.settled(path).isPresent()) {
        Fd.blocking(fd);
      }
      before = length(path);
    }
    return fd;
  }

  private static long length(Path path) {
    try {
      return Files.size(path);
    } catch (IOException gone) {
      return 0;
    }
  }

  /// Nobody but the file has heard what a detached program said.
  private void hearLast() {
    written.ifPresent(path -> {
      try {
        launch.tail().add(0, LogReader.end(path, before, OutputTail.BYTES));
      } catch (IOException gone) {
        // Then it has no last lines.
        return;
      }
    });
  }

  private void closeLog() {
    if (log >= 0) {
      Fd.close(log);
      log = -1;
    }
  }

  // --- adoption

  private boolean adopted() {
    Optional<IdentityFile.Kept> kept = worker.ledger.kept(launch.path());
    if (kept.isPresent() && adopt(kept.get().identity(), kept.get().mark(), kept.get().source())) {
      return true;
    }
    if (pidFile.isPresent() && PidFile.read(pidFile.get()) instanceof PidFile.Content.Named named) {
      Optional<ProcessIdentity> trusted = PidFile.trusted(named);
      if (trusted.isPresent()
          && !worker.followed(trusted.get())
          && adopt(trusted.get(), mark(trusted.get()), "pidfile:" + presence.pidFile().get())) {
        return true;
      }
    }
    Detection look = new Detection(worker, spec, launch, directory, 0, Optional.empty());
    synchronized (this) {
      detection = Optional.of(look);
    }
    return look.look() instanceof Detection.Finding.Found(ProcessIdentity it, String source)
        && adopt(it, mark(it), source);
  }

  private static long mark(ProcessIdentity identity) {
    long soft = ResourceLimits.softLocks(identity.pid()).orElse(0);
    return KeeperMark.mayBe(soft) ? soft : 0;
  }

  private boolean adopt(ProcessIdentity identity, long mark, String source) {
    AdoptedRun run = new AdoptedRun(worker, spec, launch, directory, identity, mark, this);
    synchronized (this) {
      if (stage != Stage.BEGINNING) {
        return true;
      }
      if (!run.begin()) {
        return false;
      }
      inner = Optional.of(run);
    }
    adopted = true;
    worker.adopted(launch);
    established(identity, mark, source, true);
    return true;
  }

  // --- the unit's process is known

  private void established(ProcessIdentity identity, long mark, String source, boolean found) {
    synchronized (this) {
      main = Optional.of(identity);
      stage = Stage.UP;
    }
    worker.follow(identity);
    if (pidFile.isPresent()) {
      try {
        PidFile.write(pidFile.get(), identity, UnitJson.of(spec, launch.path(), worker::masked));
      } catch (IOException e) {
        fail(
            new StartFailure(
                Step.PID_FILE, 0, "pid file '" + pidFile.get() + "' cannot be written: " + e));
        return;
      }
    }
    if (presence.detached()) {
      if (adopted && spec.logs() instanceof Logs.Captured captured) {
        Path path =
            worker.logs.path(captured, launch.path(), launch.instance(), directory.toString());
        written = Optional.of(path);
        before = length(path);
      }
      worker.ledger.keep(
          new IdentityFile.Kept(launch.path(), identity, mark, launch.resumeId(), source));
    }
    if (found) {
      Duration age = Duration.ofNanos(identity.ageNanos());
      reports.found(
          launch.run(),
          identity.pid(),
          identity.startTicks(),
          age,
          adopted ? "adopted, " + source : source);
    } else {
      reports.up(launch.run(), identity.pid(), identity.startTicks());
    }
  }

  /// The start has failed although something was started: that goes first.
  private void fail(StartFailure failure) {
    failing = Optional.of(failure);
    Optional<Run> run;
    synchronized (this) {
      stage = Stage.ENDED;
      run = inner;
    }
    if (stranger) {
      main.ifPresent(it -> it.signal(Signals.KILL));
    }
    if (emptied) {
      failed();
    } else {
      run.ifPresent(it -> it.perform(new Action.Signal(Signals.KILL, Action.Scope.ALL, false)));
    }
  }

  private void failed() {
    end();
    reports.notUp(launch.run(), failing.orElseThrow());
  }

  /// Nothing of the run lives any more, or it lives on without us.
  private void end() {
    synchronized (this) {
      stage = Stage.OVER;
    }
    closeLog();
    if (main.isPresent()) {
      forget(main.get());
    } else if (presence.detached()) {
      worker.ledger.ended(launch.path());
    }
  }

  private void forget(ProcessIdentity identity) {
    worker.unfollow(identity);
    worker.forgetAdopted(launch);
    if (identity.alive()) {
      // The keeper that would have seen its end is lost: the next start adopts it.
      return;
    }
    if (presence.detached()) {
      worker.ledger.ended(launch.path());
    }
    pidFile.ifPresent(file -> {
      try {
        PidFile.remove(file, identity);
      } catch (IOException e) {
        worker.warn("unit '" + launch.path() + "': " + file + " cannot be removed: " + e);
      }
    });
  }

  // --- what the run that does the work reports

  @Override
  public void up(long run, int pid, long startTicks) {
    steps.add(() -> launched(new ProcessIdentity(pid, startTicks, ProcessIdentity.boot())));
  }

  @Override
  public void notUp(long run, StartFailure failure) {
    steps.add(() -> {
      end();
      reports.notUp(run, failure);
    });
  }

  @Override
  public void ended(long run, Exit exit, Survivors remains) {
    steps.add(() -> processEnded(exit, remains));
  }

  @Override
  public void gone(long run) {
    steps.add(this::emptied);
  }

  @Override
  public void ready(long run) {
    reports.ready(run);
  }

  @Override
  public void notReady(long run, String why) {
    reports.notReady(run, why);
  }

  @Override
  public void unhealthy(long run, String why) {
    reports.unhealthy(run, why);
  }

  @Override
  public void says(long run, String status) {
    reports.says(run, status);
  }

  @Override
  public void stepFailed(long run, int step, String message) {
    reports.stepFailed(run, step, message);
  }

  private void launched(ProcessIdentity leader) {
    closeLog();
    long mark = worker.mark(spawned.orElseThrow());
    if (!presence.forking()) {
      established(leader, mark, "exec:pid", false);
      return;
    }
    Detection look = new Detection(worker, spec, launch, directory, mark, Optional.of(leader));
    synchronized (this) {
      detection = Optional.of(look);
    }
    worker.errands.later(LAUNCH_LIMIT, () -> steps.add(this::launcherHangs));
  }

  private void launcherHangs() {
    synchronized (this) {
      if (stage != Stage.LAUNCHING) {
        return;
      }
    }
    fail(
        new StartFailure(
            Step.DETECT,
            0,
            "its command still runs after "
                + DurationText.exact(LAUNCH_LIMIT)
                + "; a forking() one has to end when its daemon is there"));
  }

  private void processEnded(Exit exit, Survivors remains) {
    Stage now;
    synchronized (this) {
      now = stage;
    }
    emptied = remains.count() == 0;
    if (now == Stage.UP) {
      hearLast();
    }
    switch (now) {
      case LAUNCHING -> {
        launcherExit = Optional.of(exit);
        synchronized (this) {
          stage = Stage.DETECTING;
        }
        detectUntil = worker.now() + limit().toNanos();
        detect();
      }
      case UP -> {
        if (emptied) {
          end();
        } else {
          synchronized (this) {
            stage = Stage.ENDED;
          }
        }
        reports.ended(launch.run(), exit, remains);
      }
      case ENDED -> {
        if (emptied && failing.isPresent()) {
          failed();
        }
      }
      case BEGINNING, DETECTING, OVER -> {}
    }
  }

  private Duration limit() {
    return emptied ? DETECT_LIMIT_EMPTY : DETECT_LIMIT;
  }

  /// Nothing of the run that did the work lives any more.
  private void emptied() {
    emptied = true;
    Stage now;
    synchronized (this) {
      now = stage;
    }
    switch (now) {
      case DETECTING ->
          detectUntil = Math.min(detectUntil, worker.now() + DETECT_LIMIT_EMPTY.toNanos());
      case UP -> {
        if (!stranger) {
          daemonOver(Survivors.NONE);
        }
      }
      case ENDED -> {
        if (failing.isPresent()) {
          failed();
        } else {
          end();
          reports.gone(launch.run());
        }
      }
      case BEGINNING, LAUNCHING, OVER -> {}
    }
  }

  // --- the daemon of a forking unit

  private void detect() {
    Detection look;
    boolean wanted;
    synchronized (this) {
      if (stage != Stage.DETECTING) {
        return;
      }
      look = detection.orElseThrow();
      wanted = !stopping;
    }
    if (!wanted) {
      fail(new StartFailure(Step.DETECT, Errno.ECANCELED, "stopped before its daemon was found"));
      return;
    }
    switch (look.look()) {
      case Detection.Finding.Found(ProcessIdentity identity, String source) -> {
        if (watch(identity)) {
          stranger = !look.ofThisRun(identity);
          established(identity, worker.mark(spawned.orElseThrow()), source, true);
        } else {
          lookAgain(source + ": pid " + identity.pid() + " has just ended");
        }
      }
      case Detection.Finding.NotFound(String why) -> lookAgain(why);
    }
  }

  private void lookAgain(String why) {
    Exit exit = launcherExit.orElseThrow();
    boolean refused = exit.code() != 0 && !spec.policy().successExits().contains(exit.code());
    if (!refused && worker.now() < detectUntil) {
      worker.errands.later(LOOK_AGAIN, () -> steps.add(this::detect));
      return;
    }
    fail(
        new StartFailure(
            Step.DETECT,
            0,
            "its command ended (exit-detected: "
                + exit.phrase()
                + ") and left no daemon that was found; "
                + why));
  }

  private boolean watch(ProcessIdentity identity) {
    int opened = identity.open();
    if (opened < 0) {
      return false;
    }
    worker.reactor.post(() -> {
      descriptor = opened;
      tag = worker.reactor.watch(opened, Epoll.IN, _ -> daemonEnded());
    });
    return true;
  }

  /// On the reactor.
  private void daemonEnded() {
    unwatch();
    KeeperRun run = spawned.orElseThrow();
    // What it left is asked for after its end, so none of it is missed.
    worker.members(run, remains -> steps.add(() -> daemonOver(remains)));
  }

  private void unwatch() {
    if (descriptor >= 0) {
      worker.reactor.unwatch(descriptor, tag);
      Fd.close(descriptor);
      descriptor = -1;
    }
  }

  private void daemonOver(Survivors remains) {
    synchronized (this) {
      if (stage != Stage.UP) {
        return;
      }
      stage = Stage.ENDED;
    }
    hearLast();
    Exit exit = new Exit.Unknown("ended, exit code unknown");
    if (emptied || remains.count() == 0) {
      end();
      reports.ended(launch.run(), exit, Survivors.NONE);
    } else {
      reports.ended(launch.run(), exit, remains);
    }
  }

  // --- what the loop asks

  @Override
  public void perform(Action action) {
    switch (action) {
      case Action.Signal(int signal, Action.Scope scope, boolean cont) -> {
        if (!leftRunning()) {
          signal(signal, scope, cont);
        }
      }
      case Action.Exec _, Action.Call _ -> {
        if (!leftRunning()) {
          pass(action);
        }
      }
      case Action.Abandon _, Action.AwaitReady _, Action.Watch _, Action.EndProbes _ ->
          pass(action);
    }
  }

  private void pass(Action action) {
    Optional<Run> run;
    synchronized (this) {
      run = stage == Stage.OVER ? Optional.empty() : inner;
    }
    run.ifPresent(it -> it.perform(action));
  }

  private void signal(int signal, Action.Scope scope, boolean cont) {
    Optional<Detection> looking;
    Optional<ProcessIdentity> daemon;
    boolean unborn;
    synchronized (this) {
      stopping = true;
      unborn = inner.isEmpty();
      looking = detection;
      daemon = spawnedByFork() ? main : Optional.empty();
    }
    looking.ifPresent(Detection::cancel);
    if (unborn) {
      refuse(
          new StartFailure(Step.FORK, Errno.ECANCELED, "stopped before its program was started"));
      return;
    }
    if (!spawnedByFork()) {
      pass(new Action.Signal(signal, scope, cont));
      return;
    }
    // Its leader, and that one's group, are those of the launcher, which has ended.
    if (scope != Action.Scope.LEADER || daemon.isEmpty()) {
      pass(new Action.Signal(signal, Action.Scope.ALL, cont));
    }
    if (daemon.isPresent() && (scope == Action.Scope.LEADER || stranger)) {
      ProcessIdentity it = daemon.get();
      worker.errands.run(() -> {
        it.signal(signal);
        if (cont) {
          it.signal(SIGCONT);
        }
      });
    }
  }

  private synchronized boolean spawnedByFork() {
    return presence.forking() && inner.isPresent() && inner.get() instanceof KeeperRun;
  }

  /// When supervise itself leaves, a detached unit is not stopped but let go.
  private boolean leftRunning() {
    if (!presence.detached() || !worker.leaving()) {
      return false;
    }
    ProcessIdentity left;
    synchronized (this) {
      if (stage != Stage.UP) {
        return stage == Stage.OVER;
      }
      stage = Stage.OVER;
      left = main.orElseThrow();
      inner.ifPresent(run -> {
        if (run instanceof AdoptedRun adopted) {
          adopted.letGo();
        }
      });
    }
    worker.reactor.post(this::unwatch);
    reports.ended(
        launch.run(), new Exit.Unknown("left running, pid " + left.pid()), Survivors.NONE);
    return true;
  }
}
