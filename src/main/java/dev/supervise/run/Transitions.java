package dev.supervise.run;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What the watcher is told: every change of a status, in order, and what goes wrong. Changes are
/// told when all that follows from them has been asked for, so that no restart waits for the
/// display; and before every warning and answer that speaks of them. Belongs to the loop.
final class Transitions {
  private final Loop loop;
  private final Watcher watcher;
  private final List<Transition> untold = new ArrayList<>();

  /// Declared units that something has been said about.
  private final Set<String> hinted = new HashSet<>();

  Transitions(Loop loop, Watcher watcher) {
    this.loop = loop;
    this.watcher = watcher;
  }

  /// A unit's step is complete.
  ///
  /// @return whether it shows another status than the watcher knows, or has become ready or not
  boolean changed(Unit unit) {
    Status status = unit.status();
    boolean ready = unit.ready();
    if (status == unit.told && ready == unit.toldReady) {
      return false;
    }
    Status before = unit.told;
    unit.told = status;
    unit.toldReady = ready;
    untold.add(StateText.of(unit, before, status, loop.now()));
    return true;
  }

  void tell() {
    for (Transition transition : untold) {
      watcher.moved(transition);
    }
    untold.clear();
  }

  void warn(String text) {
    tell();
    watcher.warned(text);
  }

  /// Says once of a declared unit what was probably meant; instances and children of a pool are
  /// one.
  void hint(Unit unit, String text) {
    if (hinted.add(unit.parent.path(unit.spec.name()))) {
      warn(unit.path() + ": " + text);
    }
  }
}
