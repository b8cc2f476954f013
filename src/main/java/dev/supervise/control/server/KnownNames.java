package dev.supervise.control.server;

import dev.supervise.text.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Which of some full names a user's name means: the unit of that name, all instances of it, or, by
/// its last part, the one that is unambiguous. Pure.
final class KnownNames {
  private final Set<String> paths;

  /// @param paths the full names there are
  KnownNames(Collection<String> paths) {
    this.paths = new LinkedHashSet<>(paths);
  }

  /// What a name means.
  ///
  /// @param why a sentence where that is nobody, or several; else empty
  record Meaning(List<String> paths, String why) {}

  Meaning of(String name) {
    if (paths.contains(name) && !name.isEmpty()) {
      return new Meaning(List.of(name), "");
    }
    List<String> instances = paths.stream().filter(path -> family(path).equals(name)).toList();
    if (!instances.isEmpty()) {
      return new Meaning(instances, "");
    }
    Set<String> families = new TreeSet<>();
    List<String> found = new ArrayList<>();
    for (String path : paths) {
      if (path.endsWith("/" + name)) {
        families.add(path);
        found.add(path);
      } else if (family(path).endsWith("/" + name)) {
        families.add(family(path));
        found.add(path);
      }
    }
    if (families.size() > 1) {
      return new Meaning(List.of(), "'" + name + "' could be " + String.join(" or ", families));
    }
    return found.isEmpty() ? new Meaning(List.of(), nobody(name)) : new Meaning(found, "");
  }

  private String nobody(String name) {
    String near = Nearest.path(name, paths);
    return "no unit '" + name + "'" + (near.isEmpty() ? "" : " (did you mean '" + near + "'?)");
  }

  /// `web` for `web-2`; a unit that is no instance is its own.
  private static String family(String path) {
    return path.replaceFirst("-[1-9][0-9]*$", "");
  }
}
