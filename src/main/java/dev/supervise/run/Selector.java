package dev.supervise.run;

import dev.supervise.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The units that are meant: those that the names mean, and of them and all below them only those
/// that carry all of the labels. Names are full paths, or short names wherever those are
/// unambiguous; `web` means all instances of `web`. No names: the whole tree.
public record Selector(List<String> names, Map<String, String> labels) {
  public static final Selector ALL = new Selector(List.of(), Map.of());

  public Selector {
    names = List.copyOf(names);
    labels = Map.copyOf(labels);
  }

  public static Selector of(String... names) {
    return new Selector(List.of(names), Map.of());
  }

  /// Nothing is left out.
  public boolean all() {
    return names.isEmpty() && labels.isEmpty();
  }

  /// Why it means nobody, where nobody carries the labels.
  public String unlabelled() {
    List<String> pairs = new ArrayList<>();
    labels.forEach((key, value) -> pairs.add(key + "=" + value));
    return "no unit is labelled " + Printable.line(String.join(", ", pairs));
  }
}
