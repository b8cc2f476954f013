package dev.supervise;

import dev.supervise.plan.ReloadPlan;
import dev.supervise.run.CriticalPathStep;
import dev.supervise.run.Declaration;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.Lookup;
import dev.supervise.run.Outcome;
import dev.supervise.run.Reply;
import dev.supervise.run.Request;
import dev.supervise.run.Selector;
import dev.supervise.run.SystemClock;
import dev.supervise.run.Transition;
import dev.supervise.run.Tree;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.run.Watcher;
import dev.supervise.run.Workers;
import dev.supervise.spec.App;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.Hook;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.TaskEdge;
import dev.supervise.spec.UnitSpec;
import dev.supervise.store.Journal;
import dev.supervise.task.Schedules;
import dev.supervise.task.TaskEngine;
import dev.supervise.task.TaskEnvironment;
import dev.supervise.text.DurationText;
import dev.supervise.text.Secrets;
import dev.supervise.vital.Carriers;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Timer;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;
import dev.supervise.worker.ShownReports;
import dev.supervise.worker.environment.Exports;
import dev.supervise.worker.function.FunctionWorker;
import dev.supervise.worker.function.LifecycleClosures;
import dev.supervise.worker.output.FunctionLog;
import dev.supervise.worker.output.LogBook;
import dev.supervise.worker.process.ProcessWorker;
import dev.supervise.worker.process.ProcessWorkerSettings;
import dev.supervise.worker.process.ResourceUsage;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// The only door to a supervision tree: open, apply, ask, snapshot, close. Wires the rooms and
/// decides nothing. Every method may be called from any thread and none of them waits for the tree,
/// but [#close].
public final class Engine implements AutoCloseable {
  private static final String LOG = "log";
  private static final Duration RENEWAL = Duration.ofSeconds(30);

  private final Tree tree;
  private final ProcessWorker processes;
  private final FunctionWorker functions;
  private final FunctionLog log;
  private final Settings settings;
  private final Optional<JournalRecorder> recorder;
  private final TaskService durable;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final CompletableFuture<List<CriticalPathStep>> reached = new CompletableFuture<>();

  /// The bodies that run since everything is ready.
  private Optional<LifecycleClosures> atReady = Optional.empty();

  /// The bodies that run, or ran last, while the tree was not up.
  private Optional<LifecycleClosures> beside = Optional.empty();

  private final Object reloads = new Object();

  /// Completed when the loop takes over what is declared next.
  private volatile CompletableFuture<Declaration> taken = new CompletableFuture<>();

  private final SystemClock clock = new SystemClock();
  private volatile long changed = clock.now();
  private Optional<Thread> rehearsal = Optional.empty();

  private final Ending ending;
  private final Runnable deafToCarriers;
  private boolean up;
  private boolean leaving;

  private Engine(Settings settings) {
    this.settings = settings;
    Timer.begin();
    this.ending = new Ending(this::processes, settings.warnings(), outcome);
    this.deafToCarriers = Carriers.listen(this::warned);
    this.tree = new Tree(clock, new Hands(), new Told(), new Random());
    this.durable = new TaskService(settings, this::processes, this::surroundings, tree::nudge);
    this.processes =
        ProcessWorker.open(
            new ProcessWorkerSettings(
                settings.stateDir().resolve(LOG),
                settings.output(),
                settings.warnings(),
                clock::now,
                clock::timeOfDay,
                tree::keeperLost,
                Optional.of(settings.stateDir()),
                settings.copies(),
                settings.lock(),
                settings.told(),
                durable,
                settings.secrets()));
    this.log = processes.functionLog();
    this.recorder =
        settings.journal()
            ? Optional.of(
                new JournalRecorder(
                    new Journal(
                        settings.stateDir(), clock::now, clock::timeOfDay, settings.warnings()),
                    clock,
                    settings.secrets()))
            : Optional.empty();
    this.functions =
        new FunctionWorker(
            log::line, log::thrown, new TreeHandle(tree), durable, processes.files());
  }

  private ProcessWorker processes() {
    return processes;
  }

  /// What tasks have around them.
  private TaskEnvironment surroundings() {
    return new TaskEnvironment(
        clock::now,
        clock::timeOfDay,
        log::line,
        functions::silent,
        settings.warnings(),
        settings.secrets()::shown,
        new TreeHandle(tree),
        durable::told,
        tree::nudge);
  }

  /// An engine without a tree. Its threads and helper processes live until [#close].
  public static Engine open(Settings settings) {
    Engine engine = new Engine(settings);
    engine.ending.begin();
    engine.tree.serve();
    return engine;
  }

  /// Starts an app's tree: first its `onStart` bodies, one after the other, then the units. What
  /// becomes of it is told through the settings and [#outcome]. Once per engine.
  public void apply(App app) {
    tree.declare(app);
    synchronized (this) {
      if (leaving) {
        finish(new Outcome(ExitCodes.FINE, "", List.of()));
        return;
      }
      beside = Optional.of(call("onStart", app.onStart(), failure -> started(app, failure)));
    }
  }

  /// @param then told what the bodies failed of, empty for nothing
  private LifecycleClosures call(String word, List<FunctionBody> bodies, Consumer<String> then) {
    return LifecycleClosures.call(
        word,
        bodies,
        log::line,
        durable,
        failure -> then.accept(settings.secrets().shown(failure)));
  }

  /// What a reload to `next` would do to which unit and to open tasks, and why. Changes nothing.
  public ReloadPlan plan(App next) {
    ReloadPlan plan = ReloadPlan.between(app(), next);
    return plan.withTasks(durable.held(plan.app()));
  }

  /// Becomes what `next` declares, by the smallest set of restarts ([#plan]); the order of the
  /// steps is that of [Request.Reload]. `onStart` and `onReady` are not called again; what `next`
  /// says of tasks, exports and `onStop` holds from the moment the loop takes it over. What the
  /// loop refuses leaves no trace. Waits for the loop to do the one or the other, which takes well
  /// under 100 ms, and for a reload that came before.
  ///
  /// @param by who asks, as in [#ask]
  /// @param taken told the plan once the tree is declared so, on this thread and in the order of
  ///   the versions; not at all where it is refused
  public CompletableFuture<Reply> reload(App next, String by, Consumer<ReloadPlan> taken) {
    synchronized (reloads) {
      Declaration was = tree.declaration();
      CompletableFuture<Declaration> now = new CompletableFuture<>();
      this.taken = now;
      Request.Reload plain = Request.Reload.of(was, next);
      Request.Reload reload = plain.withTasks(durable.held(plain.plan().app()));
      CompletableFuture<Reply> reply = ask(reload, by);
      CompletableFuture.anyOf(now, reply).join();
      if (now.isDone()) {
        durable.follow();
        reload.plan().warnings().forEach(this::warned);
        taken.accept(reload.plan());
      }
      return reply;
    }
  }

  private void started(App app, String failure) {
    // Not under the lock: a disk may take its time, and a signal is not to wait for it.
    boolean record = durable.onRecord();
    started(app, failure, record);
  }

  private synchronized void started(App app, String failure, boolean record) {
    if (!failure.isEmpty()) {
      finish(new Outcome(ExitCodes.FAILED, failure, List.of()));
    } else if (leaving) {
      ended(new Outcome(ExitCodes.FINE, "", List.of()));
    } else {
      up = true;
      durable.begin(record);
      tree.start();
      OrphanReport.of(app.root(), processes.leftRunning()).forEach(settings.warnings());
      rehearsal =
          Optional.of(
              Rehearsal.afterQuiet(
                  clock,
                  settings.stateDir().resolve(LOG),
                  () -> changed,
                  thrown ->
                      settings
                          .warnings()
                          .accept(
                              "the first restart may take longer than others: " + why(thrown))));
    }
  }

  private static String why(Throwable thrown) {
    return thrown instanceof NoThread none ? String.valueOf(none.getMessage()) : thrown.toString();
  }

  private synchronized void allReady(List<CriticalPathStep> path) {
    if (up && !leaving) {
      atReady =
          Optional.of(
              call(
                  "onReady",
                  app().onReady(),
                  failure -> {
                    if (!failure.isEmpty()) {
                      settings.warnings().accept(failure);
                    }
                  }));
    }
    reached.complete(path);
  }

  private synchronized void ended(Outcome result) {
    up = false;
    atReady.ifPresent(LifecycleClosures::cancel);
    rehearsal.ifPresent(Thread::interrupt);
    if (outcome.isDone()) {
      return;
    }
    beside =
        Optional.of(
            call(
                "onStop",
                app().onStop(),
                failure ->
                    finish(
                        failure.isEmpty() || result.exitCode() != ExitCodes.FINE
                            ? result
                            : new Outcome(ExitCodes.FAILED, failure, result.leftovers()))));
  }

  /// A stop that comes while there is no tree yet, or no more: it goes to `onStart`, or to
  /// `onStop`, which is on its way already and only killed.
  private synchronized boolean stopBeside(boolean kill) {
    if (up) {
      return false;
    }
    boolean before = !leaving;
    leaving = true;
    beside
        .filter(bodies -> kill || before && bodies.word().equals("onStart"))
        .ifPresent(LifecycleClosures::cancel);
    if (kill) {
      String ran = beside.map(LifecycleClosures::word).orElse("the tree");
      finish(new Outcome(ExitCodes.FAILED, "killed while " + ran + " was under way", List.of()));
    }
    return true;
  }

  /// Asks something of the tree; see [Request] for when the answer comes.
  public CompletableFuture<Reply> ask(Request request) {
    return ask(request, "");
  }

  /// The same in somebody's name.
  ///
  /// @param by who asks, for people: `SIGTERM`, `the REPL`; stands in the causes of what follows
  public CompletableFuture<Reply> ask(Request request, String by) {
    recorder.ifPresent(each -> each.asked(request, by));
    if (request instanceof Request.Down(boolean kill)) {
      processes.leave();
      durable.stop(kill);
      if (kill) {
        ending.hurry();
      }
    }
    if (request instanceof Request.Down(boolean kill) && stopBeside(kill)) {
      return CompletableFuture.completedFuture(new Reply.Done("stopping"));
    }
    return tree.ask(request, by);
  }

  /// The durable tasks; made now if nothing wanted them before.
  public TaskEngine tasks() {
    return durable.engine();
  }

  /// What submits tasks by the clock; empty where nothing does.
  public Optional<Schedules> schedules() {
    return durable.schedules();
  }

  /// Somebody has typed a line that is run here: it stands in the journal.
  ///
  /// @param by who, for people
  public void typed(String line, String by) {
    recorder.ifPresent(each -> each.typed(line, by));
  }

  /// A stream for `System.out` or `System.err`: what functions print there becomes lines of their
  /// units; what anybody else prints goes to `others`.
  public PrintStream speaking(PrintStream others) {
    return functions.speaking(others);
  }

  /// What is declared now.
  public App app() {
    return tree.declaration().app();
  }

  /// What nothing shows that comes from here, and nothing may that goes there.
  public Secrets secrets() {
    return settings.secrets();
  }

  /// The whole tree as it is now. Waits for the loop, which takes well under 100 ms.
  public UnitSnapshot snapshot() {
    return tree.look().join();
  }

  /// The units that are meant, each with all that is below it; no names: the root.
  public CompletableFuture<Lookup> look(Selector which) {
    return tree.look(which);
  }

  /// What has happened, with its causes; empty where no journal is kept.
  public Optional<Journal> journal() {
    return recorder.map(JournalRecorder::journal);
  }

  /// The names of what this engine keeps in its state directory by now, and the next one will look
  /// for. Any thread.
  public Set<String> kept() {
    Set<String> names = new HashSet<>(processes.kept());
    names.add(LOG);
    if (durable.onDisk()) {
      names.add(TaskService.FILE);
    }
    if (recorder.map(JournalRecorder::journal).filter(Journal::onDisk).isPresent()) {
      names.add(Journal.FILE);
    }
    return Set.copyOf(names);
  }

  /// The state directory, or something in it, was taken away, and the directory is there again:
  /// writes anew what belongs into it. Tasks and journal are written from what is still open, and
  /// nothing of them is lost as long as that can be done. Blocks until done, for some seconds at
  /// most.
  ///
  /// @param lock the descriptor that owns the directory now; -1: none
  /// @return what is lost, a sentence each
  public List<String> renew(int lock) {
    List<String> lost = new ArrayList<>();
    processes.renew(lock);
    if (durable.onDisk() && missing(TaskService.FILE)) {
      renewed(durable.renew(), "the record of tasks up to now is lost", lost);
    }
    if (missing(Journal.FILE)) {
      recorder.ifPresent(
          each -> renewed(each.journal().renew(), "the journal up to now is lost", lost));
    }
    return lost;
  }

  private boolean missing(String name) {
    return !Files.exists(settings.stateDir().resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  private static void renewed(CompletableFuture<Void> step, String loss, List<String> lost) {
    try {
      step.get(RENEWAL.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      lost.add(loss + ": " + why.getMessage());
    } catch (TimeoutException e) {
      lost.add(loss + ": it could not be written within " + DurationText.exact(RENEWAL));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lost.add(loss + ": interrupted");
    }
  }

  /// Where the output of units is kept.
  public LogBook logBook() {
    return processes.logBook();
  }

  /// What units use of the machine, at one moment.
  ///
  /// @param nanos the moment, by the engine's clock
  /// @param units by path; supervise itself has the empty one
  public record Uses(long nanos, int processors, Map<String, ResourceUsage.Use> units) {}

  /// Measures now; takes some milliseconds with hundreds of processes.
  public Uses uses(List<UnitSnapshot> units) {
    List<ResourceUsage.Subject> subjects = new ArrayList<>();
    units.forEach(unit -> subjects(unit, subjects));
    int self = (int) ProcessHandle.current().pid();
    subjects.add(new ResourceUsage.Subject("", self, 0));
    processes.helpers().forEach(pid -> subjects.add(new ResourceUsage.Subject("", pid, 0)));
    return new Uses(
        clock.now(),
        Runtime.getRuntime().availableProcessors(),
        ResourceUsage.of(subjects, processes));
  }

  private static void subjects(UnitSnapshot unit, List<ResourceUsage.Subject> subjects) {
    if (unit.pid() > 0) {
      subjects.add(new ResourceUsage.Subject(unit.path(), unit.pid(), unit.startTicks()));
    }
    unit.children().forEach(child -> subjects(child, subjects));
  }

  /// Completes when for the first time every goal is reached: whatever is wanted is up and ready,
  /// or has finished successfully. Says what made it last as long as it did: the last unit to come
  /// up, after what it had waited for last, and so on from the beginning. Completed on the loop:
  /// who waits must not do his work there. Never completes if it never comes to that.
  public CompletableFuture<List<CriticalPathStep>> reached() {
    return reached;
  }

  /// What programs beside the tree find in their environment: its ports, and what the script
  /// exports, evaluated now. Fails with an [IllegalStateException] that says which value did not
  /// come, and why.
  public CompletableFuture<Map<String, String>> environment() {
    App now = app();
    return Exports.of(now.ports(), now.exports());
  }

  /// Completes when the tree is down for good and its `onStop` bodies have run.
  public CompletableFuture<Outcome> outcome() {
    return outcome;
  }

  /// Kills what is left and frees threads, descriptors and the keeper. Blocks until done.
  @Override
  public void close() {
    synchronized (this) {
      rehearsal.ifPresent(Thread::interrupt);
    }
    try {
      tree.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    durable.close();
    processes.close();
    functions.close();
    deafToCarriers.run();
    log.close();
    recorder.ifPresent(each -> {
      if (outcome.isDone()) {
        each.ended(outcome.join());
      }
      each.journal().close();
    });
    ending.close();
    outcome.complete(new Outcome(ExitCodes.FAILED, "closed before the tree was down", List.of()));
  }

  /// Something that is no unit's.
  private void warned(String text) {
    recorder.ifPresent(each -> each.warned(text));
    settings.warnings().accept(text);
  }

  private void finish(Outcome result) {
    durable.stop(false).thenAccept(deaf -> ending.with(result, deaf));
  }

  /// Who carries out what the loop decides.
  private final class Hands implements Workers {
    @Override
    public Run start(UnitSpec spec, Launch launch, Reports reports) {
      return switch (spec) {
        case ProcessSpec process -> processes.start(process, launch, shown(reports));
        case FunctionSpec function -> functions.start(function, launch, shown(reports));
        case SupervisorSpec supervisor -> throw ownWork(supervisor);
      };
    }

    @Override
    public HookRun hook(
        UnitSpec spec, Hook hook, Launch launch, Map<String, String> extra, HookReports reports) {
      return switch (spec) {
        case ProcessSpec process -> processes.hook(process, hook, launch, extra, shown(reports));
        case FunctionSpec function ->
            processes.hookOf(
                function,
                hook,
                launch,
                extra,
                line -> log.line(launch.path(), line),
                shown(reports));
        case SupervisorSpec supervisor -> throw ownWork(supervisor);
      };
    }

    private Reports shown(Reports reports) {
      return new ShownReports(reports, settings.secrets());
    }

    private HookReports shown(HookReports reports) {
      return ShownReports.of(reports, settings.secrets());
    }

    private static IllegalStateException ownWork(SupervisorSpec supervisor) {
      return new IllegalStateException(supervisor.name() + " is run by the loop itself");
    }
  }

  /// What the loop tells.
  private final class Told implements Watcher {
    @Override
    public void declared(Declaration declaration) {
      processes.ports(declaration.app().ports());
      durable.declare(declaration);
      taken.complete(declaration);
    }

    @Override
    public void moved(Transition transition) {
      changed = clock.now();
      recorder.ifPresent(each -> each.moved(transition));
      durable.spawned();
      settings.transitions().accept(transition);
    }

    @Override
    public void warned(String text) {
      Engine.this.warned(text);
    }

    @Override
    public void reached(List<CriticalPathStep> path) {
      allReady(path);
    }

    @Override
    public boolean busy() {
      return durable.busy();
    }

    @Override
    public boolean completed(TaskEdge task) {
      return durable.completed(task);
    }

    @Override
    public void over(Outcome result) {
      ended(result);
    }
  }
}
