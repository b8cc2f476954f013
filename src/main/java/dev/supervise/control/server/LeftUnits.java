package dev.supervise.control.server;

import dev.supervise.control.protocol.UnitLog;
import dev.supervise.spec.Members;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.worker.output.LogBook;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The units of an instance that does not run: those its script declares today, and those whose log
/// files lie in the state directory.
///
/// @param specs by full name, in the order of the script; the root has the empty one
/// @param logs by full name
record LeftUnits(Map<String, UnitSpec> specs, Map<String, UnitLog> logs) {
  /// Children of a pool that are looked for though nothing is left of them.
  private static final int POOLED = 10_000;

  /// @param book knows where units log
  /// @param remarks told of what cannot be found
  static LeftUnits of(Declared declared, LogBook book, Consumer<String> remarks) {
    Map<String, UnitSpec> specs = new LinkedHashMap<>();
    Map<String, UnitLog> logs = new LinkedHashMap<>();
    declared.app().ifPresent(app -> new Walk(specs, logs, book).of(app.root(), "", 0));
    try {
      book.written().forEach((path, place) -> logs.putIfAbsent(path, UnitLog.of(path, place)));
    } catch (IOException e) {
      remarks.accept("log files cannot be looked for: " + e);
    }
    return new LeftUnits(specs, logs);
  }

  private record Walk(Map<String, UnitSpec> specs, Map<String, UnitLog> logs, LogBook book) {
    void of(UnitSpec unit, String path, int instance) {
      specs.put(path, unit);
      if (!(unit instanceof SupervisorSpec supervisor)) {
        book.of(path, unit, instance).ifPresent(place -> logs.put(path, UnitLog.of(path, place)));
        return;
      }
      switch (supervisor.members()) {
        case Members.Pool(UnitSpec template, int size) -> {
          for (int i = 1; i <= Math.min(size, POOLED); i++) {
            of(template, below(path, Integer.toString(i)), 0);
          }
        }
        case Members.Listed(List<UnitSpec> units) -> units.forEach(child -> all(child, path));
      }
    }

    private void all(UnitSpec unit, String around) {
      int instances = unit instanceof ProcessSpec process ? process.instances() : 0;
      if (instances == 0) {
        of(unit, below(around, unit.name()), 0);
      }
      for (int i = 1; i <= instances; i++) {
        of(unit, below(around, unit.name() + "-" + i), i);
      }
    }

    private static String below(String path, String name) {
      return path.isEmpty() ? name : path + "/" + name;
    }
  }

  Set<String> paths() {
    Set<String> paths = new LinkedHashSet<>(specs.keySet());
    paths.addAll(logs.keySet());
    return paths;
  }

  Optional<UnitSpec> spec(String path) {
    return Optional.ofNullable(specs.get(path));
  }

  Optional<UnitLog> log(String path) {
    return Optional.ofNullable(logs.get(path));
  }

  /// The full names of those that carry all of the labels.
  Set<String> labelled(Map<String, String> labels) {
    Set<String> found = new LinkedHashSet<>();
    specs.forEach((path, spec) -> {
      if (spec.policy().labels().entrySet().containsAll(labels.entrySet())) {
        found.add(path);
      }
    });
    return found;
  }

  /// The logs of these units and of all below them.
  List<UnitLog> logs(List<String> paths) {
    List<UnitLog> found = new ArrayList<>();
    logs.forEach((path, log) -> {
      if (paths.stream().anyMatch(around -> within(around, path))) {
        found.add(log);
      }
    });
    return found;
  }

  /// Whether a unit is `around`, or below it.
  static boolean within(String around, String path) {
    return around.isEmpty() || path.equals(around) || path.startsWith(around + "/");
  }
}
