package dev.supervise.control;

import java.util.List;
import java.util.Map;

/// The units a query is about: those that the names mean, and of them only those that carry all of
/// the labels. No names: the whole tree.
public record Which(List<String> names, Map<String, String> labels) {
  public static final Which ALL = new Which(List.of(), Map.of());

  public Which {
    names = List.copyOf(names);
    labels = Map.copyOf(labels);
  }

  public static Which of(String... names) {
    return new Which(List.of(names), Map.of());
  }

  /// Nothing is left out.
  public boolean all() {
    return names.isEmpty() && labels.isEmpty();
  }
}
