package dev.supervise.control.protocol;

import java.util.List;
import java.util.Map;

/// The units a query is about: those that the names mean, and of them only those that carry all of
/// the labels. No names: the whole tree.
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
}
