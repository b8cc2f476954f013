package dev.supervise.control.server;

import dev.supervise.control.protocol.RecordCodec;
import dev.supervise.control.protocol.UnitView;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.Exit;
import dev.supervise.spec.StartFailure;
import dev.supervise.text.Secrets;
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
        labels(unit.labels(), secrets),
        children,
        unit.goal());
  }

  static Map<String, String> labels(Map<String, String> labels, Secrets secrets) {
    Map<String, String> shown = new LinkedHashMap<>();
    labels.forEach((key, value) -> shown.put(key, secrets.shown(value)));
    return shown;
  }

  private static UnitView.Ended ended(Exit exit, Secrets secrets) {
    int signal = exit instanceof Exit.Signalled(int number, boolean _) ? number : 0;
    String phrase = secrets.shown(exit.phrase());
    return exit instanceof Exit.NotStarted(StartFailure failure)
        ? new UnitView.Ended(
            exit.code(), signal, phrase, RecordCodec.word(failure.step()), failure.errno())
        : new UnitView.Ended(exit.code(), signal, phrase);
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
