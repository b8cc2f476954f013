package dev.supervise.spec;

/// One layer over the environment a child inherits. Layers apply in the order: all files in order
/// of declaration, then all [Set] and [Unset] in order of declaration.
public sealed interface EnvLayer {
  record Set(String name, Value value) implements EnvLayer {
    public Set {
      EnvNames.check(name);
    }
  }

  /// Removes an inherited name (`X: null`).
  record Unset(String name) implements EnvLayer {
    public Unset {
      EnvNames.check(name);
    }
  }

  /// `K=V` lines, read at each start; a missing file fails the start.
  record File(String path) implements EnvLayer {}
}
