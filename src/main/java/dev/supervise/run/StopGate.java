package dev.supervise.run;

import dev.supervise.plan.UnitState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// One unit's place in the [StopOrder]: how many of its neighbours have somebody behind them who
/// has to be down before this unit is told to end. A change is passed on only where it makes a
/// difference, and never by recursion: a chain of units is longer than Java's stack.
///
/// A unit holds back what it needs, and the supervisor around it, while it is on its way down, and
/// while something behind it is: in between it passes on, whatever has become of it. A supervisor
/// holds back its children until it is told itself, and while something waits for it.
///
/// The edges have to be free of circles: what holds back itself is never told.
final class StopGate implements Unit.Gate {
  private static final SequencedSet<StopGate> NOBODY =
      Collections.unmodifiableSequencedSet(new LinkedHashSet<>());

  interface Listener {
    /// It was closed, and is open.
    void opened(StopGate gate);

    /// Its unit is out of the tree, and it passes nothing on any more.
    void over(StopGate gate);
  }

  final Unit unit;

  /// The supervisor's; null for the root's.
  final @Nullable StopGate home;

  private final Listener listener;

  private final List<StopGate> needs = new ArrayList<>(0);
  private final List<StopGate> dependents = new ArrayList<>(0);

  /// Children that are not told before what waits for this supervisor is down.
  private SequencedSet<StopGate> inside = NOBODY;

  /// Dependents, and the supervisor, that hold this unit back.
  private int ahead;

  /// Children that hold back what this supervisor needs.
  private int within;

  private boolean leaving;
  private boolean untold;
  private boolean removed;

  // What its neighbours know.
  private boolean holdsNeeds;
  private boolean holdsInside;
  private boolean closed;

  StopGate(Unit unit, @Nullable StopGate home, Listener listener) {
    this.unit = unit;
    this.home = home;
    this.listener = listener;
  }

  @Override
  public boolean open() {
    return ahead == 0;
  }

  List<StopGate> needs() {
    return needs;
  }

  List<StopGate> dependents() {
    return dependents;
  }

  SequencedSet<StopGate> inside() {
    return inside;
  }

  boolean leaving() {
    return leaving;
  }

  /// Whether it keeps its children from being told.
  boolean holdsInside() {
    return holdsInside;
  }

  /// Out of the tree, and nothing is passed on any more.
  boolean over() {
    return removed && !holdsNeeds && !holdsInside;
  }

  // ---- what is true of the unit ----

  void become(UnitState state) {
    boolean goes = state instanceof UnitState.Stopping && state.alive();
    boolean waits =
        state instanceof UnitState.Stopping s && s.phase() instanceof UnitState.Phase.Held;
    become(goes, waits);
  }

  /// As if it were not on its way down.
  void disregard() {
    become(false, false);
  }

  private void become(boolean goes, boolean waits) {
    if (goes != leaving || waits != untold) {
      leaving = goes;
      untold = waits;
      passOn();
    }
  }

  /// The unit is down and out of the tree. The gate stays for as long as it passes anything on.
  void remove() {
    removed = true;
    leaving = false;
    untold = false;
    passOn();
  }

  // ---- edges ----

  /// This unit goes down before `target`.
  void need(StopGate target) {
    needs.add(target);
    target.dependents.add(this);
    if (holdsNeeds) {
      target.change(1);
    }
  }

  void needNot(StopGate target) {
    if (needs.remove(target)) {
      target.dependents.remove(this);
      if (holdsNeeds) {
        target.change(-1);
      }
    }
  }

  /// What waits for this supervisor goes down before `child`.
  void hold(StopGate child) {
    if (inside.isEmpty()) {
      inside = new LinkedHashSet<>();
    }
    if (inside.add(child) && holdsInside) {
      child.change(1);
    }
  }

  void holdNot(StopGate child) {
    if (inside.contains(child) && inside.remove(child) && holdsInside) {
      child.change(-1);
    }
  }

  /// Without any edges. To be done to all gates at once, while nothing is on its way down.
  void clear() {
    needs.clear();
    dependents.clear();
    inside = NOBODY;
  }

  private void change(int by) {
    ahead += by;
    passOn();
  }

  // ---- passing on ----

  private void passOn() {
    Queue<StopGate> changed = new ArrayDeque<>();
    changed.add(this);
    for (StopGate gate = changed.poll(); gate != null; gate = changed.poll()) {
      gate.tellNeeds(changed);
      gate.tellInside(changed);
      gate.tellOpened();
      if (gate.over()) {
        gate.leave();
        listener.over(gate);
      }
    }
  }

  private void tellNeeds(Queue<StopGate> changed) {
    boolean holds = leaving || ahead > 0 || within > 0;
    if (holds == holdsNeeds) {
      return;
    }
    holdsNeeds = holds;
    int by = holds ? 1 : -1;
    for (StopGate need : needs.reversed()) {
      need.ahead += by;
      changed.add(need);
    }
    if (home != null) {
      home.within += by;
      changed.add(home);
    }
  }

  private void tellInside(Queue<StopGate> changed) {
    boolean holds = untold || ahead > 0;
    if (holds == holdsInside) {
      return;
    }
    holdsInside = holds;
    int by = holds ? 1 : -1;
    for (StopGate child : inside.reversed()) {
      child.ahead += by;
      changed.add(child);
    }
  }

  private void tellOpened() {
    boolean opens = closed && open();
    closed = !open();
    if (opens) {
      listener.opened(this);
    }
  }

  private void leave() {
    dependents.forEach(dependent -> dependent.needs.remove(this));
    needs.forEach(need -> need.dependents.remove(this));
    if (home != null) {
      home.holdNot(this);
    }
    clear();
  }
}
