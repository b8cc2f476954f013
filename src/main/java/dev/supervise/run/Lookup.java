package dev.supervise.run;

import java.util.List;

/// What looking for units by name shows.
public sealed interface Lookup {
  /// @param units in the order they were named in, none twice
  record Units(List<UnitSnapshot> units) implements Lookup {}

  /// A name means nobody, or several.
  record NoSuchUnit(String why) implements Lookup {}
}
