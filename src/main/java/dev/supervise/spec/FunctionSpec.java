package dev.supervise.spec;

/// A go-style function: a closure on a virtual thread, supervised like a process.
public record FunctionSpec(String name, Origin origin, UnitPolicy policy, FunctionBody body)
    implements UnitSpec {
  public FunctionSpec {
    UnitName.check(name);
  }

  @Override
  public String kind() {
    return "function";
  }
}
