package dev.supervise.verb;

import dev.supervise.run.Status;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.Members;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where a running tree is not as what was declared has it: sizes, what was removed, what was
/// stopped. Pure.
public final class Drift {
  private final Map<String, UnitSnapshot> byPath = new HashMap<>();
  private final List<String> found = new ArrayList<>();

  private Drift() {}

  /// A comment of a script for each difference.
  ///
  /// @param live what was declared while the tree ran, below its root
  public static List<String> lines(
      SupervisorSpec declared, List<UnitSpec> live, UnitSnapshot root) {
    Drift drift = new Drift();
    drift.index(root);
    drift.compare(declared, "");
    live.forEach(unit -> drift.compare(unit, ""));
    return drift.found;
  }

  private void index(UnitSnapshot unit) {
    byPath.put(unit.path(), unit);
    unit.children().forEach(this::index);
  }

  private void compare(SupervisorSpec supervisor, String parent) {
    switch (supervisor.members()) {
      case Members.Listed(List<UnitSpec> units) -> units.forEach(unit -> compare(unit, parent));
      case Members.Pool(UnitSpec _, int size) -> {
        UnitSnapshot pool = byPath.get(parent.substring(0, Math.max(0, parent.length() - 1)));
        if (pool != null && pool.children().size() != size) {
          found.add("// pool '" + pool.path() + "': size " + now(pool.children().size(), size));
        }
      }
    }
  }

  private void compare(UnitSpec unit, String parent) {
    String path = parent + unit.name();
    int instances = unit instanceof ProcessSpec process ? process.instances() : 0;
    if (instances > 0) {
      int there = 0;
      for (String other : byPath.keySet()) {
        there += other.matches(java.util.regex.Pattern.quote(path) + "-[0-9]+") ? 1 : 0;
      }
      if (there != instances) {
        found.add("// '" + path + "': instances " + now(there, instances));
      }
      return;
    }
    UnitSnapshot running = byPath.get(path);
    if (running == null) {
      found.add("// '" + path + "' was removed");
      return;
    }
    if (running.status() == Status.STOPPED && unit.policy().autostart()) {
      found.add("// '" + path + "' was stopped");
    }
    if (unit instanceof SupervisorSpec supervisor) {
      compare(supervisor, path + "/");
    }
  }

  private static String now(int there, int declared) {
    return there + ", where the script says " + declared;
  }
}
