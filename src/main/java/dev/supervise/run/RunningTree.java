package dev.supervise.run;

import dev.supervise.plan.Effect;
import dev.supervise.plan.EndKind;
import dev.supervise.plan.UnitEvent;
import dev.supervise.plan.UnitState;
import dev.supervise.spec.Exit;
import dev.supervise.spec.Hook;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.TaskEdge;
import dev.supervise.vital.NoThread;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Run;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The tree as it runs: starts what is declared, lets everybody concerned know what becomes of its
/// units, counts what may still act, and knows when nothing can run any more. Belongs to the loop.
final class RunningTree implements Group.Host {
  private static final Run NO_RUN = _ -> {};

  final Registry registry = new Registry();
  final Transitions transitions;
  final WaitingUnits waiting;
  final StopOrder stopOrder;
  final Reload reload;
  final Requests requests;
  private final Loop loop;
  private final Workers workers;
  private final Watcher watcher;
  private final Random dice;
  private final UUID identity;
  private final BackgroundHooks background;
  private final TreeBuilder builder;
  private Stage stage = Stage.NEW;
  private long serials;
  private long runs;

  /// Units that may still act.
  private int busy;

  /// Until every goal was reached once.
  private @Nullable CriticalPath firstStart;

  private enum Stage {
    NEW,
    UP,
    /// Told to stop, or with nothing left to do.
    LEAVING,
    OVER
  }

  /// @param dice varies pauses; seeded by tests
  RunningTree(Loop loop, Workers workers, Watcher watcher, Random dice) {
    this.loop = loop;
    this.workers = workers;
    this.watcher = watcher;
    this.dice = dice;
    this.identity = new UUID(dice.nextLong(), dice.nextLong());
    this.transitions = new Transitions(loop, watcher);
    this.waiting = new WaitingUnits(loop, registry, watcher);
    this.background = new BackgroundHooks(this);
    this.stopOrder = new StopOrder(loop, registry);
    this.builder = new TreeBuilder(this, registry, stopOrder);
    this.reload = new Reload(this, registry, builder, stopOrder, watcher);
    this.requests =
        new Requests(this, registry, builder, stopOrder, reload, transitions, this::shutdown);
  }

  // ---- from its beginning to its end ----

  boolean begun() {
    return stage != Stage.NEW;
  }

  /// Makes the units of what is declared. Once.
  void grow() {
    builder.grow(reload.declaration().app().root(), new Top());
    stage = Stage.UP;
    firstStart = new CriticalPath(registry, loop.now());
  }

  void begin() {
    Unit root = registry.root();
    root.because = Cause.first(loop.now(), "", "the tree was started");
    root.apply(new UnitEvent.Begin(nextRun()));
  }

  /// The keeper died, and all it kept with it.
  void keeperLost() {
    warn("the keeper is gone; what it kept is taken down and started again");
    // Before there is a tree, what it kept was nobody's.
    if (begun()) {
      registry
          .rootGroup()
          .failedRound(
              Cause.first(loop.now(), "", "the keeper was lost"),
              "the keeper was lost once more than intensity allows");
    }
  }

  /// No mail is left: is there anything that could still happen?
  void rest() {
    if (stage != Stage.UP || busy > 0 || !background.isEmpty() || loop.waiting()) {
      return;
    }
    for (Group group : registry.groups()) {
      if (group.busy()) {
        return;
      }
    }
    if (watcher.busy()) {
      return;
    }
    // What the operator stopped or took away he may bring back.
    if (requests.keepsOpen()) {
      return;
    }
    finish(TreeOutcome.outcome(registry));
  }

  private void finish(Outcome outcome) {
    if (stage == Stage.OVER) {
      return;
    }
    stage = Stage.OVER;
    background.cancel();
    requests.close();
    transitions.tell();
    watcher.over(outcome);
  }

  /// Stop everything; `kill` at once.
  private void shutdown(boolean kill, Cause cause) {
    if (stage == Stage.UP || stage == Stage.LEAVING) {
      if (stage == Stage.UP || kill) {
        background.cancel();
      }
      stage = Stage.LEAVING;
      Unit root = registry.root();
      root.because = cause;
      root.apply(kill ? new UnitEvent.Kill() : new UnitEvent.Stop());
    }
  }

  private void lookWhetherReached(CriticalPath start) {
    if (stage == Stage.UP && start.reached()) {
      firstStart = null;
      transitions.tell();
      watcher.reached(start.path(loop.now()));
    }
  }

  // ---- for its units and supervisors ----

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public boolean running() {
    return stage == Stage.UP || stage == Stage.LEAVING;
  }

  @Override
  public boolean staying() {
    return stage == Stage.UP;
  }

  @Override
  public long nextSerial() {
    return ++serials;
  }

  @Override
  public long nextRun() {
    return ++runs;
  }

  @Override
  public double roll() {
    return dice.nextDouble();
  }

  @Override
  public String resumeId(Unit unit) {
    return new UUID(
            identity.getMostSignificantBits(), identity.getLeastSignificantBits() ^ unit.serial)
        .toString();
  }

  @Override
  public @Nullable Group group(Unit unit) {
    return registry.group(unit);
  }

  @Override
  public Optional<Cause> brokenBy(Unit unit) {
    Group group = registry.group(unit);
    return group == null ? Optional.empty() : group.brokenBy();
  }

  // ---- runs and hooks ----

  @Override
  public Run launch(Unit unit, long number) {
    Group group = registry.group(unit);
    if (group != null) {
      group.begin(number);
      return group;
    }
    try {
      return workers.start(unit.spec, unit.launch(number), unit);
    } catch (NoThread e) {
      unit.notUp(
          number, new StartFailure(StartFailure.Step.FORK, 0, String.valueOf(e.getMessage())));
      return NO_RUN;
    }
  }

  @Override
  public HookRun hook(
      Unit unit, Hook hook, Launch launch, Map<String, String> extra, HookReports reports) {
    try {
      return workers.hook(unit.spec, hook, launch, extra, reports);
    } catch (NoThread e) {
      reports.failed(String.valueOf(e.getMessage()));
      return () -> {};
    }
  }

  @Override
  public void background(Unit unit, Hook hook, Launch launch, Map<String, String> extra) {
    background.begin(unit, hook, launch, extra);
  }

  // ---- what becomes of units ----

  @Override
  public void counted(Unit unit, UnitState before, UnitState after) {
    boolean leaf = registry.group(unit) == null;
    busy += (acting(leaf, after) ? 1 : 0) - (acting(leaf, before) ? 1 : 0);
  }

  @Override
  public void moved(Unit unit) {
    stopOrder.moved(unit);
  }

  @Override
  public void changed(Unit unit) {
    boolean news = transitions.changed(unit);
    CriticalPath start = firstStart;
    if (news && start != null && (unit.ready() || unit.status() == Status.FINISHED)) {
      start.add(unit, loop.now());
      lookWhetherReached(start);
    }
    waiting.changed(unit);
    reload.changed(unit);
    requests.changed(unit);
  }

  @Override
  public void remove(Unit unit) {
    List<Unit> dependents = List.copyOf(unit.dependents);
    builder.remove(unit);
    waiting.ask(dependents, unit.because);
    reload.changed(unit);
    requests.changed(unit);
  }

  @Override
  public void rewired(Cause cause) {
    CriticalPath start = firstStart;
    if (start != null) {
      start.rewired();
    }
    waiting.askAll(cause);
    if (firstStart != null) {
      lookWhetherReached(firstStart);
    }
  }

  @Override
  public boolean holds(Unit unit) {
    return reload.holds(unit);
  }

  @Override
  public boolean completed(Unit unit, TaskEdge task) {
    return waiting.completed(unit, task);
  }

  // ---- what is told of them ----

  @Override
  public void lingers(Unit unit) {
    warn(StateText.leftover(unit) + " lives on after KILL");
  }

  @Override
  public void slow(Unit unit, Duration since) {
    warn(StateText.slow(unit, since));
  }

  @Override
  public void hint(Unit unit, String text) {
    transitions.hint(unit, text);
  }

  @Override
  public void warn(String text) {
    transitions.warn(text);
  }

  /// A supervisor that is up does nothing by itself; its children do.
  private static boolean acting(boolean leaf, UnitState state) {
    return leaf && state.alive()
        || state instanceof UnitState.BackingOff
        || state instanceof UnitState.Stopping && state.alive();
  }

  /// The top: the root is nobody's child.
  private final class Top implements Unit.Parent {
    @Override
    public @Nullable Unit supervisor() {
      return null;
    }

    @Override
    public String path(String name) {
      return "";
    }

    @Override
    public boolean chained() {
      return false;
    }

    @Override
    public void counted(Unit child, UnitState before, UnitState after) {}

    @Override
    public void childDown(Unit child, Effect.Down down) {
      finish(TreeOutcome.after(registry, down));
    }

    @Override
    public void childLingers(Unit child) {
      finish(
          TreeOutcome.after(registry, new Effect.Down(new Exit.Unknown(""), EndKind.KILLED, 0, 0)));
    }

    @Override
    public void childFreed(Unit child) {}

    @Override
    public void pauseOver(Unit child) {}

    @Override
    public boolean active() {
      return stage == Stage.UP;
    }

    @Override
    public void tryStart(Unit child, Cause cause) {}
  }
}
