package dev.supervise;

import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.Members;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Detached processes that an earlier supervise left running, and that no unit of the script can
/// adopt: their declaration is gone, or is one of a unit that is not detached. They are named and
/// left alone: whoever made them outlive supervise may want them still. Pure.
final class OrphanReport {
  private OrphanReport() {}

  /// @param left the processes by the paths of the units they belonged to
  /// @return a sentence about each
  static List<String> of(SupervisorSpec root, Map<String, Integer> left) {
    if (left.isEmpty()) {
      return List.of();
    }
    Set<String> units = new HashSet<>();
    Set<String> pools = new HashSet<>();
    collect(root, "", units, pools);
    return left.entrySet().stream()
        .filter(each -> {
          String path = each.getKey();
          return !units.contains(path)
              && !pools.contains(path.substring(0, Math.max(0, path.lastIndexOf('/'))));
        })
        .map(each ->
            "'"
                + each.getKey()
                + "' (pid "
                + each.getValue()
                + ") was started detached by an earlier supervise, and the script has no detached"
                + " unit of that name any more; it goes on, kill "
                + each.getValue()
                + " ends it")
        .toList();
  }

  private static void collect(
      SupervisorSpec supervisor, String prefix, Set<String> units, Set<String> pools) {
    switch (supervisor.members()) {
      case Members.Pool(UnitSpec template, int _) -> {
        if (detached(template)) {
          pools.add(prefix.substring(0, prefix.length() - 1));
        }
      }
      case Members.Listed(List<UnitSpec> all) -> {
        for (UnitSpec unit : all) {
          String path = prefix + unit.name();
          switch (unit) {
            case SupervisorSpec inner -> collect(inner, path + "/", units, pools);
            case ProcessSpec process when detached(process) -> {
              units.add(path);
              for (int i = 1; i <= process.instances(); i++) {
                units.add(path + "-" + i);
              }
            }
            case ProcessSpec _, FunctionSpec _ -> {}
          }
        }
      }
    }
  }

  private static boolean detached(UnitSpec unit) {
    return unit instanceof ProcessSpec process && process.presence().detached();
  }
}
