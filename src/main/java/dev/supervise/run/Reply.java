package dev.supervise.run;

import java.util.List;

/// The answer to a [Request].
public sealed interface Reply {
  /// Carried out.
  record Done(String text) implements Reply {}

  /// Not carried out, and nothing has changed: `why` says what is wrong and what is allowed.
  record Refused(String why) implements Reply {}

  /// Not carried out: a name means nobody, or several.
  record NoSuchUnit(String why) implements Reply {}

  /// Carried out, but a unit did not become what was asked.
  ///
  /// @param units the full names of those whose failure it was, a few at most; may be empty
  record Failed(String why, List<String> units) implements Reply {
    public Failed {
      units = List.copyOf(units);
    }

    /// Nobody failed.
    public Failed(String why) {
      this(why, List.of());
    }
  }
}
