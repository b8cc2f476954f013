package dev.supervise.spec;

/// What the kernel accepts as the name of an environment variable (environ(7)): not empty, no `=`,
/// no NUL.
final class EnvNames {
  private EnvNames() {}

  static void check(String name) {
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      throw new InvalidSpec("'" + name + "' is not a name for an environment variable");
    }
  }
}
