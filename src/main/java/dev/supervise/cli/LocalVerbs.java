package dev.supervise.cli;

import java.util.List;
import java.util.Optional;

/// The verbs of the command line alone.
final class LocalVerbs {
  /// In the order help lists them.
  static final List<String> NAMES =
      List.of("run", "check", "up", "plan", "attach", "repl", "init", "completion", "warm");

  private LocalVerbs() {}

  static Optional<LocalVerb> named(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "run" -> new RunCommand();
          case "check" -> new CheckCommand();
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

  static List<LocalVerb> all() {
    return NAMES.stream().flatMap(name -> named(name).stream()).toList();
  }
}
