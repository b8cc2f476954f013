package dev.supervise.run;

import dev.supervise.plan.Counters;
import dev.supervise.plan.Effect;
import dev.supervise.plan.Goal;
import dev.supervise.plan.Instants;
import dev.supervise.plan.StartConditions;
import dev.supervise.plan.StartPhase;
import dev.supervise.plan.Step;
import dev.supervise.plan.Strategies;
import dev.supervise.plan.UnitEvent;
import dev.supervise.plan.UnitMachine;
import dev.supervise.plan.UnitState;
import dev.supervise.spec.Block;
import dev.supervise.spec.Edge;
import dev.supervise.spec.Exit;
import dev.supervise.spec.Hook;
import dev.supervise.spec.HookPhase;
import dev.supervise.spec.Signals;
import dev.supervise.spec.StopStep;
import dev.supervise.spec.UnitSpec;
import dev.supervise.worker.Action;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import dev.supervise.worker.OutputTail;
import dev.supervise.worker.Run;
import dev.supervise.worker.SavedState;
import dev.supervise.worker.Survivors;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// One member of the running tree: its specification, its [Condition], and the run it has. Belongs
/// to the loop, but for [#condition], which anybody may read, and the reports, which come from
/// anywhere and only post.
final class Unit implements PostedReports, Timed, SavedState {
  /// All that changes of a unit, in one record, replaced as a whole by the loop.
  record Condition(Goal goal, UnitState state, Counters tally) {}

  /// Something a unit must wait for: another unit, and what has to be true of that.
  sealed interface StartCondition {
    Unit target();

    StartConditions.Holds holds();

    /// Written by `after`.
    record Declared(Unit target, Edge.Condition condition) implements StartCondition {
      @Override
      public StartConditions.Holds holds() {
        UnitState state = target.state();
        boolean again =
            state instanceof UnitState.Finished(var _, var end)
                && target.goal().wantsStart()
                && Strategies.restarts(target.spec.policy(), end);
        return StartConditions.of(condition, state, again);
      }
    }

    /// The child before it under `restForOne`, or, where that one is down for good, the one before
    /// that.
    record Before(Unit target) implements StartCondition {
      @Override
      public StartConditions.Holds holds() {
        return StartConditions.implied(target.goal(), target.state());
      }
    }
  }

  /// Whose child a unit is: a supervisor's, or nobody's. What happens to the unit is told here, on
  /// the loop's thread.
  interface Parent {
    /// The supervisor's own unit; null at the top.
    @Nullable Unit supervisor();

    /// The full name of a child called `name`.
    String path(String name);

    /// Whether each child waits for the one before it.
    boolean chained();

    /// A child's state was replaced.
    void counted(Unit child, UnitState before, UnitState after);

    /// A child is down.
    void childDown(Unit child, Effect.Down down);

    /// KILL did not end a child; nobody waits for it any longer.
    void childLingers(Unit child);

    /// A stuck child has ended after all.
    void childFreed(Unit child);

    /// A child's pause before its next start is over.
    void pauseOver(Unit child);

    /// May children be started now?
    boolean active();

    /// Start a child if everything about it allows that; otherwise it waits.
    ///
    /// @param cause why it is tried now
    void tryStart(Unit child, Cause cause);
  }

  /// A unit's place in the order of a stop.
  interface Gate {
    /// Whether nothing that depends on the unit is still on its way down.
    boolean open();
  }

  /// What a unit sees of the tree it is in. On the loop's thread, but for [#loop].
  interface Host {
    Loop loop();

    long nextSerial();

    long nextRun();

    /// By which what outlives the instance is known to be of this unit.
    String resumeId(Unit unit);

    Run launch(Unit unit, long number);

    /// One try of a hook. Where there is no thread for it, that is its failure.
    HookRun hook(
        Unit unit, Hook hook, Launch launch, Map<String, String> extra, HookReports reports);

    /// A hook that nobody waits for.
    void background(Unit unit, Hook hook, Launch launch, Map<String, String> extra);

    /// What of its children's doing made a supervisor end; empty for every other unit.
    Optional<Cause> brokenBy(Unit unit);

    /// A unit's state was replaced.
    void moved(Unit unit);

    /// A unit's step is complete.
    void changed(Unit unit);

    /// KILL did not end it.
    void lingers(Unit unit);

    /// It has been in one phase of its start for so long.
    void slow(Unit unit, Duration since);

    /// What was probably meant by it.
    void hint(Unit unit, String text);

    void warn(String text);
  }

  /// A phase of the start that lasts longer is told once.
  private static final Duration SLOW = Duration.ofSeconds(5);

  private static final Run NO_RUN = _ -> {};
  private static final HookRun NO_HOOK = () -> {};

  private final Host host;

  /// What it was started from, or, while it is down, what it will be started from.
  UnitSpec spec;

  /// What it will be when its present run is over.
  private UnitSpec successor;

  final String name;

  /// Its full name, put together once: in a deep tree that is long.
  private final String path;

  final int instance;
  final long serial;

  final Parent parent;

  /// What it must wait for, and who waits for it.
  List<StartCondition> needs = List.of();

  List<Unit> dependents = List.of();

  /// Its place in the order of a stop; owned by [StopOrder], which alone replaces it.
  @Nullable Gate gate;

  volatile Condition condition;
  volatile Map<String, ?> saved = Map.of();
  Run run = NO_RUN;
  Survivors remains = Survivors.NONE;

  /// What its present run says it is doing.
  Said said = new Said(0, "");

  record Said(long run, String text) {}

  /// The hook that runs and is waited for.
  private HookRun hookRun = NO_HOOK;

  /// The last lines of the run `tailOf`; sealed when that has failed.
  private OutputTail tail = OutputTail.NONE;

  private long tailOf;

  /// What is wrong with the present run though it goes on; empty for nothing.
  String flaw = "";

  /// What found the present run's process; empty where it was started here.
  String source = "";

  /// When the newest run died, and how long it had lived; for the pause and for messages.
  long died;

  long lived;

  /// The run of the group in which this child was last counted as come up.
  long countedIn;

  /// The status the watcher knows, and whether it knows it to be ready.
  Status told;

  boolean toldReady;

  /// Why it is doing what it does.
  Cause because = Cause.NONE;

  private int depth;

  Unit(Host host, UnitSpec spec, String name, int instance, Parent parent) {
    this.host = host;
    this.spec = spec;
    this.successor = spec;
    this.name = name;
    this.instance = instance;
    this.parent = parent;
    this.path = parent.path(name);
    this.serial = host.nextSerial();
    this.condition = new Condition(firstGoal(spec), new UnitState.Idle(), Counters.NEW);
    this.told = status();
  }

  private static Goal firstGoal(UnitSpec spec) {
    if (!spec.policy().autostart()) {
      return Goal.DOWN;
    }
    return wanted(spec);
  }

  static Goal wanted(UnitSpec spec) {
    return spec.policy().oneShot() ? Goal.DONE : Goal.UP;
  }

  /// Whether it starts with its supervisor, by what is declared and by what it still lives by.
  boolean startsByItself() {
    return spec.policy().autostart() && successor.policy().autostart();
  }

  /// What it lives by from its next run on, at the latest.
  UnitSpec declared() {
    return successor;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Loop loop() {
    return host.loop();
  }

  UnitState state() {
    return condition.state();
  }

  Goal goal() {
    return condition.goal();
  }

  Status status() {
    return Status.of(condition.goal(), spec.policy().autostart(), condition.state());
  }

  /// Lives by another specification from now on.
  void follow(UnitSpec next) {
    spec = next;
    successor = next;
  }

  /// Whether it will live by another specification when its present run is over.
  boolean isToChange() {
    return !successor.equals(spec);
  }

  /// Lives by another specification when its present run is over.
  void followedBy(UnitSpec next) {
    successor = next;
  }

  /// Up as declared, its `postStart` hooks included.
  boolean ready() {
    return state() instanceof UnitState.Running;
  }

  void aim(Goal goal) {
    condition = new Condition(goal, condition.state(), condition.tally());
  }

  void count(Counters tally) {
    condition = new Condition(condition.goal(), condition.state(), tally);
  }

  /// Takes one step: the new state is published, its effects are carried out, and, when all that
  /// followed from it is done, whoever watches is told.
  @Override
  public void apply(UnitEvent event) {
    long now = host.loop().now();
    UnitState before = condition.state();
    if (event instanceof UnitEvent.Ended ended && ended.run() == before.run()) {
      died = now;
      tail.seal();
    }
    if (event instanceof UnitEvent.Up up && up.run() == before.run()) {
      source = up.source();
    }
    Step step = UnitMachine.step(spec, condition.tally(), before, event, now);
    boolean moves = step.leaves(before);
    if (!moves && step.effects().isEmpty()) {
      return;
    }
    condition = new Condition(condition.goal(), step.state(), step.tally());
    Optional<String> hint =
        moves ? Hint.of(spec, before, step.state(), now, this::endAwaited) : Optional.empty();
    if (moves) {
      OwnDoing.of(before, step).ifPresent(this::ownDoing);
      moved(before, step.state());
    }
    boolean ends = ends(step.effects());
    if (!ends) {
      host.changed(this);
    }
    depth++;
    for (Effect effect : step.effects()) {
      perform(effect, step);
    }
    depth--;
    // What an end means is told when the supervisor has decided it.
    if (depth == 0 && ends) {
      host.changed(this);
    }
    hint.ifPresent(text -> host.hint(this, text));
  }

  /// Whether somebody waits for its end, or for that of a supervisor around it.
  private boolean endAwaited() {
    for (Unit dependent : dependents) {
      for (StartCondition link : dependent.needs) {
        if (link instanceof StartCondition.Declared(Unit target, var condition)
            && target == this
            && (condition == Edge.Condition.DONE || condition == Edge.Condition.ENDED)) {
          return true;
        }
      }
    }
    Unit supervisor = parent.supervisor();
    return supervisor != null && supervisor.endAwaited();
  }

  /// Whether it was asked to stop, and is not told before what depends on it is down.
  boolean held() {
    return state() instanceof UnitState.Stopping s && s.phase() instanceof UnitState.Phase.Held;
  }

  private static boolean ends(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Down) {
        return true;
      }
    }
    return false;
  }

  private void ownDoing(String text) {
    because = new Cause(Duration.ofNanos(host.loop().now()), path(), text, host.brokenBy(this));
  }

  private void moved(UnitState before, UnitState after) {
    long deadline = after.deadline();
    if (deadline != Instants.NEVER && deadline != before.deadline()) {
      host.loop().at(deadline, this);
    }
    if (after instanceof UnitState.Starting s && slow(s) && !same(before, s)) {
      host.loop().at(host.loop().now() + SLOW.toNanos(), () -> tellSlow(s));
    }
    parent.counted(this, before, after);
    host.moved(this);
  }

  /// What may take its time on the way up, so that somebody wonders.
  private static boolean slow(UnitState.Starting s) {
    return switch (s.phase()) {
      case StartPhase.PreStart _, StartPhase.AwaitingReady _, StartPhase.PostStart _ -> true;
      case StartPhase.Spawning _, StartPhase.AwaitingUp _, StartPhase.Retrying _ -> false;
    };
  }

  /// In the same phase of the same run.
  private static boolean same(UnitState state, UnitState.Starting s) {
    return state instanceof UnitState.Starting other
        && other.run() == s.run()
        && other.phase().getClass().equals(s.phase().getClass());
  }

  private void tellSlow(UnitState.Starting s) {
    if (same(state(), s)) {
      host.slow(this, SLOW);
    }
  }

  private void perform(Effect effect, Step step) {
    switch (effect) {
      case Effect.Launch(long number) -> {
        flaw = "";
        run = host.launch(this, number);
      }
      case Effect.TryAgain() -> apply(new UnitEvent.Begin(host.nextRun()));
      case Effect.RunHook(long number, int hook, int tries, var exit) ->
          hookRun = begin(number, hook, tries, exit);
      case Effect.RunBeside(long number, int hook, var exit) ->
          host.background(this, hook(hook), launch(number), extra(exit));
      case Effect.CancelHook() -> hookRun.cancel();
      case Effect.HookFailed(int hook, String why) -> hookFailed(hook(hook), why);
      case Effect.AwaitReady(var readiness) -> run.perform(new Action.AwaitReady(readiness));
      case Effect.Watch(var liveness) -> run.perform(new Action.Watch(liveness));
      case Effect.EndProbes() -> run.perform(new Action.EndProbes());
      case Effect.Perform(int index, StopStep stop) -> run.perform(action(index, stop));
      case Effect.Sweep() -> run.perform(new Action.Signal(Signals.TERM, Action.Scope.ALL, true));
      case Effect.KillAll() ->
          run.perform(new Action.Signal(Signals.KILL, Action.Scope.ALL, false));
      case Effect.Abandon() -> run.perform(new Action.Abandon());
      case Effect.Name() -> {
        host.lingers(this);
        parent.childLingers(this);
      }
      case Effect.PauseOver() -> parent.pauseOver(this);
      case Effect.Freed() -> {
        spec = successor;
        run = NO_RUN;
        parent.childFreed(this);
      }
      case Effect.Down down -> {
        if (step.state().run() == 0) {
          spec = successor;
        }
        if (!(step.state() instanceof UnitState.Stuck)) {
          run = NO_RUN;
          remains = Survivors.NONE;
        }
        lived = down.lived();
        if (down.exit() instanceof Exit.NotStarted) {
          died = host.loop().now();
        }
        parent.childDown(this, down);
      }
    }
  }

  private Hook hook(int place) {
    return spec.policy().lifecycle().hooks().get(place);
  }

  private HookRun begin(long number, int place, int tries, Optional<Exit> exit) {
    HookReports reports =
        new HookReports() {
          @Override
          public void done() {
            host.loop()
                .post(new Message.Report(Unit.this, new UnitEvent.HookDone(number, place, tries)));
          }

          @Override
          public void failed(String why) {
            host.loop()
                .post(
                    new Message.Report(
                        Unit.this, new UnitEvent.HookFailed(number, place, tries, why)));
          }
        };
    return host.hook(this, hook(place), launch(number), extra(exit), reports);
  }

  private static Map<String, String> extra(Optional<Exit> exit) {
    return exit.map(ended -> Map.of("SUPERVISE_EXIT", Integer.toString(ended.code())))
        .orElse(Map.of());
  }

  private void hookFailed(Hook hook, String why) {
    String text = Block.behind(hook.phase().word() + " '" + hook.name() + "' failed: ", why);
    if (hook.phase() == HookPhase.POST_START) {
      flaw = text;
    }
    host.warn(Block.behind(path() + ": ", text));
  }

  private static Action action(int index, StopStep step) {
    return switch (step) {
      case StopStep.Signal(int signal, var _, StopStep.Target to) ->
          new Action.Signal(
              signal,
              switch (to) {
                case GROUP -> Action.Scope.GROUP;
                case MAIN -> Action.Scope.LEADER;
              },
              signal != Signals.KILL);
      case StopStep.Exec exec -> new Action.Exec(index, exec);
      case StopStep.Call call -> new Action.Call(index, call);
      case StopStep.Kill() -> new Action.Signal(Signals.KILL, Action.Scope.ALL, false);
    };
  }

  Launch launch(long number) {
    Counters tally = condition.tally();
    return new Launch(
        number,
        path(),
        host.resumeId(this),
        prevExit(tally),
        tally.runs(),
        instance,
        this,
        tail(number));
  }

  /// That of the run with this number: all that belongs to a run adds to one.
  private OutputTail tail(long number) {
    if (number != tailOf) {
      tail = new OutputTail();
      tailOf = number;
    }
    return tail;
  }

  /// That of the newest run.
  OutputTail tail() {
    return tail;
  }

  /// The last lines that go with its having come to `status`: where that is a failure of its newest
  /// run, what this one had said by then.
  OutputTail lastOf(Status status) {
    return switch (status) {
      case FAILED, BACKING_OFF, STUCK -> {
        tail.seal();
        yield tail;
      }
      case PENDING, WAITING, BLOCKED, STARTING, RUNNING, STOPPING, STOPPED, FINISHED ->
          OutputTail.NONE;
    };
  }

  private static OptionalInt prevExit(Counters tally) {
    return tally
        .last()
        .map(exit ->
            exit instanceof Exit.Unknown ? OptionalInt.empty() : OptionalInt.of(exit.code()))
        .orElse(OptionalInt.empty());
  }

  @Override
  public void due() {
    if (state().deadline() <= host.loop().now()) {
      apply(new UnitEvent.Due());
    }
  }

  @Override
  public void heard(long number, String text) {
    if (state().run() == number) {
      said = new Said(number, text);
    }
  }

  @Override
  public void outlived(long number, Survivors left) {
    if (state().run() == number) {
      remains = left;
    }
  }

  @Override
  public Map<String, ?> saved() {
    return saved;
  }

  @Override
  public void save(Map<String, ?> values) {
    saved = Map.copyOf(values);
  }
}
