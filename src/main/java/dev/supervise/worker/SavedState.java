package dev.supervise.worker;

import java.util.Map;

/// What a function's runs hand to the next one. Thread-safe.
public interface SavedState {
  Map<String, ?> saved();

  void save(Map<String, ?> values);
}
