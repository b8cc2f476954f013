package dev.supervise.run;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who is in the tree: its units by their full names, and the group of each supervisor. Belongs to
/// the loop.
final class Registry {
  private final Map<Unit, Group> groups = new IdentityHashMap<>();
  private final Map<String, List<Unit>> byPath = new HashMap<>();
  private @Nullable Unit root;

  /// The first of all. Once.
  void plant(Unit first, Group group) {
    root = first;
    register(first, group);
    index(first.path(), first);
  }

  /// @throws IllegalStateException before there is one
  Unit root() {
    if (root == null) {
      throw new IllegalStateException("nothing has been started yet: onStart is under way");
    }
    return root;
  }

  Group rootGroup() {
    return Objects.requireNonNull(groups.get(root()));
  }

  // ---- the groups ----

  void register(Unit supervisor, Group group) {
    groups.put(supervisor, group);
  }

  /// Null for what is no supervisor.
  @Nullable Group group(Unit unit) {
    return groups.get(unit);
  }

  Collection<Group> groups() {
    return Collections.unmodifiableCollection(groups.values());
  }

  void forget(Unit unit) {
    groups.remove(unit);
  }

  /// Those of `such` in start order; what is below a unit comes after it.
  List<Unit> inStartOrder(Set<Unit> such) {
    List<Unit> inOrder = new ArrayList<>();
    collect(rootGroup(), such, inOrder);
    return inOrder;
  }

  private void collect(Group group, Set<Unit> such, List<Unit> inOrder) {
    for (Unit child : group.children()) {
      if (such.contains(child)) {
        inOrder.add(child);
      }
      Group below = groups.get(child);
      if (below != null) {
        collect(below, such, inOrder);
      }
    }
  }

  // ---- the names ----

  /// Instances of one unit are under its name too; children of a pool are under none.
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

  /// Every full path that stands for any.
  Set<String> paths() {
    return Collections.unmodifiableSet(byPath.keySet());
  }
}
