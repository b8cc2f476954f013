package dev.supervise.cli.run;

import dev.supervise.run.ExitCodes;
import dev.supervise.spec.App;
import dev.supervise.spec.Dependencies;
import dev.supervise.spec.Edge;
import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.Members;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Wiring;
import dev.supervise.text.Nearest;
import dev.supervise.text.Printable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The part of a tree that a command line asks for. What it leaves out stays declared, as if it
/// said `autostart false`.
///
/// - Named units are started (also those with `autostart false`), and with them the supervisors
///   around them and, transitively, what their `after` names.
/// - Everything inside a named supervisor counts as named, except what says `autostart false`.
/// - Excepted units are not started and not waited for: whoever excepts one answers for it.
final class UnitSelection {
  private final Map<String, UnitSpec> byPath = new LinkedHashMap<>();
  private final Map<String, List<String>> byName = new HashMap<>();
  private final Set<String> wanted = new HashSet<>();
  private final Set<String> excepted = new HashSet<>();

  private final Wiring wiring;

  private UnitSelection(SupervisorSpec root) {
    wiring = Dependencies.of(root);
    index(root, "");
  }

  /// @param names empty: everything
  /// @throws CliError a name is no unit of the tree, or names several
  static App of(App app, List<String> names, List<String> except) {
    if (names.isEmpty() && except.isEmpty()) {
      return app;
    }
    UnitSelection selection = new UnitSelection(app.root());
    for (String name : except) {
      selection.except(selection.resolve(name));
    }
    if (names.isEmpty()) {
      for (String path : selection.byPath.keySet()) {
        if (selection.starts(path)) {
          selection.wanted.add(path);
        }
      }
    }
    for (String name : names) {
      String path = selection.resolve(name);
      if (selection.excepted.contains(path)) {
        throw new CliError(
            ExitCodes.WRONG, "'" + name + "' is both named and excepted; say one of the two");
      }
      selection.want(path);
    }
    SupervisorSpec root = (SupervisorSpec) selection.rewritten(app.root(), "");
    return app.withRoot(root);
  }

  private void index(SupervisorSpec supervisor, String prefix) {
    if (supervisor.members() instanceof Members.Listed(var units)) {
      for (UnitSpec unit : units) {
        String path = prefix + unit.name();
        byPath.put(path, unit);
        byName.computeIfAbsent(unit.name(), _ -> new ArrayList<>()).add(path);
        if (unit instanceof SupervisorSpec inner) {
          index(inner, path + "/");
        }
      }
    }
  }

  private String resolve(String name) {
    if (byPath.containsKey(name)) {
      return name;
    }
    List<String> paths = byName.getOrDefault(name, List.of());
    if (paths.size() == 1) {
      return paths.getFirst();
    }
    if (!paths.isEmpty()) {
      throw new CliError(
          ExitCodes.WRONG, "'" + name + "' is ambiguous; allowed are " + String.join(", ", paths));
    }
    String whole = owner(name);
    if (!whole.isEmpty()) {
      throw new CliError(
          ExitCodes.WRONG,
          "'" + name + "' cannot be chosen alone; say '" + whole + "' for all of them");
    }
    String near = Nearest.path(name, byPath.keySet());
    throw new CliError(
        ExitCodes.WRONG,
        "no unit '"
            + Printable.line(name)
            + "'"
            + (near.isEmpty() ? "" : " (did you mean '" + near + "'?)"));
  }

  /// The unit that `web-1` or `workers/1` is one of many of; empty when there is none.
  private String owner(String name) {
    int cut = Math.max(name.lastIndexOf('-'), name.lastIndexOf('/'));
    String whole = cut < 0 ? "" : name.substring(0, cut);
    List<String> paths =
        byPath.containsKey(whole) ? List.of(whole) : byName.getOrDefault(whole, List.of());
    for (String path : paths) {
      UnitSpec unit = byPath.get(path);
      boolean many =
          unit instanceof ProcessSpec p && p.instances() > 0
              || unit instanceof SupervisorSpec s && s.members() instanceof Members.Pool;
      if (many) {
        return whole;
      }
    }
    return "";
  }

  private void except(String path) {
    excepted.add(path);
    for (String other : byPath.keySet()) {
      if (other.startsWith(path + "/")) {
        excepted.add(other);
      }
    }
  }

  /// Would the unit start if nothing were chosen?
  private boolean starts(String path) {
    UnitSpec unit = byPath.get(path);
    return unit != null && unit.policy().autostart() && !excepted.contains(path);
  }

  /// A named unit, or a needed one, with all that comes with it.
  private void want(String path) {
    if (excepted.contains(path) || !wanted.add(path)) {
      return;
    }
    UnitSpec unit = byPath.get(path);
    if (unit == null) {
      return;
    }
    around(path);
    if (unit instanceof SupervisorSpec s && s.members() instanceof Members.Listed(var units)) {
      for (UnitSpec inner : units) {
        if (inner.policy().autostart()) {
          want(path + "/" + inner.name());
        }
      }
    }
    needs(path);
  }

  /// The supervisors around a unit, and what they wait for, without their other children.
  private void around(String path) {
    int slash = path.lastIndexOf('/');
    if (slash > 0) {
      String parent = path.substring(0, slash);
      if (wanted.add(parent)) {
        around(parent);
        needs(parent);
      }
    }
  }

  private void needs(String path) {
    for (Wiring.ResolvedEdge edge : wiring.edges().getOrDefault(path, List.of())) {
      for (String target : targets(edge)) {
        want(target);
      }
    }
  }

  /// The units an edge is about; an instance stands for the unit it is one of.
  private Set<String> targets(Wiring.ResolvedEdge edge) {
    Set<String> units = new HashSet<>();
    for (String target : edge.targets()) {
      units.add(byPath.containsKey(target) ? target : target.substring(0, target.lastIndexOf('-')));
    }
    return units;
  }

  private List<Edge> kept(UnitSpec unit, String path) {
    List<Wiring.ResolvedEdge> resolved = wiring.edges().getOrDefault(path, List.of());
    List<Edge> kept = new ArrayList<>();
    for (int i = 0; i < resolved.size(); i++) {
      if (!excepted.containsAll(targets(resolved.get(i)))) {
        kept.add(unit.policy().after().get(i));
      }
    }
    return kept;
  }

  private UnitSpec rewritten(UnitSpec unit, String path) {
    UnitPolicy p = unit.policy();
    UnitPolicy policy =
        path.isEmpty()
            ? p
            : new UnitPolicy(
                p.restart(),
                p.successExits(),
                p.pause(),
                p.maxRestarts(),
                kept(unit, path),
                p.priority(),
                p.oneShot(),
                p.significant(),
                wanted.contains(path),
                p.labels(),
                p.stop(),
                p.lifecycle(),
                p.afterTasks());
    return switch (unit) {
      case ProcessSpec s ->
          new ProcessSpec(
              s.name(),
              s.origin(),
              policy,
              s.command(),
              s.dir(),
              s.base(),
              s.env(),
              s.cleanEnv(),
              s.identity(),
              s.limits(),
              s.logs(),
              s.instances(),
              s.presence());
      case FunctionSpec s -> new FunctionSpec(s.name(), s.origin(), policy, s.body());
      case SupervisorSpec s ->
          new SupervisorSpec(
              s.name(),
              s.origin(),
              policy,
              s.strategy(),
              s.intensity(),
              s.autoShutdown(),
              s.stopWithin(),
              rewritten(s.members(), path.isEmpty() ? "" : path + "/"));
    };
  }

  private Members rewritten(Members members, String prefix) {
    return switch (members) {
      case Members.Listed(var units) ->
          new Members.Listed(
              units.stream().map(unit -> rewritten(unit, prefix + unit.name())).toList());
      case Members.Pool pool -> pool;
    };
  }
}
