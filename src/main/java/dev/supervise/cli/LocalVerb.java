package dev.supervise.cli;

import java.util.List;
import java.util.Optional;

/// A verb of the command line alone: it needs no running instance, or makes one.
interface LocalVerb {
  /// In the order help lists them.
  List<String> NAMES = List.of("up", "plan", "attach", "repl", "init", "completion", "warm");

  static Optional<LocalVerb> named(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "up" -> new UpVerb();
          case "plan" -> new PlanCommand();
          case "attach" -> new AttachVerb();
          case "repl" -> new ReplVerb();
          case "init" -> new InitVerb();
          case "completion" -> new CompletionVerb();
          case "warm" -> new WarmVerb();
          default -> null;
        });
  }

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
