package dev.supervise.spec;

/// What names of units, hooks, tasks and schedules may look like: `[A-Za-z0-9._-]+`, and no
/// directory's. Pure.
public final class UnitName {
  private UnitName() {}

  /// @throws InvalidSpec with what is allowed
  public static void check(String name) {
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
