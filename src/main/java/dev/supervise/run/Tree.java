package dev.supervise.run;

import dev.supervise.plan.Effect;
import dev.supervise.plan.EndKind;
import dev.supervise.plan.Goal;
import dev.supervise.plan.UnitEvent;
import dev.supervise.plan.UnitState;
import dev.supervise.spec.App;
import dev.supervise.spec.Exit;
import dev.supervise.spec.Hook;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.TaskEdge;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Unhandled;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Run;
import dev.supervise.worker.Survivors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The running tree: every unit, and what concerns all of them. It hands mail to whom it is for,
/// starts runs, tells the watcher, and knows when nothing can run any more. Everything but [#post]
/// belongs to the loop.
public final class Tree {
  private static final Run NO_RUN = _ -> {};
  private static final Reply.Refused DOWN = new Reply.Refused("the tree is down");

  final Loop loop;
  private final Set<Unit> awaitingTasks = new LinkedHashSet<>();
  private final Workers workers;
  private final Watcher watcher;
  private final Random dice;
  private final UUID identity;
  private final Map<Unit, Group> groups = new IdentityHashMap<>();
  private final Map<String, List<Unit>> byPath = new HashMap<>();
  private final Requests operator = new Requests(this);

  /// Whoever waits for units before there are any.
  private final List<Message.Ask> early = new ArrayList<>();

  final Reload changeover = new Reload(this);
  final StopOrder stopOrder = new StopOrder(this);

  /// Written by whoever starts the tree, before that, and by the loop from then on.
  private volatile Declaration declaration = Declaration.NOTHING;

  private @Nullable Unit root;
  private Stage stage = Stage.NEW;
  private final List<Transition> news = new ArrayList<>();

  /// Units whose dependents are still to be asked; the first one's are being asked.
  private final ArrayDeque<Unit> unsettled = new ArrayDeque<>();

  private long serials;
  private long runs;
  private int busy;
  private final Set<BackgroundHook> besides = new LinkedHashSet<>();

  /// Declared units that something has been said about.
  private final Set<String> hinted = new HashSet<>();

  /// Hooks that wait for an earlier call of themselves.
  private final List<BackgroundHook> next = new ArrayList<>();

  private @Nullable Unit unreached;
  private @Nullable CriticalPath arrivals;

  private enum Stage {
    NEW,
    UP,
    /// Told to stop, or with nothing left to do.
    LEAVING,
    OVER
  }

  /// @param dice varies pauses; seeded by tests
  public Tree(Clock clock, Workers workers, Watcher watcher, Random dice) {
    this.loop = new Loop(clock, this::handle, this::tell, this::rest);
    this.workers = workers;
    this.watcher = watcher;
    this.dice = dice;
    this.identity = new UUID(dice.nextLong(), dice.nextLong());
  }

  // ---- from any thread ----

  /// Starts the loop's thread. Tests drive [#turn] instead.
  public void serve() {
    loop.start();
  }

  /// Takes over what is declared, before anything of it is started. Once.
  public void declare(App app) {
    declaration = declaration.followedBy(app);
    watcher.declared(declaration);
  }

  /// What the tree is declared as now.
  public Declaration declaration() {
    return declaration;
  }

  /// Starts what is declared. Once.
  public CompletableFuture<Reply> start() {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    urgent(new Message.Begin(reply));
    return reply;
  }

  /// Takes over a tree without a script, and starts it. Once.
  public CompletableFuture<Reply> start(SupervisorSpec root) {
    declare(App.of(root));
    return start();
  }

  public CompletableFuture<Reply> ask(Request request) {
    return ask(request, "");
  }

  /// @param by who asks, for people: `SIGTERM`, `the REPL`; stands in the causes of what follows
  public CompletableFuture<Reply> ask(Request request, String by) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    urgent(new Message.Ask(request, by, reply));
    return reply;
  }

  /// The whole tree at one moment.
  public CompletableFuture<UnitSnapshot> look() {
    CompletableFuture<UnitSnapshot> reply = new CompletableFuture<>();
    urgent(new Message.Look(reply));
    return reply;
  }

  /// The units that names mean, each with all below it, at one moment.
  public CompletableFuture<Lookup> look(List<String> names) {
    CompletableFuture<Lookup> reply = new CompletableFuture<>();
    urgent(new Message.LookFor(names, reply));
    return reply;
  }

  /// What [Watcher#busy] spoke of is over.
  public void nudge() {
    loop.post(new Message.Nudge());
  }

  /// The keeper died. To be called before its runs are reported as ended.
  public void keeperLost() {
    loop.post(new Message.KeeperLost());
  }

  /// Ends the loop's thread and waits for it; what still runs is the workers' to end. Whatever is
  /// asked from now on is answered that the tree is down.
  public void close() throws InterruptedException {
    loop.close();
    loop.join();
    refuseLate();
  }

  private void urgent(Message item) {
    loop.postUrgent(item);
    if (loop.closed()) {
      refuseLate();
    }
  }

  private void refuseLate() {
    Optional<Message> late = loop.late();
    while (late.isPresent()) {
      switch (late.get()) {
        case Message.Ask(var _, var _, var reply) -> reply.complete(DOWN);
        case Message.Begin(var reply) -> reply.complete(DOWN);
        case Message.Look(var reply) -> reply.completeExceptionally(down());
        case Message.LookFor(var _, var reply) -> reply.completeExceptionally(down());
        case Message.Report _, Message.Said _, Message.Left _, Message.BesideOver _, Message.More _ -> {}
        case Message.Warning _, Message.Nudge _, Message.KeeperLost _, Message.Opened _ -> {}
      }
      late = loop.late();
    }
  }

  private static IllegalStateException down() {
    return new IllegalStateException(DOWN.why());
  }

  // ---- for tests ----

  /// Handles what has come and is due; true if there was anything.
  boolean turn() {
    boolean any = loop.turn();
    if (!any) {
      rest();
    }
    return any;
  }

  // ---- mail ----

  private void handle(Message item) {
    try {
      switch (item) {
        case Message.Report(Unit unit, UnitEvent event) -> unit.apply(event);
        case Message.Said(Unit unit, long run, String text) -> {
          if (unit.state().run() == run) {
            unit.said = new Unit.Said(run, text);
          }
        }
        case Message.Left(Unit unit, long run, Survivors remains) -> {
          if (unit.state().run() == run) {
            unit.remains = remains;
          }
        }
        case Message.BesideOver(BackgroundHook hook, String why) -> hook.over(why);
        case Message.More(Group group) -> group.more();
        case Message.Opened() -> stopOrder.proceed();
        case Message.Ask ask when stage == Stage.NEW && ask.request() instanceof Request.Await ->
            early.add(ask);
        case Message.Ask(Request request, String by, var reply) ->
            operator.carryOut(request, Cause.asked(loop.now(), by, request), reply);
        case Message.Look(var reply) -> answer(reply, this::snapshot);
        case Message.LookFor(var names, var reply) -> answer(reply, () -> operator.look(names));
        case Message.Warning(String text) -> warn(text);
        case Message.Nudge() -> {
          // What follows for the tree is seen when there is no mail left.
          for (Unit unit : List.copyOf(awaitingTasks)) {
            awaitingTasks.remove(unit);
            if (unit.state() instanceof UnitState.Waiting) {
              unit.place.tryStart(unit, unit.because);
            }
          }
        }
        case Message.KeeperLost() -> {
          warn("the keeper is gone; what it kept is taken down and started again");
          // Before there is a tree, what it kept was nobody's.
          if (root != null) {
            rootGroup()
                .failedRound(
                    Cause.first(loop.now(), "", "the keeper was lost"),
                    "the keeper was lost once more than intensity allows");
          }
        }
        case Message.Begin(var reply) -> begin(reply);
      }
    } catch (RuntimeException | Error defect) {
      // Half of it is done, and nobody knows which half.
      throw new Unhandled(describe(item), defect);
    }
  }

  /// A question that only reads: what goes wrong with it is its answer, and changes nothing.
  private static <T> void answer(CompletableFuture<T> reply, Supplier<T> question) {
    T answer;
    try {
      answer = question.get();
    } catch (RuntimeException | Error defect) {
      reply.completeExceptionally(defect);
      return;
    }
    reply.complete(answer);
  }

  private UnitSnapshot snapshot() {
    if (root == null) {
      throw new NoTree();
    }
    return Snapshots.of(this);
  }

  private static String describe(Message item) {
    return item instanceof Message.Report(Unit unit, UnitEvent event)
        ? "'" + unit.path() + "' " + event
        : item.getClass().getSimpleName();
  }

  private void begin(CompletableFuture<Reply> reply) {
    if (stage != Stage.NEW) {
      reply.complete(new Reply.Refused("a tree is running already"));
      return;
    }
    root = new TreeBuilder(this).grow(declaration.app().root());
    stopOrder.rewire(List.of());
    stage = Stage.UP;
    arrivals = new CriticalPath(this, loop.now());
    reply.complete(new Reply.Done(""));
    root.because = Cause.first(loop.now(), "", "the tree was started");
    root.apply(new UnitEvent.Begin(nextRun()));
    early.forEach(this::handle);
    early.clear();
  }

  /// No mail is left: is there anything that could still happen?
  private void rest() {
    if (stage != Stage.UP || busy > 0 || !besides.isEmpty() || loop.waiting()) {
      return;
    }
    for (Group group : groups.values()) {
      if (group.busy()) {
        return;
      }
    }
    if (watcher.busy()) {
      return;
    }
    // What the operator stopped or took away he may bring back.
    if (operator.keepsOpen()) {
      return;
    }
    finish(TreeOutcome.outcome(this));
  }

  private void finish(Outcome outcome) {
    if (stage == Stage.OVER) {
      return;
    }
    stage = Stage.OVER;
    List.copyOf(besides).forEach(BackgroundHook::cancel);
    operator.close();
    tell();
    watcher.over(outcome);
  }

  // ---- for the units and groups ----

  Unit root() {
    if (root == null) {
      throw new IllegalStateException("nothing has been started yet: onStart is under way");
    }
    return root;
  }

  boolean running() {
    return stage == Stage.UP || stage == Stage.LEAVING;
  }

  /// Runs, and is not on its way to its end.
  boolean staying() {
    return stage == Stage.UP;
  }

  Group rootGroup() {
    return java.util.Objects.requireNonNull(groups.get(root()));
  }

  @Nullable Group group(Unit unit) {
    return groups.get(unit);
  }

  void register(Unit unit, Group group) {
    groups.put(unit, group);
  }

  void index(String path, Unit unit) {
    byPath.computeIfAbsent(path, _ -> new ArrayList<>(1)).add(unit);
  }

  void unindex(String path, Unit unit) {
    List<Unit> units = byPath.get(path);
    if (units != null && units.remove(unit) && units.isEmpty()) {
      byPath.remove(path);
    }
  }

  /// The units a full path stands for: one, all instances, or none.
  List<Unit> at(String path) {
    return byPath.getOrDefault(path, List.of());
  }

  Map<String, List<Unit>> paths() {
    return byPath;
  }

  long nextSerial() {
    return ++serials;
  }

  long nextRun() {
    return ++runs;
  }

  double roll() {
    return dice.nextDouble();
  }

  String resumeId(Unit unit) {
    return new UUID(
            identity.getMostSignificantBits(), identity.getLeastSignificantBits() ^ unit.serial)
        .toString();
  }

  Run launch(Unit unit, long number) {
    Group group = groups.get(unit);
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

  HookRun hook(
      Unit unit, Hook hook, Launch launch, Map<String, String> extra, HookReports reports) {
    try {
      return workers.hook(unit.spec, hook, launch, extra, reports);
    } catch (NoThread e) {
      reports.failed(String.valueOf(e.getMessage()));
      return () -> {};
    }
  }

  /// At most one call of a hook runs and one more, the newest, waits for it: a unit that crashes
  /// faster than its hook ends does not fill the machine with copies.
  void beside(BackgroundHook hook) {
    Optional<BackgroundHook> earlier = besides.stream().filter(hook::same).findFirst();
    if (earlier.isEmpty()) {
      besides.add(hook);
      hook.begin();
    } else {
      if (next.removeIf(hook::same)) {
        earlier.get().tellSkipped();
      }
      next.add(hook);
    }
  }

  void besideOver(BackgroundHook hook) {
    besides.remove(hook);
    next.stream()
        .filter(hook::same)
        .findFirst()
        .ifPresent(waiting -> {
          next.remove(waiting);
          if (stage == Stage.UP) {
            beside(waiting);
          }
        });
  }

  void warn(String text) {
    tell();
    watcher.warned(text);
  }

  /// Says once of a declared unit what was probably meant; instances and children of a pool are
  /// one.
  void hint(Unit unit, String text) {
    if (hinted.add(unit.place.path(unit.spec.name()))) {
      warn(unit.path() + ": " + text);
    }
  }

  void forget(Unit unit) {
    groups.remove(unit);
  }

  /// Keeps count of what may still act: leaves that run or are about to.
  void counted(Unit unit, UnitState before, UnitState after) {
    boolean leaf = !groups.containsKey(unit);
    busy += (acting(leaf, after) ? 1 : 0) - (acting(leaf, before) ? 1 : 0);
  }

  /// A supervisor that is up does nothing by itself; its children do.
  private static boolean acting(boolean leaf, UnitState state) {
    return leaf && state.alive()
        || state instanceof UnitState.BackingOff
        || state instanceof UnitState.Stopping && state.alive();
  }

  /// A unit's step is complete.
  void changed(Unit unit) {
    Status status = unit.status();
    boolean ready = unit.ready();
    if (status != unit.told || ready != unit.toldReady) {
      Status before = unit.told;
      unit.told = status;
      unit.toldReady = ready;
      news.add(StateText.of(unit, before, status, loop.now()));
      CriticalPath first = arrivals;
      if (first != null && (ready || status == Status.FINISHED)) {
        first.add(unit, loop.now());
        lookWhetherReached(first);
      }
    }
    settle(unit);
    changeover.changed(unit);
    operator.changed(unit);
  }

  /// Asks those that wait for a unit anew, then those that wait for them: one after another,
  /// because a chain of them may be longer than any stack is deep.
  private void settle(Unit unit) {
    unsettled.add(unit);
    if (unsettled.size() > 1) {
      return;
    }
    while (!unsettled.isEmpty()) {
      Unit next = unsettled.getFirst();
      for (Unit dependent : List.copyOf(RestForOneOrder.dependents(next))) {
        if (dependent.state() instanceof UnitState.Waiting) {
          dependent.place.tryStart(
              dependent, next.because.led(loop.now(), next.path(), next.status().word()));
        }
      }
      unsettled.removeFirst();
    }
  }

  /// Looks at the unit that stood in the way last time first, so that a start costs no square.
  private void lookWhetherReached(CriticalPath first) {
    if (stage != Stage.UP
        || !(root().state() instanceof UnitState.Running)
        || unreached != null && !TreeOutcome.reached(unreached)) {
      return;
    }
    unreached = TreeOutcome.unreached(this, rootGroup());
    if (unreached == null) {
      arrivals = null;
      tell();
      watcher.reached(first.path());
    }
  }

  /// Tells what has moved. Done when all that follows from it has been asked for, so that no
  /// restart waits for the display; and before every answer that speaks of it.
  void tell() {
    for (Transition transition : news) {
      watcher.moved(transition);
    }
    news.clear();
  }

  /// Whether a unit need not wait for a task; it is tried again when one has completed.
  boolean completed(Unit unit, TaskEdge task) {
    boolean completed = watcher.completed(task);
    if (!completed) {
      awaitingTasks.add(unit);
    }
    return completed;
  }

  void lingering(Unit unit) {
    warn(StateText.leftover(unit) + " lives on after KILL");
  }

  /// A unit whose goal was `GONE` is down.
  void remove(Unit unit) {
    List<Unit> waiting = List.copyOf(unit.dependents);
    new TreeBuilder(this).remove(unit);
    for (Unit dependent : waiting) {
      if (dependent.state() instanceof UnitState.Waiting) {
        dependent.place.tryStart(dependent, unit.because);
      }
    }
    changeover.changed(unit);
    operator.changed(unit);
  }

  /// Becomes what is declared now.
  ///
  /// @return empty where the tree was declared otherwise than the plan assumes meanwhile
  Optional<Reload.Begun> reload(Request.Reload reload, Cause cause) {
    return declaration.version() == reload.version()
        ? Optional.of(changeover.begin(reload.plan(), cause))
        : Optional.empty();
  }

  /// A reload that nothing can refuse any more. What it starts may need to know already.
  void redeclared(App next) {
    declaration = declaration.followedBy(next);
    watcher.declared(declaration);
  }

  /// Start conditions are others than before: who waits for a start is tried once more.
  void waitAnew(Cause cause) {
    unreached = null;
    waitAnew(rootGroup(), cause);
    CriticalPath first = arrivals;
    if (first != null) {
      lookWhetherReached(first);
    }
  }

  private void waitAnew(Group group, Cause cause) {
    if (group.isPool()) {
      return;
    }
    for (Unit child : List.copyOf(group.children())) {
      if (child.state() instanceof UnitState.Waiting) {
        group.tryStart(child, cause);
      }
      Group below = groups.get(child);
      if (below != null) {
        waitAnew(below, cause);
      }
    }
    group.recount();
  }

  /// A supervisor that is down forgets children that were taken away while it stopped.
  void shrink(Group group) {
    for (Unit child : List.copyOf(group.children())) {
      if (child.goal() == Goal.GONE && child.state().run() == 0) {
        remove(child);
      }
    }
  }

  /// Stop everything; `kill` at once.
  void shutdown(boolean kill, Cause cause) {
    if (stage == Stage.UP || stage == Stage.LEAVING) {
      if (stage == Stage.UP || kill) {
        List.copyOf(besides).forEach(BackgroundHook::cancel);
      }
      stage = Stage.LEAVING;
      root().because = cause;
      root().apply(kill ? new UnitEvent.Kill() : new UnitEvent.Stop());
    }
  }

  /// The place of the root: nobody's child.
  final class Top implements Place {
    @Override
    public String path(String name) {
      return "";
    }

    @Override
    public void counted(Unit child, UnitState before, UnitState after) {}

    @Override
    public void childDown(Unit child, Effect.Down down) {
      finish(TreeOutcome.after(Tree.this, down));
    }

    @Override
    public void childLingers(Unit child) {
      finish(TreeOutcome.after(Tree.this, new Effect.Down(new Exit.Unknown(""), EndKind.KILLED, 0, 0)));
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
