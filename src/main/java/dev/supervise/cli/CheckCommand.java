package dev.supervise.cli;

import dev.supervise.cli.CheckOptions.Form;
import dev.supervise.cli.run.InstanceLocator;
import dev.supervise.verb.Option;
import dev.supervise.verb.Options;
import dev.supervise.verb.Usage;
import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.util.List;

/// `check [SCRIPT]`: [CheckVerb], as it is typed.
final class CheckCommand implements LocalVerb {
  @Override
  public String name() {
    return "check";
  }

  @Override
  public String heading() {
    return "";
  }

  @Override
  public String purpose() {
    return "load a script, start and create nothing, and print the plan it understood";
  }

  @Override
  public List<String> details() {
    return List.of("SCRIPT is ./app.groovy where none is named.");
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "[SCRIPT]",
            ClientOptions.PARAM,
            Option.flag("one JSON document, plan or mistakes", "--json"),
            Option.flag("mistakes as annotations for GitHub's workflows", "--github").not("--json"),
            ClientOptions.STATE_DIR,
            STACKTRACE));
  }

  static CheckOptions read(Options given) {
    List<String> words = given.words(0, 1, "one script");
    return new CheckOptions(
        words.isEmpty() ? InstanceLocator.DEFAULT : words.getFirst(),
        ClientOptions.params(given),
        given.has("--json") ? Form.JSON : given.has("--github") ? Form.GITHUB : Form.TEXT,
        given.has(STACKTRACE.name()));
  }

  @Override
  public int call(Options given, CliContext here) {
    // A plan may have a hundred thousand lines.
    PrintStream out =
        new PrintStream(new BufferedOutputStream(here.out(), 1 << 16), false, here.out().charset());
    return new CheckVerb(
            read(given), ClientOptions.environment(given, here.environment()), out, here.err())
        .call();
  }
}
