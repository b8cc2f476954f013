package dev.supervise.dsl.value;

/// Where `freePort('name')` gets its number. The same name always gets the same number.
@FunctionalInterface
public interface PortSource {
  int free(String name);

  /// Numbers without binding anything, for `check` and `plan`: 20001, 20002, … in order of asking.
  static PortSource unbound() {
    java.util.Map<String, Integer> given = new java.util.concurrent.ConcurrentHashMap<>();
    return name -> given.computeIfAbsent(name, _ -> 20_001 + given.size());
  }
}
