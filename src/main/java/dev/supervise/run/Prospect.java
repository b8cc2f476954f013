package dev.supervise.run;

/// What can be said now of a unit that somebody waits for.
sealed interface Prospect {
  Prospect MET = new Met();

  /// It has become what is waited for.
  record Met() implements Prospect {}

  /// It may yet.
  ///
  /// @param again when it is to be looked at once more though nothing has happened to it, by the
  ///   loop's clock; `Instants.NEVER` when only an event can change anything
  record Open(long again) implements Prospect {}

  /// It will not, unless somebody does something about it.
  ///
  /// @param why a clause about the unit: who it is, how it stands, and what would help
  /// @param failed the full name of the unit whose failure it comes down to; empty where nothing
  ///   failed
  record Vain(String why, String failed) implements Prospect {}
}
