package dev.supervise.cli;

import java.util.List;

/// A verb of the command line alone: it needs no running instance, or makes one.
interface LocalVerb {
  String name();

  /// What follows it: `[-d] [NAME...]`.
  String usage();

  /// What it does, in a few words.
  String purpose();

  /// Its options as typed, for completion.
  List<String> options();

  /// @param words what followed the name
  /// @return the exit code
  /// @throws Refusal with the exit code and a sentence
  /// @throws dev.supervise.repl.Options.Wrong words that are not allowed
  int call(List<String> words, CliContext here);
}
