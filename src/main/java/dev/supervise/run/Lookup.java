package dev.supervise.run;

import java.util.List;

/// What looking for units shows.
public sealed interface Lookup {
  /// @param units in the order they were named in or stand in the tree, none twice
  record Units(List<UnitSnapshot> units) implements Lookup {}

  /// A name means nobody, or several, or nobody carries the labels.
  record NoSuchUnit(String why) implements Lookup {}

  /// The tree, which [Selector#ALL] means.
  ///
  /// @throws IllegalStateException something else was looked for, and is not there
  default UnitSnapshot root() {
    return switch (this) {
      case Units(var units) -> units.getFirst();
      case NoSuchUnit(String why) -> throw new IllegalStateException(why);
    };
  }
}
