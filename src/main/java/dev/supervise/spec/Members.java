package dev.supervise.spec;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
      clashes(units)
          .forEach((unit, family) -> {
            throw new InvalidSpec(
                "name '" + unit.name() + "' is that of an instance of '" + family.name() + "'");
          });
    }
  }

  /// The number after the last dash, without leading zeros; 0 where there is none.
  static int instance(String name) {
    String digits = name.substring(name.lastIndexOf('-') + 1);
    boolean number =
        digits.length() < name.length()
            && !digits.isEmpty()
            && digits.length() <= 6
            && digits.charAt(0) != '0'
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? Integer.parseInt(digits) : 0;
  }

  /// Units that are named like an instance (`web-3`) of a sibling, with that sibling.
  static Map<UnitSpec, ProcessSpec> clashes(List<UnitSpec> units) {
    Map<String, ProcessSpec> families = new HashMap<>();
    for (UnitSpec unit : units) {
      if (unit instanceof ProcessSpec process && process.instances() > 0) {
        families.put(process.name(), process);
      }
    }
    Map<UnitSpec, ProcessSpec> clashes = new LinkedHashMap<>();
    if (!families.isEmpty()) {
      for (UnitSpec unit : units) {
        int number = instance(unit.name());
        ProcessSpec family =
            number == 0
                ? null
                : families.get(unit.name().substring(0, unit.name().lastIndexOf('-')));
        if (family != null && number <= family.instances()) {
          clashes.put(unit, family);
        }
      }
    }
    return clashes;
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
