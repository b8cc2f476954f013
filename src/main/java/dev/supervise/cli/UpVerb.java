package dev.supervise.cli;

import dev.supervise.cli.run.Background;
import dev.supervise.cli.run.CliError;
import dev.supervise.cli.run.Deadline;
import dev.supervise.cli.run.InstanceLocator;
import dev.supervise.cli.run.RunOptions;
import dev.supervise.cli.run.RunVerb;
import dev.supervise.cli.run.StateDirectory;
import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.render.Style;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.Selector;
import dev.supervise.run.Status;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.run.Until;
import dev.supervise.text.Printable;
import dev.supervise.verb.Awaited;
import dev.supervise.verb.InstanceProcess;
import dev.supervise.verb.Option;
import dev.supervise.verb.Options;
import dev.supervise.verb.Progress;
import dev.supervise.verb.QueryCall;
import dev.supervise.verb.Usage;
import dev.supervise.verb.Verb;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `up`: an instance of the script, in the foreground or, with `-d`, in the background. One that
/// runs already is fine in the background and left as it is.
final class UpVerb implements LocalVerb {
  private static final Duration END_STEP = Duration.ofSeconds(1);

  @Override
  public String name() {
    return "up";
  }

  @Override
  public String purpose() {
    return "run ./app.groovy, with -d in the background; --wait until everything is ready";
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "[NAME...]",
            Option.flag("in the background", "-d", "--detach"),
            Option.flag("until everything is ready", "--wait").with("-d"),
            Option.TIMEOUT.with("--wait"),
            ClientOptions.OWN_SCRIPT,
            ClientOptions.STATE_DIR,
            ClientOptions.PARAM,
            ClientOptions.COLOR));
  }

  @Override
  public int call(Options options, CliContext here) {
    String script = ClientOptions.script(options).orElse(InstanceLocator.DEFAULT);
    Style.When colour = ClientOptions.colour(options);
    Deadline deadline = new Deadline(options.span("--timeout"));
    Path path = Path.of(script);
    CliContext there = here.in(ClientOptions.environment(options, here.environment()));
    MissingScript.sentence(script)
        .ifPresent(why -> {
          throw new CliError(ExitCodes.WRONG, why);
        });
    try {
      Optional<Connection> running = running(path, colour, there, deadline);
      return options.has("-d")
          ? detached(script, path, running, options, there, deadline)
          : foreground(script, running, options, there);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.FAILED;
    }
  }

  /// The instance that runs. One that is on its way to its end is none: its end is waited for.
  private static Optional<Connection> running(
      Path path, Style.When colour, CliContext here, Deadline deadline)
      throws InterruptedException {
    Optional<Connection> running =
        new InstanceLocator(here.environment(), deadline).running(path, by());
    if (running.isEmpty()) {
      return running;
    }
    if (!ending(running.get(), deadline)) {
      return running;
    }
    try (Connection ending = running.get()) {
      InstanceProcess process = InstanceProcess.of(ending.instance().pid());
      Verb.Out out = new ClientVerb(here.environment(), here.out(), here.err()).printing(colour);
      out.waiting(
          Awaited.of("the instance that runs (pid " + process.pid() + ") is being stopped"));
      boolean ended = false;
      while (!ended && !deadline.passed()) {
        ended = process.awaitEnd(deadline.atMost(END_STEP));
      }
      out.waiting(Awaited.NOTHING);
      if (!ended) {
        throw late(deadline, "the instance that runs (pid " + process.pid() + ") is being stopped");
      }
      return Optional.empty();
    }
  }

  /// @throws CliError the time is up
  private static CliError late(Deadline deadline, String why) {
    return new CliError(
        ExitCodes.TIMED_OUT,
        "not ready: " + Answer.TimedOut.within(deadline.limit().orElseThrow(), ": " + why).why());
  }

  private static boolean ending(Connection connection, Deadline deadline)
      throws InterruptedException {
    return asked(connection, new Query.Tree(Selector.ALL), deadline)
            instanceof Answer.Tree(var _, List<UnitSnapshot> units)
        && units.getFirst().status() == Status.STOPPING;
  }

  /// What an instance answers that only needs to look.
  ///
  /// @throws CliError it does not, in time
  private static Answer asked(Connection connection, Query query, Deadline deadline)
      throws InterruptedException {
    Answer answer = QueryCall.ask(connection, query, deadline.left(), "it does not answer");
    if (answer instanceof Answer.TimedOut(String why, var _)) {
      connection.close();
      throw new CliError(ExitCodes.TIMED_OUT, why);
    }
    return answer;
  }

  private static int foreground(
      String script, Optional<Connection> running, Options options, CliContext here) {
    running.ifPresent(connection -> {
      long pid = connection.instance().pid();
      connection.close();
      throw new CliError(
          ExitCodes.FAILED, script + " runs already (pid " + pid + "); see ps, or attach");
    });
    return new RunVerb(
            new RunOptions(
                script,
                options.words(),
                List.of(),
                ClientOptions.params(options),
                false,
                ClientOptions.colour(options),
                false,
                true,
                false),
            here.environment(),
            here.err())
        .call();
  }

  private static int detached(
      String script,
      Path path,
      Optional<Connection> running,
      Options options,
      CliContext here,
      Deadline deadline)
      throws InterruptedException {
    try (Connection connection =
        running.isPresent()
            ? said(
                asAsked(script, running.get(), options, here, deadline),
                script + " runs already",
                here)
            : started(script, StateDirectory.real(path), options, here, deadline)) {
      return options.has("--wait")
          ? waited(connection, deadline, ClientOptions.colour(options), here)
          : ExitCodes.FINE;
    }
  }

  /// What is asked for is asked of an instance that runs already: it is what it is.
  ///
  /// @throws CliError it runs otherwise
  private static Connection asAsked(
      String script, Connection running, Options options, CliContext here, Deadline deadline)
      throws InterruptedException {
    try {
      if (options.has("-P")) {
        sameParams(script, running.instance().pid(), options, here);
      }
      if (!options.words().isEmpty()) {
        wanted(script, running, options.words(), deadline);
      }
      return running;
    } catch (CliError e) {
      running.close();
      throw e;
    }
  }

  private static void sameParams(String script, long pid, Options options, CliContext here) {
    String others =
        here.startedWith()
            .apply(pid)
            .map(then -> others(then, options))
            .orElse("-P " + String.join(" -P ", options.all("-P")));
    if (!others.isEmpty()) {
      throw new CliError(
          ExitCodes.FAILED,
          script
              + " runs already (pid "
              + pid
              + "), and without "
              + others
              + ": an instance keeps the parameters it was started with; supervise down ends it");
    }
  }

  private static void wanted(
      String script, Connection running, List<String> names, Deadline deadline)
      throws InterruptedException {
    String already = script + " runs already (pid " + running.instance().pid() + ")";
    Answer answer = asked(running, new Query.Tree(new Selector(names, Map.of())), deadline);
    if (answer instanceof Answer.NoSuchUnit(String why)) {
      throw new CliError(ExitCodes.NO_SUCH_UNIT, already + ", and there is " + why);
    }
    if (answer instanceof Answer.Tree(var _, List<UnitSnapshot> units)) {
      List<String> down =
          units.stream().filter(unit -> !unit.wanted()).map(UnitSnapshot::path).toList();
      if (!down.isEmpty()) {
        throw new CliError(
            ExitCodes.FAILED,
            already + ", without " + String.join(", ", down) + "; supervise start starts it there");
      }
    }
  }

  private static String by() {
    return "supervise up (pid " + ProcessHandle.current().pid() + ")";
  }

  private static Connection said(Connection connection, String what, CliContext here) {
    here.out().println(Printable.line(what) + ": pid " + connection.instance().pid());
    here.out().flush();
    return connection;
  }

  private static Connection started(
      String script, Path path, Options options, CliContext here, Deadline deadline) {
    Map<String, String> environment = here.environment();
    // It is started where this is, so that what it says of the script names it as it was given.
    List<String> run = new ArrayList<>(List.of("run", script));
    run.addAll(options.words());
    for (String param : options.all("-P")) {
      run.addAll(List.of("-P", param));
    }
    StateDirectory.named(environment)
        .ifPresent(state -> run.addAll(List.of(StateDirectory.OPTION, state.toString())));
    Background background = Background.start(path, run, environment);
    Connection connection =
        background.connection(new InstanceLocator(environment, deadline), by(), deadline);
    return said(
        connection, script + " is up in the background, its log in " + background.log(), here);
  }

  private static int waited(
      Connection connection, Deadline deadline, Style.When colour, CliContext here) {
    Verb.Out out = new ClientVerb(here.environment(), here.out(), here.err()).printing(colour);
    Optional<Duration> left = deadline.left();
    try {
      return switch (Progress.await(
          connection,
          new Query.Await(Selector.ALL, Until.REACHED, left),
          Progress.units(Selector.ALL, Until.REACHED),
          "",
          left,
          out)) {
        case Answer.Done _ -> {
          here.out().println("everything is ready");
          yield ExitCodes.FINE;
        }
        case Answer.TimedOut late -> {
          String why = deadline.limit().map(late::of).orElse(late).why();
          out.problem("not ready: " + after(why, "; it goes on, see ps"));
          yield ExitCodes.TIMED_OUT;
        }
        case Answer.Refusal refusal -> {
          out.problem("not ready: " + refusal.why());
          yield ExitCodes.FAILED;
        }
        case Answer other -> throw new IllegalStateException("answered " + other);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.FAILED;
    }
  }

  /// Behind the first line of a text; below it stands what units wrote.
  private static String after(String text, String more) {
    int end = text.indexOf('\n');
    return end < 0 ? text + more : text.substring(0, end) + more + text.substring(end);
  }

  /// What was given now and was not then: `-P port=9000`; empty for nothing.
  private static String others(Map<String, String> then, Options now) {
    return String.join(
        " ",
        ClientOptions.params(now).entrySet().stream()
            .filter(given -> !given.getValue().equals(then.get(given.getKey())))
            .map(given -> "-P " + given.getKey() + "=" + given.getValue())
            .toList());
  }
}
