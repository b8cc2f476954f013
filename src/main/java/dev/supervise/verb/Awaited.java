package dev.supervise.verb;

import dev.supervise.control.protocol.Outstanding;
import java.util.Set;

/// What a verb waits for at one moment.
///
/// @param text in one line; empty: for nothing, or for nothing in particular
/// @param failures what of it has failed, by kind
public record Awaited(String text, Set<Outstanding.Failure> failures) {
  public static final Awaited NOTHING = new Awaited("", Set.of());

  public Awaited {
    failures = Set.copyOf(failures);
  }

  /// Something that does not fail.
  public static Awaited of(String text) {
    return new Awaited(text, Set.of());
  }

  boolean nothing() {
    return text.isEmpty();
  }
}
