package dev.supervise.cli;

import dev.supervise.cli.run.CliError;
import dev.supervise.cli.run.InstanceLocator;
import dev.supervise.cli.run.RunOptions;
import dev.supervise.cli.run.RunVerb;
import dev.supervise.run.ExitCodes;
import dev.supervise.verb.Command;
import dev.supervise.verb.Option;
import dev.supervise.verb.Options;
import dev.supervise.verb.Usage;
import java.util.List;
import java.util.Optional;

/// `run SCRIPT`, and what a script alone means: its tree in the foreground.
final class RunCommand implements LocalVerb {
  @Override
  public String name() {
    return "run";
  }

  @Override
  public String heading() {
    return "";
  }

  @Override
  public String purpose() {
    return "run a script's tree in the foreground until it ends or is stopped";
  }

  @Override
  public List<String> details() {
    return List.of(
        "SCRIPT is ./app.groovy where none is named; with NAMEs only these units are started, and"
            + " what",
        "they need.");
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "[SCRIPT [NAME...]]",
            Option.of("NAME", "do not start this unit, nor wait for it", "--except").repeating(),
            ClientOptions.PARAM,
            Option.flag(
                "reload whenever the script, or a file it includes, has changed", "--watch"),
            Option.flag("show what happens to units, not what they write", "--quiet"),
            Option.flag("no prompt on a terminal: lines only", "--no-repl"),
            ClientOptions.COLOR,
            ClientOptions.STATE_DIR,
            STACKTRACE));
  }

  static RunOptions read(Options given) {
    List<String> words = given.words();
    return new RunOptions(
        words.isEmpty() ? InstanceLocator.DEFAULT : words.getFirst(),
        words.isEmpty() ? List.of() : List.copyOf(words.subList(1, words.size())),
        given.all("--except"),
        ClientOptions.params(given),
        given.has("--quiet"),
        ClientOptions.colour(given),
        given.has(STACKTRACE.name()),
        !given.has("--no-repl"),
        given.has("--watch"));
  }

  @Override
  public int call(Options given, CliContext here) {
    RunOptions run = read(given);
    Optional<String> missing =
        MissingScript.sentence(
            run.script(), () -> here.commands().get().stream().map(Command::name).toList());
    if (missing.isPresent()) {
      throw new CliError(ExitCodes.WRONG, missing.get());
    }
    return new RunVerb(run, ClientOptions.environment(given, here.environment()), here.err())
        .call();
  }
}
