package dev.supervise.run;

import dev.supervise.text.Nearest;
import dev.supervise.text.Printable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Finds the units that users' names mean: full paths, or short names wherever those are
/// unambiguous; a unit with instances means all of them; children of pools are `pool/7`.
final class UnitNames {
  /// A name that means nobody, or several.
  static final class Unknown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unknown(String message) {
      super(message, null, false, false);
    }
  }

  private final Registry registry;

  UnitNames(Registry registry) {
    this.registry = registry;
  }

  /// In the order they were named in or stand in the tree, none twice.
  List<Unit> find(Selector which) {
    Set<Unit> named = new LinkedHashSet<>();
    which.names().forEach(name -> named.addAll(find(name)));
    if (which.names().isEmpty()) {
      named.add(registry.root());
    }
    if (which.labels().isEmpty()) {
      return new ArrayList<>(named);
    }
    Set<Unit> carrying = new LinkedHashSet<>();
    named.forEach(unit -> carrying(unit, which, carrying));
    if (carrying.isEmpty()) {
      throw new Unknown(which.unlabelled());
    }
    return new ArrayList<>(carrying);
  }

  private void carrying(Unit unit, Selector which, Set<Unit> found) {
    if (unit.spec.policy().labels().entrySet().containsAll(which.labels().entrySet())) {
      found.add(unit);
    }
    Group below = registry.group(unit);
    if (below != null) {
      below.children().forEach(child -> carrying(child, which, found));
    }
  }

  Unit one(String name) {
    List<Unit> units = find(name);
    if (units.size() != 1) {
      throw new Unknown("'" + name + "' means " + units.size() + " units; name one of them");
    }
    return units.getFirst();
  }

  private List<Unit> find(String name) {
    List<Unit> exact = name.isEmpty() ? List.of() : registry.at(name);
    if (!exact.isEmpty()) {
      return List.copyOf(exact);
    }
    List<Unit> pooled = inPool(name);
    if (!pooled.isEmpty()) {
      return pooled;
    }
    List<String> paths = new ArrayList<>();
    for (String path : registry.paths()) {
      if (path.endsWith("/" + name)) {
        paths.add(path);
      }
    }
    paths.sort(null);
    if (paths.size() > 1) {
      throw new Unknown("'" + Printable.line(name) + "' could be " + String.join(" or ", paths));
    }
    if (paths.isEmpty()) {
      throw new Unknown("no unit '" + Printable.line(name) + "'" + hint(name));
    }
    return List.copyOf(registry.at(paths.getFirst()));
  }

  private List<Unit> inPool(String name) {
    int slash = name.lastIndexOf('/');
    if (slash <= 0) {
      return List.of();
    }
    for (Unit unit : registry.at(name.substring(0, slash))) {
      Group group = registry.group(unit);
      if (group != null && group.isPool()) {
        String child = name.substring(slash + 1);
        if (child.matches("[1-9][0-9]{0,7}")
            && Integer.parseInt(child) <= group.children().size()) {
          return List.of(group.children().get(Integer.parseInt(child) - 1));
        }
      }
    }
    return List.of();
  }

  private String hint(String name) {
    String near = Nearest.path(name, registry.paths());
    return near.isEmpty() ? "" : " (did you mean '" + near + "'?)";
  }
}
