package dev.supervise.repl;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/// Units whose output is not shown. Immutable sets behind one reference: any thread.
public final class Muted {
  private volatile Set<String> names = Set.of();

  /// Whether what this unit writes is hidden: it, its family of instances, or one it is below, by
  /// full or by short name.
  public boolean hides(String path) {
    Set<String> now = names;
    if (now.isEmpty()) {
      return false;
    }
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      String unit = path.substring(0, end);
      String shorter = unit.substring(unit.lastIndexOf('/') + 1);
      if (now.contains(unit)
          || now.contains(shorter)
          || now.contains(unit.replaceFirst("-[0-9]+$", ""))
          || now.contains(shorter.replaceFirst("-[0-9]+$", ""))) {
        return true;
      }
    }
    return false;
  }

  synchronized void mute(Collection<String> more) {
    Set<String> all = new TreeSet<>(names);
    all.addAll(more);
    names = Set.copyOf(all);
  }

  /// @param fewer those that are shown again; empty: all
  synchronized void unmute(Collection<String> fewer) {
    Set<String> all = new TreeSet<>(names);
    if (fewer.isEmpty()) {
      all.clear();
    } else {
      all.removeAll(fewer);
    }
    names = Set.copyOf(all);
  }

  Set<String> names() {
    return new TreeSet<>(names);
  }
}
