package dev.supervise.cli;

import dev.supervise.verb.Command;
import dev.supervise.verb.Verb;
import dev.supervise.verb.Verbs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Words of a command line to an [Invocation]. Pure: reads no file, prints nothing.
final class Arguments {
  private static final List<String> HELP = List.of("-h", "--help", "help");
  private static final List<String> VERSION = List.of("-V", "--version", "version");

  private Arguments() {}

  /// @param version what `--version` prints
  /// @param words those of no verb against a running instance
  static Invocation parse(String version, List<String> words) {
    if (words.isEmpty()) {
      return new Invocation.Wrong("which script? Say: supervise app.groovy (--help says more)");
    }
    String first = words.getFirst();
    if (HELP.contains(first)) {
      return new Invocation.Say(overview());
    }
    if (VERSION.contains(first)) {
      return new Invocation.Say(version);
    }
    if (first.equals("-s") && words.size() > 2) {
      return new Invocation.Wrong(
          "-s stands behind the verb: supervise " + words.get(2) + " -s " + words.get(1));
    }
    Optional<LocalVerb> verb = LocalVerbs.named(first);
    return verb.isPresent()
        ? new Invocation.Local(verb.get(), words.subList(1, words.size()))
        : new Invocation.Local(new RunCommand(), words);
  }

  /// Every verb that the command line has.
  static List<Command> commands() {
    List<Command> commands = new ArrayList<>(LocalVerbs.all());
    commands.addAll(Verbs.ofClients());
    return commands;
  }

  private static String overview() {
    List<String> lines = new ArrayList<>();
    lines.add("supervise SCRIPT [NAME...]        run the script's tree in the foreground");
    lines.add("supervise run [SCRIPT [NAME...]]  the same, spelt out; ./app.groovy by itself");
    for (LocalVerb verb : LocalVerbs.all()) {
      if (!(verb instanceof RunCommand)) {
        lines.add(String.format("%-33s %s", "supervise " + verb.name(), verb.purpose()));
      }
    }
    lines.add("");
    lines.add("Against the running instance of ./app.groovy, or that of VERB -s SCRIPT:");
    for (Verb verb : Verbs.ofClients()) {
      lines.add(String.format("  %-31s %s", "supervise " + verb.name(), verb.purpose()));
    }
    lines.add("");
    lines.add("supervise VERB --help             the options of a verb");
    lines.add("supervise --version");
    lines.add("");
    lines.add(
        "Exit codes: 0 fine; 1 the tree gave up, a goal was not reached, or processes were left");
    lines.add(
        "over; 2 the script or the arguments are wrong; 3 nothing is running; 4 no such unit; 124"
            + " wait timed out.");
    lines.add("A significant unit's code is passed on.");
    lines.add(
        "Signals: the first TERM or INT stops in order, the second kills, the third leaves at"
            + " once.");
    return String.join("\n", lines);
  }
}
