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
}
