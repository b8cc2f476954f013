package dev.supervise.dsl.check;

import dev.supervise.dsl.check.Scope.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.codehaus.groovy.ast.ASTNode;

/// Finds what code that runs later reads and a loop around it assigns again: there is one such
/// variable for all turns of the loop, so that all of that code sees its last value.
///
/// Follows a walk from top to bottom. What the code itself assigns is its own state, and what is
/// assigned once behind it is a value it waits for; neither is found.
final class Captures {
  /// @param at where it is read
  /// @param situation what the code stands in
  record Found(Variable variable, ASTNode at, CodeContext situation) {}

  private record Read(Found found, Set<Integer> loops) {}

  private final Map<Variable, Integer> declared = new IdentityHashMap<>();
  private final Map<Variable, Set<Integer>> assigned = new IdentityHashMap<>();
  private final List<Read> reads = new ArrayList<>();

  /// Those around the place that the walk has reached, outermost first; each has its number.
  private final List<Integer> loops = new ArrayList<>();

  /// Of these, those around the code that runs later.
  private int around;

  private int later;
  private int number;

  /// Walks what is repeated.
  void loop(Runnable walk) {
    loops.add(number++);
    walk.run();
    loops.removeLast();
  }

  /// Walks code that runs later.
  void later(Runnable walk) {
    if (later++ == 0) {
      around = loops.size();
    }
    walk.run();
    later--;
  }

  void declared(Variable variable) {
    if (later == 0) {
      declared.put(variable, loops.size());
    }
  }

  void assigned(Variable variable) {
    if (later == 0) {
      assigned.computeIfAbsent(variable, _ -> new LinkedHashSet<>()).addAll(inside(variable));
    }
  }

  void read(Variable variable, ASTNode at, CodeContext situation) {
    if (later > 0 && declared.containsKey(variable)) {
      Set<Integer> repeated = new LinkedHashSet<>(loops.subList(0, around));
      repeated.retainAll(inside(variable));
      reads.add(new Read(new Found(variable, at, situation), repeated));
    }
  }

  /// The loops that do not make the variable anew.
  private Set<Integer> inside(Variable variable) {
    int from = declared.getOrDefault(variable, loops.size());
    return new LinkedHashSet<>(loops.subList(Math.min(from, loops.size()), loops.size()));
  }

  /// What has been found since the last time.
  List<Found> found() {
    List<Found> found = new ArrayList<>();
    for (Read read : reads) {
      Set<Integer> changing = assigned.getOrDefault(read.found.variable, Set.of());
      if (!Collections.disjoint(changing, read.loops)) {
        found.add(read.found);
      }
    }
    reads.clear();
    assigned.clear();
    declared.clear();
    return found;
  }
}
