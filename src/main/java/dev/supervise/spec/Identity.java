package dev.supervise.spec;

import java.util.Optional;
import java.util.OptionalInt;

/// Who a child runs as, and how it is scheduled. Absent values are inherited.
///
/// @param user name or number; brings its own group and supplementary groups with it
/// @param group name or number; wins over the user's own group
/// @param umask 0 to 0777
/// @param nice -20 to 19
public record Identity(
    Optional<String> user, Optional<String> group, OptionalInt umask, OptionalInt nice) {
  public static final Identity INHERITED =
      new Identity(Optional.empty(), Optional.empty(), OptionalInt.empty(), OptionalInt.empty());

  public Identity {
    if (umask.isPresent() && (umask.getAsInt() < 0 || umask.getAsInt() > 0777)) {
      throw new InvalidSpec("umask is not between 000 and 777 (octal)");
    }
    if (nice.isPresent() && (nice.getAsInt() < -20 || nice.getAsInt() > 19)) {
      throw new InvalidSpec("nice " + nice.getAsInt() + " is not between -20 and 19");
    }
  }
}
