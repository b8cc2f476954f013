package dev.supervise.spec.term;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The facts of one unit, task or schedule while they are being gathered.
final class Sheet {
  private final Map<String, Object> facts = new LinkedHashMap<>();
  private final Object spec;
  private final String path;
  private final ValueText text;

  /// @param path the full name of a unit; empty for the root, and for what is no unit
  Sheet(Object spec, String path, ValueText text) {
    this.spec = spec;
    this.path = path;
    this.text = text;
  }

  /// Whose word it is.
  Object spec() {
    return spec;
  }

  String path() {
    return path;
  }

  ValueText text() {
    return text;
  }

  /// @param value a text, or a list of texts, which is left out where it is empty
  void put(String word, Object value) {
    if (!value.equals(List.of())) {
      facts.put(word, value);
    }
  }

  Map<String, Object> facts() {
    return facts;
  }
}
