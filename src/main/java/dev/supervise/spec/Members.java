package dev.supervise.spec;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The children a supervisor is declared with.
public sealed interface Members {
  /// Written out, in order of declaration.
  record Listed(List<UnitSpec> units) implements Members {
    public Listed {
      units = List.copyOf(units);
      Set<String> names = new HashSet<>();
      for (UnitSpec unit : units) {
        if (!names.add(unit.name())) {
          throw new InvalidSpec("name '" + unit.name() + "' is used twice in one supervisor");
        }
      }
    }
  }

  /// Dynamic children of one template, named `pool/1`, `pool/2`, …: OTP's `simple_one_for_one`.
  record Pool(UnitSpec template, int size) implements Members {
    public Pool {
      if (size < 0 || size > 10_000_000) {
        throw new InvalidSpec("pool size " + size + " is not between 0 and 10000000");
      }
      if (template.policy().significant()) {
        throw new InvalidSpec("significant() has no meaning in a pool");
      }
      if (!template.policy().after().isEmpty()) {
        throw new InvalidSpec("after belongs to the pool, not to its template");
      }
      if (template instanceof ProcessSpec p && p.instances() > 0) {
        throw new InvalidSpec("instances has no meaning in a pool: the pool's size says how many");
      }
    }
  }
}
