package dev.supervise.cli;

import dev.supervise.control.Answer;
import dev.supervise.control.Connection;
import dev.supervise.control.Query;
import dev.supervise.control.Which;
import dev.supervise.repl.Exchange;
import dev.supervise.repl.Ink;
import dev.supervise.repl.Options;
import dev.supervise.run.Until;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `up`: an instance of the script, in the foreground or, with `-d`, in the background. One that
/// runs already is fine in the background and left as it is.
final class UpVerb implements LocalVerb {
  @Override
  public String name() {
    return "up";
  }

  @Override
  public String usage() {
    return "[-d] [--wait] [--timeout 2m] [-s SCRIPT] [--state-dir DIR] [-P KEY=VALUE] [NAME...]";
  }

  @Override
  public String purpose() {
    return "run ./app.groovy, with -d in the background; --wait until everything is ready";
  }

  @Override
  public List<String> options() {
    return List.of("-d", "--detach", "--wait", "--timeout", "-s", "-P", StateDirectory.OPTION);
  }

  @Override
  public int call(List<String> words, Surroundings here) {
    ClientWords common = ClientWords.of(words);
    Options options =
        Options.of(common.rest(), List.of("-d", "--detach", "--wait"), List.of("--timeout", "-P"));
    String script = common.script().orElse(Instances.DEFAULT);
    boolean detach = options.has("-d") || options.has("--detach");
    if (!detach && (options.has("--wait") || options.has("--timeout"))) {
      throw new Options.Wrong("--wait and --timeout go with -d");
    }
    Path path = Path.of(script);
    Map<String, String> environment = common.environment(here.environment());
    MissingScript.sentence(script, false)
        .ifPresent(why -> {
          throw new Refusal(ExitCodes.WRONG, why);
        });
    Optional<Connection> running = new Instances(environment).running(path, by());
    if (!detach) {
      running.ifPresent(connection -> {
        long pid = connection.instance().pid();
        connection.close();
        throw new Refusal(
            ExitCodes.FAILED, script + " runs already (pid " + pid + "); see ps, or attach");
      });
      Map<String, String> params = Arguments.params(options.all("-P"));
      return new RunVerb(
              new Invocation.Run(
                  script,
                  options.words(),
                  List.of(),
                  Optional.empty(),
                  params,
                  false,
                  Ink.When.AUTO,
                  false,
                  true,
                  false),
              environment,
              here.err())
          .call();
    }
    try (Connection connection =
        running.isPresent()
            ? already(running.get(), script, options, here)
            : started(script, StateDirectory.real(path), options, environment, here)) {
      return options.has("--wait") ? waited(connection, options, here) : ExitCodes.FINE;
    }
  }

  private static String by() {
    return "supervise up (pid " + ProcessHandle.current().pid() + ")";
  }

  private static Connection said(Connection connection, String what, Surroundings here) {
    here.out().println(what + ": pid " + connection.instance().pid());
    here.out().flush();
    return connection;
  }

  /// What runs stays as it is; what was asked of it besides is said not to be done.
  private static Connection already(
      Connection connection, String script, Options options, Surroundings here) {
    Connection running = said(connection, script + " runs already", here);
    if (!options.all("-P").isEmpty()) {
      here.problem(
          "-P "
              + String.join(" -P ", options.all("-P"))
              + " changes nothing: what runs has the parameters it was started with; down and up -d"
              + " start it with others");
    }
    if (!options.words().isEmpty()) {
      String names = String.join(" ", options.words());
      here.problem("nothing was started: supervise start " + names + " does that where it is down");
    }
    return running;
  }

  private static Connection started(
      String script,
      Path path,
      Options options,
      Map<String, String> environment,
      Surroundings here) {
    // It is started where this is, so that what it says of the script names it as it was given.
    List<String> run = new ArrayList<>(List.of("run", script));
    run.addAll(options.words());
    for (String param : options.all("-P")) {
      run.addAll(List.of("-P", param));
    }
    StateDirectory.named(environment)
        .ifPresent(state -> run.addAll(List.of(StateDirectory.OPTION, state.toString())));
    Background background = Background.start(path, run, environment);
    Connection connection = background.connection(new Instances(environment), by());
    return said(
        connection, script + " is up in the background, its log in " + background.log(), here);
  }

  private static int waited(Connection connection, Options options, Surroundings here) {
    try {
      Optional<Duration> limit = options.span("--timeout");
      return switch (Exchange.ask(
          connection, new Query.Await(Which.ALL, Until.READY, limit), limit, "it goes on")) {
        case Answer.Done _ -> {
          here.out().println("everything is ready");
          yield ExitCodes.FINE;
        }
        case Answer.TimedOut(String why) -> {
          here.problem("not ready: " + why + "; it goes on, see ps");
          yield ExitCodes.TIMED_OUT;
        }
        case Answer.Refusal refusal -> {
          here.problem("not ready: " + refusal.why());
          yield ExitCodes.FAILED;
        }
        case Answer other -> throw new IllegalStateException("answered " + other);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.FAILED;
    }
  }
}
