package dev.supervise.run;

/// The answer to a [Request].
public sealed interface Reply {
  /// Carried out.
  record Done(String text) implements Reply {}

  /// Not carried out, and nothing has changed: `why` says what is wrong and what is allowed.
  record Refused(String why) implements Reply {}

  /// Not carried out: a name means nobody, or several.
  record NoSuchUnit(String why) implements Reply {}

  /// Carried out, but a unit did not become what was asked.
  record Failed(String why) implements Reply {}
}
