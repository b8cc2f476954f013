package dev.supervise.cli;

import dev.supervise.cli.run.RunOptions;
import dev.supervise.verb.Verb;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one command line asks for.
public sealed interface Invocation {
  /// Run a tree in the foreground.
  record Run(RunOptions options) implements Invocation {}

  /// Load a script, start nothing, and say what was understood.
  ///
  /// @param stateDir where its state would be kept; empty: where it usually is
  record Check(
      String script,
      Map<String, String> params,
      Form form,
      boolean stacktrace,
      Optional<String> stateDir)
      implements Invocation {}

  /// How a check answers.
  enum Form {
    TEXT,
    JSON,
    /// Workflow commands that GitHub shows beside the lines.
    GITHUB
  }

  /// Ask a running instance.
  record Client(Verb verb, List<String> words) implements Invocation {}

  /// Do something without an instance, or make one.
  record Local(LocalVerb verb, List<String> words) implements Invocation {}

  /// Print a text and end.
  record Say(String text) implements Invocation {}

  /// The arguments are wrong: say why and end with 2.
  record Wrong(String why) implements Invocation {}
}
