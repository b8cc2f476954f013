package dev.supervise.cli;

import dev.supervise.cli.run.CliError;
import dev.supervise.cli.run.InstanceLocator;
import dev.supervise.cli.run.MistakeLines;
import dev.supervise.control.protocol.Connection;
import dev.supervise.dsl.load.ScriptLoader;
import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.dsl.words.LoadOptions;
import dev.supervise.run.ExitCodes;
import dev.supervise.spec.App;
import dev.supervise.verb.Option;
import dev.supervise.verb.Options;
import dev.supervise.verb.PlanVerb;
import dev.supervise.verb.Usage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// `plan [SCRIPT]`: what a reload of the running tree would change and why; where it does not run,
/// what would start in which order. Changes nothing and creates nothing.
final class PlanCommand implements LocalVerb {
  @Override
  public String name() {
    return "plan";
  }

  @Override
  public String purpose() {
    return "what a reload would do to which unit and why, or what would start in which order";
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "[SCRIPT]",
            PlanVerb.ALL,
            PlanVerb.EXIT_CODE,
            Option.JSON,
            ClientOptions.OWN_SCRIPT,
            ClientOptions.STATE_DIR,
            ClientOptions.PARAM,
            ClientOptions.COLOR));
  }

  /// With `--exit-code`: 1 when a reload would change something, 3 when nothing is running.
  @Override
  public int call(Options options, CliContext here) {
    List<String> named = options.words(0, 1, "one script");
    Optional<String> other = ClientOptions.script(options);
    if (!named.isEmpty() && other.isPresent()) {
      throw new Options.Wrong("the script is named twice: " + named.getFirst() + " and -s");
    }
    Optional<String> given = named.isEmpty() ? other : Optional.of(named.getFirst());
    String script = given.orElse(InstanceLocator.DEFAULT);
    String by = "supervise plan (pid " + ProcessHandle.current().pid() + ")";
    Optional<Connection> running =
        new InstanceLocator(ClientOptions.environment(options, here.environment()))
            .running(Path.of(script), by);
    if (running.isEmpty()) {
      return standing(script, options, here);
    }
    try (Connection connection = running.get()) {
      if (options.has("-P")) {
        throw new Options.Wrong(
            "-P: what runs was started with its own parameters, as is a reload");
      }
      return PlanVerb.answered(
          connection,
          options,
          new ClientVerb(here.environment(), here.out(), here.err())
              .printing(ClientOptions.colour(options)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.FAILED;
    }
  }

  private static int standing(String script, Options options, CliContext here) {
    MissingScript.sentence(script)
        .ifPresent(why -> {
          throw new CliError(ExitCodes.WRONG, why);
        });
    try {
      App app =
          ScriptLoader.load(
              Path.of(script),
              script,
              new LoadOptions(
                  ClientOptions.params(options),
                  LoadOptions.DEFAULT.ports(),
                  false,
                  LoadOptions.DEFAULT.limit(),
                  Optional.empty()));
      if (options.has("--json")) {
        here.out().println(StartPlan.json(app));
      } else {
        StartPlan.lines(app).forEach(here.out()::println);
      }
      return options.has("--exit-code") ? ExitCodes.NOTHING_RUNS : ExitCodes.FINE;
    } catch (ScriptMistakes mistakes) {
      MistakeLines.print(mistakes, here.err());
      return ExitCodes.WRONG;
    }
  }
}
