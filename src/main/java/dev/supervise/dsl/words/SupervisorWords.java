package dev.supervise.dsl.words;

import dev.supervise.spec.Intensity;
import dev.supervise.spec.Origin;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import java.util.function.Consumer;

/// What a `supervisor` block may say.
final class SupervisorWords extends UnitWords implements FamilyWords {
  private final ChildrenBuilder family = new ChildrenBuilder(this);

  SupervisorWords(Declarations load, Origin origin, String name, Consumer<UnitSpec> built) {
    super(load, origin, name, built);
  }

  @Override
  public ChildrenBuilder family() {
    return family;
  }

  @Override
  String kind() {
    return "supervisor";
  }

  @Override
  UnitSpec build(UnitPolicy policy) {
    return family.build(name, origin, policy, Intensity.DEFAULT);
  }

  @Override
  UnitSpec placeholder(UnitPolicy policy) {
    return build(policy);
  }
}
