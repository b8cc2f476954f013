package dev.supervise.cli;

import dev.supervise.text.Printable;
import dev.supervise.verb.Command;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/// What a command was started in.
///
/// @param startedWith the parameters that the instance of a pid was started with; empty where its
///   command line cannot be read, or is none of ours
/// @param commands every verb of the command line
record CliContext(
    Map<String, String> environment,
    PrintStream out,
    PrintStream err,
    LongFunction<Optional<Map<String, String>>> startedWith,
    Supplier<List<Command>> commands) {
  /// The same in another environment.
  CliContext in(Map<String, String> environment) {
    return new CliContext(environment, out, err, startedWith, commands);
  }

  void problem(String text) {
    err.println("supervise: " + Printable.text(text));
  }
}
