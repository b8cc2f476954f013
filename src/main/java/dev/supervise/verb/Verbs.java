package dev.supervise.verb;

import dev.supervise.control.protocol.Connection;
import dev.supervise.run.ExitCodes;
import dev.supervise.text.Printable;
import java.util.List;
import java.util.Optional;

/// All verbs that a client and the REPL share, in the order help lists them. To add one: its file,
/// and its two lines here.
public final class Verbs {
  /// Their names. A client looks one up and loads no other.
  public static final List<String> NAMES =
      List.of(
          "ps",
          "tree",
          "start",
          "stop",
          "restart",
          "signal",
          "scale",
          "add",
          "remove",
          "wait",
          "logs",
          "events",
          "why",
          "show",
          "top",
          "env",
          "graph",
          "plan",
          "reload",
          "down",
          "task",
          "schedule");

  private Verbs() {}

  /// The verb of that name, or of that other spelling.
  public static Optional<Verb> named(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "ps", "status" -> ListVerb.ps();
          case "tree" -> ListVerb.tree();
          case "start" -> OrderVerb.start();
          case "stop" -> OrderVerb.stop();
          case "restart" -> OrderVerb.restart();
          case "signal" -> new SignalVerb();
          case "scale" -> SizeVerb.scale();
          case "add" -> SizeVerb.add();
          case "remove" -> SizeVerb.remove();
          case "wait" -> new WaitVerb();
          case "logs" -> new LogsVerb();
          case "events" -> new EventsVerb();
          case "why" -> new WhyVerb();
          case "show" -> new ShowVerb();
          case "top" -> new TopVerb();
          case "env" -> new EnvVerb();
          case "graph" -> new GraphVerb();
          case "plan" -> new PlanVerb();
          case "reload" -> new ReloadVerb();
          case "down" -> new DownVerb();
          case "task" -> new TaskVerb();
          case "schedule" -> new ScheduleVerb();
          default -> null;
        });
  }

  /// The verb of that name for the command line, where it is nothing but a question to an instance:
  /// `plan` has to say something of a script that does not run, too.
  public static Optional<Verb> ofClients(String name) {
    return name.equals("plan") ? Optional.empty() : named(name);
  }

  /// All of those.
  public static List<Verb> ofClients() {
    return NAMES.stream().flatMap(name -> ofClients(name).stream()).toList();
  }

  public static List<Verb> all() {
    return NAMES.stream().flatMap(name -> named(name).stream()).toList();
  }

  /// Carries out a verb that was typed at a prompt; words that are wrong are told, with the usage.
  ///
  /// @return the exit code
  public static int run(Verb verb, Connection connection, List<String> words, Verb.Out out)
      throws InterruptedException {
    try {
      Options given = Options.of(verb, words);
      if (given.help()) {
        out.lines(HelpText.of("", verb, List.of()));
        return ExitCodes.FINE;
      }
      return verb.run(connection, given, out);
    } catch (Options.Wrong e) {
      out.problem(verb.name() + ": " + Printable.line(String.valueOf(e.getMessage())));
      out.problem(HelpText.usage("", verb));
      return ExitCodes.WRONG;
    }
  }
}
