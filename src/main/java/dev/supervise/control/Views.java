package dev.supervise.control;

import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.Exit;
import dev.supervise.spec.Secrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the engine shows as what clients see. Pure.
final class Views {
  private Views() {}

  static UnitView of(UnitSnapshot unit, Secrets secrets) {
    List<UnitView> children = new ArrayList<>(unit.children().size());
    for (UnitSnapshot child : unit.children()) {
      children.add(of(child, secrets));
    }
    return new UnitView(
        unit.path(),
        unit.kind(),
        unit.serial(),
        unit.run(),
        unit.status(),
        unit.ready(),
        unit.live(),
        unit.pid(),
        unit.startTicks(),
        unit.exit().map(exit -> ended(exit, secrets)),
        unit.restarts(),
        unit.inState(),
        secrets.shown(unit.detail()),
        labels(unit, secrets),
        children);
  }

  private static Map<String, String> labels(UnitSnapshot unit, Secrets secrets) {
    Map<String, String> labels = new LinkedHashMap<>();
    unit.labels().forEach((key, value) -> labels.put(key, secrets.shown(value)));
    return labels;
  }

  private static UnitView.Ended ended(Exit exit, Secrets secrets) {
    int signal = exit instanceof Exit.Signalled(int number, boolean _) ? number : 0;
    return new UnitView.Ended(exit.code(), signal, secrets.shown(exit.phrase()));
  }

  /// The units that carry all of the labels, in the order of the tree; none of them below another
  /// of them is left out.
  static List<UnitSnapshot> carrying(List<UnitSnapshot> units, Map<String, String> labels) {
    List<UnitSnapshot> found = new ArrayList<>();
    for (UnitSnapshot unit : units) {
      if (unit.labels().entrySet().containsAll(labels.entrySet())) {
        found.add(unit);
      }
      found.addAll(carrying(unit.children(), labels));
    }
    return found.stream().distinct().toList();
  }
}
