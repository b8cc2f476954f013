package dev.supervise.cli;

import dev.supervise.cli.run.CliError;
import dev.supervise.verb.Command;
import dev.supervise.verb.Option;
import dev.supervise.verb.Options;

/// A verb of the command line alone: it needs no running instance, or makes one.
interface LocalVerb extends Command {
  Option STACKTRACE =
      Option.flag("mistakes with the Java stack of what the script threw", "--stacktrace");

  /// What stands before a sentence about its words.
  default String heading() {
    return name() + ": ";
  }

  /// @param given what followed the name
  /// @return the exit code
  /// @throws CliError with the exit code and a sentence
  /// @throws Options.Wrong words that are not allowed
  int call(Options given, CliContext here);
}
