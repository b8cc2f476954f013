package dev.supervise.spec;

/// A unit as data: what is wanted of one member of the tree. Never changes; a reload makes new
/// ones.
public sealed interface UnitSpec permits ProcessSpec, FunctionSpec, SupervisorSpec {
  /// Unique in its supervisor; `[A-Za-z0-9._-]+`.
  String name();

  Origin origin();

  UnitPolicy policy();

  /// The field's word for it: `process`, `function`, `supervisor`, `pool`.
  String kind();

  /// A name every unit may carry.
  static void checkName(String name) {
    if (name.isEmpty()) {
      throw new InvalidSpec("a unit's name is empty; allowed are A-Z a-z 0-9 . _ -");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean fine =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '.'
              || c == '_'
              || c == '-';
      if (!fine) {
        throw new InvalidSpec("name '" + name + "': allowed are A-Z a-z 0-9 . _ -");
      }
    }
    if (name.equals(".") || name.equals("..")) {
      throw new InvalidSpec("name '" + name + "' is a directory's");
    }
  }
}
