package dev.supervise.cli.run;

import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.Members;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a unit is called on screen: its short name where that is unambiguous, its path where it is
/// not; a pool's children by the pool's name and their number. Immutable; any thread may ask.
public final class DisplayNames {
  /// Longer names push their own line to the right and nobody else's.
  private static final int WIDEST = 20;

  /// Nobody is known: everybody is called by his path.
  public static final DisplayNames NONE = new DisplayNames(Map.of(), 0, 0);

  private final Map<String, Label> byPath;
  private final int width;
  private final int units;

  /// @param index of its colour
  record Label(String text, int index) {}

  private DisplayNames(Map<String, Label> byPath, int width, int units) {
    this.byPath = byPath;
    this.width = width;
    this.units = units;
  }

  /// Those of a tree that runs elsewhere.
  public static DisplayNames of(UnitSnapshot root) {
    Map<String, Integer> uses = new HashMap<>();
    List<UnitSnapshot> all = new ArrayList<>();
    collect(root, all);
    all.forEach(unit -> uses.merge(unit.name(), 1, Integer::sum));
    Map<String, Label> byPath = new HashMap<>();
    int widest = 0;
    for (UnitSnapshot unit : all) {
      String text = uses.getOrDefault(unit.name(), 0) == 1 ? unit.name() : unit.path();
      byPath.put(unit.path(), new Label(text, byPath.size()));
      widest = Math.max(widest, Math.min(text.length(), WIDEST));
    }
    return new DisplayNames(byPath, widest, all.size());
  }

  private static void collect(UnitSnapshot unit, List<UnitSnapshot> all) {
    for (UnitSnapshot child : unit.children()) {
      all.add(child);
      // A pool's children have its label and their number.
      if (!child.kind().equals("pool")) {
        collect(child, all);
      }
    }
  }

  public static DisplayNames of(SupervisorSpec root) {
    Map<String, Integer> uses = new HashMap<>();
    walk(root.members(), "", (path, name, _) -> uses.merge(name, 1, Integer::sum));
    Map<String, Label> byPath = new HashMap<>();
    int[] widest = {0};
    walk(
        root.members(),
        "",
        (path, name, unit) -> {
          String text = uses.getOrDefault(name, 0) == 1 ? name : path;
          byPath.put(path, new Label(text, byPath.size()));
          int length = text.length();
          if (unit instanceof SupervisorSpec s && s.members() instanceof Members.Pool pool) {
            length += 1 + Integer.toString(pool.size()).length();
          }
          widest[0] = Math.max(widest[0], Math.min(length, WIDEST));
        });
    return new DisplayNames(byPath, widest[0], count(root));
  }

  private interface Visit {
    void unit(String path, String name, UnitSpec unit);
  }

  private static void walk(Members members, String parent, Visit visit) {
    switch (members) {
      case Members.Listed(var units) -> {
        for (UnitSpec unit : units) {
          int instances = unit instanceof ProcessSpec p ? p.instances() : 0;
          if (instances == 0) {
            visit.unit(parent + unit.name(), unit.name(), unit);
          }
          for (int i = 1; i <= instances; i++) {
            visit.unit(parent + unit.name() + "-" + i, unit.name() + "-" + i, unit);
          }
          if (unit instanceof SupervisorSpec inner) {
            walk(inner.members(), parent + unit.name() + "/", visit);
          }
        }
      }
      // Its children share the pool's label; there may be a million of them.
      case Members.Pool _ -> {}
    }
  }

  /// How many processes and functions a tree declares.
  private static int count(UnitSpec unit) {
    return switch (unit) {
      case ProcessSpec p -> Math.max(1, p.instances());
      case FunctionSpec _ -> 1;
      case SupervisorSpec s ->
          switch (s.members()) {
            case Members.Listed(var units) -> units.stream().mapToInt(DisplayNames::count).sum();
            case Members.Pool(var template, int size) -> size * count(template);
          };
    };
  }

  Label of(String path) {
    Label known = byPath.get(path);
    if (known != null) {
      return known;
    }
    int slash = path.lastIndexOf('/');
    if (slash < 0) {
      return new Label(path, path.hashCode());
    }
    Label parent = of(path.substring(0, slash));
    return new Label(parent.text() + path.substring(slash), parent.index() + path.hashCode());
  }

  /// How wide the column of names is.
  int width() {
    return width;
  }

  /// How many processes and functions there are.
  public int units() {
    return units;
  }

  public static String pad(String text, int width) {
    return text.length() >= width ? text : text + " ".repeat(width - text.length());
  }
}
