package dev.supervise.cli;

import java.util.List;

/// What one command line asks for, beside a verb against a running instance.
sealed interface Invocation {
  /// @param words what followed the verb
  record Local(LocalVerb verb, List<String> words) implements Invocation {}

  /// Print a text and end.
  record Say(String text) implements Invocation {}

  /// The arguments are wrong: say why and end with 2.
  record Wrong(String why) implements Invocation {}
}
