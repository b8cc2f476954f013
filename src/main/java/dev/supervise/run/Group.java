package dev.supervise.run;

import dev.supervise.plan.Effect;
import dev.supervise.plan.EndKind;
import dev.supervise.plan.Goal;
import dev.supervise.plan.RestartWindow;
import dev.supervise.plan.StartConditions;
import dev.supervise.plan.Strategies;
import dev.supervise.plan.UnitEvent;
import dev.supervise.plan.UnitState;
import dev.supervise.plan.Verdict;
import dev.supervise.spec.Block;
import dev.supervise.spec.Exit;
import dev.supervise.spec.Grace;
import dev.supervise.spec.Members;
import dev.supervise.spec.Strategy;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.TaskEdge;
import dev.supervise.worker.Action;
import dev.supervise.worker.Run;
import dev.supervise.worker.Survivors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The working side of a supervisor: its children in start order, its window, and what it is about
/// to do. To its own unit it is a worker's run like any other, so trees nest and failures climb.
/// Belongs to the loop; never waits: long work is cut into slices it posts to itself, so that a
/// stop is always heard.
final class Group implements Unit.Parent, Run {
  /// What supervisors, and those who carry out what is asked of the tree, see of it.
  interface Host extends Unit.Host {
    @Nullable Group group(Unit unit);

    /// A state was replaced: keeps count of what may still act.
    void counted(Unit unit, UnitState before, UnitState after);

    /// Takes a unit that is down out of the tree.
    void remove(Unit unit);

    /// Start conditions are others than before: who waits for a start is tried once more.
    void rewired(Cause cause);

    boolean running();

    /// Runs, and is not on its way to its end.
    boolean staying();

    /// Whether a unit is not to start before what a reload removes is down.
    boolean holds(Unit unit);

    /// Whether a unit need not wait for a task; it is tried again when one has completed.
    boolean completed(Unit unit, TaskEdge task);

    /// Between 0 and 1; varies pauses.
    double roll();
  }

  /// Children started or stopped between two looks at the mailbox.
  private static final int SLICE = 128;

  /// What a group is about; each with what is true only then.
  private sealed interface Life {
    record Off() implements Life {}

    /// @param next the place of the child to be started next; all are under way when it equals
    ///   their number
    /// @param comingUp wanted children that have not come up in this run yet
    record On(long run, int next, int comingUp) implements Life {}

    /// Everything is being stopped.
    ///
    /// @param exit what the supervisor's own run will have ended with
    /// @param next the place of the child to be asked next, counting down; -1 when all have been
    ///   asked
    record Leaving(long run, Exit exit, int next) implements Life {}
  }

  final Unit self;
  final Host host;
  private final List<Unit> children = new ArrayList<>();
  private Life life = new Life.Off();
  private RestartWindow window = RestartWindow.EMPTY;
  private RestartRound round = RestartRound.NONE;
  private int alive;
  private final Set<Unit> live = new LinkedHashSet<>();

  /// Why its children are being started, or stopped.
  private Cause course = Cause.NONE;

  /// What of its children's doing ends it.
  private Optional<Cause> brokenBy = Optional.empty();

  Group(Host host, Unit self) {
    this.host = host;
    this.self = self;
  }

  @Override
  public Unit supervisor() {
    return self;
  }

  SupervisorSpec spec() {
    return (SupervisorSpec) self.spec;
  }

  boolean isPool() {
    return spec().members() instanceof Members.Pool;
  }

  @Override
  public boolean chained() {
    return self.declared() instanceof SupervisorSpec declared
        && declared.strategy() == Strategy.REST_FOR_ONE;
  }

  /// In start order.
  List<Unit> children() {
    return children;
  }

  /// Declared or added: takes its place at the end. Nothing is started, and a supervisor that is
  /// coming up does not wait for it.
  void adopt(Unit child) {
    children.add(child);
    if (life instanceof Life.On on) {
      child.countedIn = on.run();
    }
  }

  /// Gives the children of no pool another order. What was to be started next is found again by
  /// going through all of them once more.
  void order(Comparator<Unit> comparator) {
    children.sort(comparator);
    switch (life) {
      case Life.Off() -> {}
      case Life.On(long run, int next, int comingUp) ->
          life = new Life.On(run, next < children.size() ? 0 : next, comingUp);
      case Life.Leaving _ -> {
        // All have been asked.
      }
    }
  }

  /// Children it waited for to come up may have been stopped or taken away.
  void recount() {
    if (life instanceof Life.On(long run, int next, int comingUp)) {
      int left = 0;
      for (Unit child : children) {
        left += child.goal().wantsStart() && child.countedIn != run ? 1 : 0;
      }
      if (left < comingUp) {
        life = new Life.On(run, next, left);
        if (left == 0) {
          self.up(run, 0, 0);
        }
      }
    }
  }

  /// Declared while the tree runs: lasts for the present run of the supervisor.
  void declaredLive(Unit child) {
    live.add(child);
  }

  boolean isDeclaredLive(Unit child) {
    return live.contains(child);
  }

  /// May be changed: what the script declares now is live no longer.
  Set<Unit> declaredLive() {
    return live;
  }

  boolean busy() {
    return !round.isEmpty()
        || switch (life) {
          case Life.Off() -> false;
          case Life.On on -> on.next() < children.size();
          case Life.Leaving _ -> true;
        };
  }

  // ---- its own run ----

  /// The supervisor's unit was started: bring up the children, in order, as they become possible.
  void begin(long run) {
    window = RestartWindow.EMPTY;
    round = RestartRound.NONE;
    for (Unit child : live) {
      host.remove(child);
      host.warn("'" + child.path() + "' was declared live and is gone: its supervisor restarted");
    }
    live.clear();
    int wanted = 0;
    for (Unit child : children) {
      if (child.state() instanceof UnitState.GaveUp) {
        child.count(child.condition.tally().reset());
      }
      if (child.goal().wantsStart()) {
        wanted++;
      }
    }
    brokenBy = Optional.empty();
    course = concerning("started");
    life = new Life.On(run, 0, wanted);
    if (wanted == 0) {
      self.up(run, 0, 0);
    }
    more();
  }

  @Override
  public void perform(Action action) {
    switch (action) {
      case Action.Signal(int _, Action.Scope scope, boolean _) when scope == Action.Scope.ALL ->
          kill();
      case Action.Signal _, Action.Exec _, Action.Call _ ->
          leave(new Exit.Returned(), concerning("stopping"));
      case Action.Abandon() -> kill();
      case Action.AwaitReady _, Action.Watch _, Action.EndProbes _ ->
          throw new IllegalStateException("a supervisor has no probes");
    }
  }

  /// Stop every child, dependents first, then end with `exit`.
  private void leave(Exit exit, Cause cause) {
    if (life instanceof Life.On(long run, int _, int _)) {
      course = cause;
      round = RestartRound.NONE;
      life = new Life.Leaving(run, exit, isPool() ? children.size() - 1 : -1);
      if (!isPool()) {
        children.reversed().forEach(child -> hold(child, course));
      }
      if (spec().stopWithin() instanceof Grace.Limited(Duration limit)) {
        host.loop()
            .at(
                host.loop().now() + limit.toNanos(),
                () -> {
                  if (life instanceof Life.Leaving(long number, var _, int _) && number == run) {
                    kill();
                  }
                });
      }
      more();
    }
  }

  /// Everything below is to end, but not before what depends on it: an end seen from now on belongs
  /// to the stop.
  private void hold(Unit child, Cause cause) {
    boolean changes =
        switch (child.state()) {
          case UnitState.Starting _, UnitState.Running _ -> true;
          case UnitState.Waiting _, UnitState.BackingOff _ -> true;
          case UnitState.Idle _, UnitState.Stopping _, UnitState.Finished _ -> false;
          case UnitState.GaveUp _, UnitState.Stuck _ -> false;
        };
    if (changes) {
      child.because = cause;
    }
    child.apply(new UnitEvent.Stop());
    Group below = host.group(child);
    if (below != null && !below.isPool() && child.state() instanceof UnitState.Stopping) {
      below.course = below.concerning("stopping");
      below.children.reversed().forEach(inner -> below.hold(inner, below.course));
    }
  }

  private void kill() {
    switch (life) {
      case Life.Off() -> {}
      case Life.On(long run, int _, int _) -> life = new Life.Leaving(run, new Exit.Returned(), -1);
      case Life.Leaving(long run, Exit exit, int _) -> life = new Life.Leaving(run, exit, -1);
    }
    round = RestartRound.NONE;
    Cause cause = concerning("killed");
    for (Unit child : List.copyOf(children)) {
      if (child.state().run() != 0) {
        child.because = cause;
      }
      child.apply(new UnitEvent.Kill());
    }
    checkLeft();
  }

  /// Does the next slice of starting or stopping.
  void more() {
    switch (life) {
      case Life.Off() -> {}
      case Life.On(long run, int next, int _) -> {
        int until = Math.min(next + SLICE, children.size());
        for (int i = next; i < until; i++) {
          // Starting one may fail so hard that the group leaves at once.
          if (!(life instanceof Life.On(long same, int _, int comingUp) && same == run)) {
            return;
          }
          life = new Life.On(run, i + 1, comingUp);
          tryStart(children.get(i), course);
        }
        if (life instanceof Life.On on && on.next() < children.size()) {
          host.loop().post(new Message.More(this::more));
        }
      }
      case Life.Leaving(long run, Exit exit, int next) -> {
        int least = Math.max(next - SLICE, -1);
        life = new Life.Leaving(run, exit, least);
        for (int i = next; i > least; i--) {
          Unit child = children.get(i);
          child.because = course;
          child.apply(new UnitEvent.Stop());
        }
        if (least >= 0) {
          host.loop().post(new Message.More(this::more));
        }
        checkLeft();
      }
    }
  }

  private void checkLeft() {
    if (life instanceof Life.Leaving(long run, Exit exit, int next) && next < 0 && alive == 0) {
      life = new Life.Off();
      shrink();
      self.ended(run, exit, Survivors.NONE);
    }
  }

  /// Forgets children that were taken away while it stopped.
  private void shrink() {
    for (Unit child : List.copyOf(children)) {
      if (child.goal() == Goal.GONE && child.state().run() == 0) {
        host.remove(child);
      }
    }
  }

  // ---- its children ----

  @Override
  public String path(String name) {
    String path = self.path();
    return path.isEmpty() ? name : path + "/" + name;
  }

  @Override
  public boolean active() {
    return life instanceof Life.On
        && !(self.state() instanceof UnitState.Stopping)
        && host.running();
  }

  @Override
  public void counted(Unit child, UnitState before, UnitState after) {
    if (before.alive() != after.alive()) {
      alive += after.alive() ? 1 : -1;
    }
    host.counted(child, before, after);
    boolean settled =
        after instanceof UnitState.Running
            || after instanceof UnitState.Finished
            || after instanceof UnitState.GaveUp;
    if (settled
        && life instanceof Life.On(long run, int next, int comingUp)
        && child.countedIn != run) {
      child.countedIn = run;
      life = new Life.On(run, next, comingUp - 1);
      if (comingUp == 1) {
        self.up(run, 0, 0);
      }
    }
  }

  @Override
  public void tryStart(Unit child, Cause cause) {
    if (!active()
        || !child.goal().wantsStart()
        || child.state().run() != 0
        || round.includes(child)
        || host.holds(child)) {
      return;
    }
    if (child.state() instanceof UnitState.BackingOff(var _, long until)
        && until > host.loop().now()) {
      return;
    }
    List<String> on = List.of();
    List<String> blocked = List.of();
    for (Unit.StartCondition link : RestForOneOrder.links(child)) {
      StartConditions.Holds holds = link.holds();
      if (holds != StartConditions.Holds.YES) {
        on = with(on, link.target().path());
      }
      if (holds == StartConditions.Holds.BLOCKED) {
        blocked = with(blocked, link.target().path());
      }
    }
    for (TaskEdge task : child.spec.policy().afterTasks()) {
      if (!host.completed(child, task)) {
        on = with(on, task.text());
      }
    }
    child.because = cause;
    if (on.isEmpty()) {
      child.apply(new UnitEvent.Begin(host.nextRun()));
    } else if (!child.state().equals(new UnitState.Waiting(on, blocked))) {
      child.apply(new UnitEvent.Await(on, blocked));
    }
  }

  private static List<String> with(List<String> list, String item) {
    if (list.contains(item)) {
      return list;
    }
    List<String> longer = new ArrayList<>(list);
    longer.add(item);
    return List.copyOf(longer);
  }

  @Override
  public void childLingers(Unit child) {
    round.settled(child);
    checkRound();
    checkLeft();
  }

  @Override
  public void childFreed(Unit child) {
    if (child.goal() == Goal.GONE) {
      host.remove(child);
    } else {
      tryStart(child, child.because);
    }
  }

  @Override
  public void pauseOver(Unit child) {
    if (round.includes(child)) {
      round.settled(child);
      checkRound();
    } else {
      tryStart(child, child.because);
    }
  }

  @Override
  public void childDown(Unit child, Effect.Down down) {
    if (life instanceof Life.Leaving) {
      checkLeft();
      return;
    }
    if (child.goal() == Goal.GONE) {
      round.settled(child);
      host.remove(child);
    } else if (round.includes(child)) {
      round.settled(child);
    } else if (active() && child.goal().wantsStart()) {
      switch (down.end()) {
        case SUCCESS, FAILURE -> judge(child, down);
        // Wanted up again: this is the middle of an operator's restart.
        case STOPPED, KILLED -> tryStart(child, child.because);
      }
    }
    checkRound();
  }

  private void judge(Unit child, Effect.Down down) {
    Verdict verdict =
        Strategies.after(
            spec(),
            child.path(),
            child.spec.policy(),
            child.condition.tally(),
            down.end(),
            down.healthyFor(),
            child.spec.policy().significant() ? significantLeft(child) : 0,
            window,
            host.loop().now(),
            host.roll());
    switch (verdict) {
      case Verdict.LeaveDown() -> {}
      case Verdict.GiveUp(int restarts) -> child.apply(new UnitEvent.GiveUp(restarts));
      case Verdict.EndGroup() ->
          broken(child, new Exit.AutoShutdown(child.path(), down.exit().code()));
      case Verdict.Escalate(String cause) ->
          broken(child, new Exit.Escalated(cause + ": " + Block.first(down.exit().phrase())));
      case Verdict.Restart(int streak, long pause, RestartWindow next) -> {
        window = next;
        child.count(child.condition.tally().restarted(streak));
        child.apply(new UnitEvent.Pause(Math.max(host.loop().now(), child.died + pause)));
        take(child);
      }
    }
  }

  private void broken(Unit child, Exit exit) {
    brokenBy = Optional.of(child.because);
    leave(exit, child.because.led(host.loop().now(), self.path(), exit.phrase()));
  }

  /// What its children are told when something becomes of itself.
  private Cause concerning(String text) {
    String path = self.path();
    return path.isEmpty() ? self.because : self.because.led(host.loop().now(), path, text);
  }

  /// What of its children's doing made it end.
  Optional<Cause> brokenBy() {
    return brokenBy;
  }

  private int significantLeft(Unit child) {
    int left = 0;
    for (Unit sibling : children) {
      boolean over =
          sibling.state() instanceof UnitState.Finished(var _, EndKind end)
              && (end == EndKind.SUCCESS || end == EndKind.FAILURE);
      if (sibling != child && sibling.spec.policy().significant() && !over) {
        left++;
      }
    }
    return left;
  }

  /// The strategy: whom the failed child takes with it.
  private void take(Unit failed) {
    if (isPool()) {
      return;
    }
    switch (spec().strategy()) {
      case ONE_FOR_ONE -> {}
      case ONE_FOR_ALL, REST_FOR_ONE -> {
        int at = children.indexOf(failed);
        int[] scope = Strategies.scope(spec().strategy(), at, children.size());
        restart(
            List.copyOf(children.subList(scope[0], scope[1])),
            failed.because.led(host.loop().now(), self.path(), taking(failed)));
      }
    }
  }

  private String taking(Unit failed) {
    return switch (spec().strategy()) {
      case ONE_FOR_ONE -> "oneForOne restarts '" + failed.name + "'";
      case ONE_FOR_ALL -> "oneForAll restarts all of it with '" + failed.name + "'";
      case REST_FOR_ONE -> "restForOne restarts '" + failed.name + "' and what comes after it";
    };
  }

  /// One round: everything of it stops, in order, before anything of it starts.
  private void restart(List<Unit> members, Cause cause) {
    round = round.joinedBy(members);
    for (Unit member : members.reversed()) {
      if (member.state().alive()) {
        hold(member, cause);
      }
    }
    for (Unit member : members) {
      boolean pausing =
          member.state() instanceof UnitState.BackingOff(var _, long until)
              && until > host.loop().now();
      if (!member.state().alive() && !pausing) {
        if (!(member.state() instanceof UnitState.BackingOff)) {
          member.because = cause;
        }
        round.settled(member);
      }
    }
    checkRound();
  }

  private void checkRound() {
    if (round.over()) {
      List<Unit> members = round.members();
      round = RestartRound.NONE;
      for (Unit member : children) {
        if (members.contains(member)
            && Strategies.roundStarts(member.spec.policy(), member.goal(), member.state())) {
          tryStart(member, member.because);
        }
      }
    }
  }

  /// The operator stopped a child that was not running.
  void forget(Unit child) {
    round.settled(child);
    checkRound();
  }

  /// The keeper died and took every process with it: one failed round of everything, counted once.
  void failedRound(Cause cause, String exceeded) {
    if (!active()) {
      return;
    }
    switch (window.grant(spec().intensity(), host.loop().now())) {
      case RestartWindow.Grant.Granted(RestartWindow next) -> {
        window = next;
        restart(List.copyOf(children), cause);
      }
      case RestartWindow.Grant.Exceeded(int _) -> {
        brokenBy = Optional.of(cause);
        leave(new Exit.Escalated(exceeded), cause.led(host.loop().now(), self.path(), exceeded));
      }
    }
  }
}
