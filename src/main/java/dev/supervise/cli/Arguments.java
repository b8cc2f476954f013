package dev.supervise.cli;

import dev.supervise.cli.run.InstanceLocator;
import dev.supervise.cli.run.RunOptions;
import dev.supervise.cli.run.StateDirectory;
import dev.supervise.render.Style;
import dev.supervise.text.Nearest;
import dev.supervise.verb.Verb;
import dev.supervise.verb.Verbs;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Words of a command line to an [Invocation]. Pure: reads no file, prints nothing.
///
/// A `run` without options is read without picocli, which costs every start 100 ms and more: its
/// classes are of a version that no AOT cache takes, and it initialises all of Groovy to look for
/// closures.
public final class Arguments {
  static final List<String> VERBS =
      Stream.of(List.of("run", "check"), LocalVerbs.NAMES, Verbs.NAMES)
          .flatMap(List::stream)
          .distinct()
          .toList();

  private static final List<String> HELP = List.of("-h", "--help", "help");
  private static final List<String> VERSION = List.of("-V", "--version", "version");

  private Arguments() {}

  /// @param version what `--version` prints
  static Invocation parse(String version, String... arguments) {
    String first = arguments.length == 0 ? "" : arguments[0];
    if (arguments.length == 0) {
      return new Invocation.Wrong("which script? Say: supervise app.groovy (--help says more)");
    }
    if (HELP.contains(first)) {
      return new Invocation.Say(overview());
    }
    if (VERSION.contains(first)) {
      return new Invocation.Say(version);
    }
    List<String> words = List.of(arguments);
    Optional<Verb> verb = Verbs.ofClients(first);
    if (verb.isPresent()) {
      return new Invocation.Client(verb.get(), words.subList(1, words.size()));
    }
    Optional<LocalVerb> local = LocalVerbs.named(first);
    if (local.isPresent()) {
      return new Invocation.Local(local.get(), words.subList(1, words.size()));
    }
    List<String> rest =
        first.equals("run") || first.equals("check") ? words.subList(1, words.size()) : words;
    boolean check = first.equals("check");
    if (first.equals("-s") && words.size() > 2) {
      return new Invocation.Wrong(
          "-s stands behind the verb: supervise " + words.get(2) + " -s " + words.get(1));
    }
    if (first.equals("run") && rest.isEmpty()) {
      return plainRun(List.of(InstanceLocator.DEFAULT));
    }
    return check || rest.stream().anyMatch(word -> word.startsWith("-"))
        ? withOptions(check, rest)
        : plainRun(rest);
  }

  private static Invocation plainRun(List<String> words) {
    return new Invocation.Run(
        new RunOptions(
            words.getFirst(),
            words.subList(1, words.size()),
            List.of(),
            Optional.empty(),
            Map.of(),
            false,
            Style.When.AUTO,
            false,
            true,
            false));
  }

  /// Every verb, for completion.
  static List<Command> commands() {
    List<Command> commands = new ArrayList<>();
    commands.add(
        new Command(
            "run", "run a script's tree in the foreground", options(false), Verb.Operand.TEXT));
    commands.add(
        new Command(
            "check",
            "load a script and print what was understood",
            options(true),
            Verb.Operand.TEXT));
    for (String name : LocalVerbs.NAMES) {
      LocalVerb verb = LocalVerbs.named(name).orElseThrow();
      commands.add(new Command(name, verb.purpose(), verb.options(), Verb.Operand.TEXT));
    }
    for (Verb verb : Verbs.ofClients()) {
      List<String> options = new ArrayList<>(verb.options());
      options.addAll(List.of("-s", StateDirectory.OPTION, "--color"));
      commands.add(new Command(verb.name(), verb.purpose(), options, verb.operand()));
      for (String alias : verb.aliases()) {
        commands.add(new Command(alias, verb.purpose(), options, verb.operand()));
      }
    }
    return commands;
  }

  /// The options of `run`, or of `check`, as typed, for completion.
  private static List<String> options(boolean check) {
    return (check ? check() : run())
        .options().stream()
            .filter(option -> !option.usageHelp())
            .map(OptionSpec::longestName)
            .toList();
  }

  static Invocation withOptions(boolean check, List<String> words) {
    CommandLine line = new CommandLine(check ? check() : run());
    try {
      ParseResult parsed = line.parseArgs(words.toArray(String[]::new));
      if (parsed.hasMatchedOption("--help")) {
        return new Invocation.Say(line.getUsageMessage(Ansi.OFF));
      }
      return check ? checkOf(parsed) : runOf(parsed);
    } catch (ParameterException e) {
      return new Invocation.Wrong(sentence(e));
    } catch (IllegalArgumentException e) {
      return new Invocation.Wrong(String.valueOf(e.getMessage()));
    }
  }

  private static Invocation runOf(ParseResult parsed) {
    return new Invocation.Run(
        new RunOptions(
            parsed.matchedPositionalValue(0, InstanceLocator.DEFAULT),
            parsed.matchedPositionals().size() > 1
                ? List.<String>copyOf(parsed.matchedPositionals().get(1).getValue())
                : List.of(),
            parsed.matchedOptionValue("--except", List.of()),
            Optional.ofNullable(parsed.matchedOptionValue(StateDirectory.OPTION, null)),
            params(parsed),
            parsed.hasMatchedOption("--quiet"),
            parsed.matchedOptionValue("--color", Style.When.AUTO),
            parsed.hasMatchedOption("--stacktrace"),
            !parsed.hasMatchedOption("--no-repl"),
            parsed.hasMatchedOption("--watch")));
  }

  private static Invocation checkOf(ParseResult parsed) {
    boolean json = parsed.hasMatchedOption("--json");
    boolean github = parsed.hasMatchedOption("--github");
    if (json && github) {
      throw new IllegalArgumentException("--json and --github exclude each other; allowed is one");
    }
    return new Invocation.Check(
        parsed.matchedPositionalValue(0, InstanceLocator.DEFAULT),
        params(parsed),
        json ? Invocation.Form.JSON : github ? Invocation.Form.GITHUB : Invocation.Form.TEXT,
        parsed.hasMatchedOption("--stacktrace"),
        Optional.ofNullable(parsed.matchedOptionValue(StateDirectory.OPTION, null)));
  }

  private static Map<String, String> params(ParseResult parsed) {
    return Params.of(parsed.matchedOptionValue("-P", List.<String>of()));
  }

  private static String sentence(ParameterException e) {
    String why = String.valueOf(e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().getFirst();
      why = (word.startsWith("-") ? "unknown option '" : "unexpected argument '") + word + "'";
      String near = Nearest.to(word, e.getCommandLine().getCommandSpec().optionsMap().keySet());
      why += near.isEmpty() ? "" : " (did you mean '" + near + "'?)";
    }
    return why + "; --help lists what is allowed";
  }

  private static CommandSpec run() {
    return common(
            "supervise run",
            "Runs the script's tree in the foreground until it ends or is stopped.")
        .addPositional(
            PositionalParamSpec.builder()
                .index("1..*")
                .arity("0..*")
                .paramLabel("NAME")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("Start only these units and what they need.")
                .build())
        .addOption(
            OptionSpec.builder("--except")
                .paramLabel("NAME")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("Do not start this unit, nor wait for it. May repeat.")
                .build())
        .addOption(
            OptionSpec.builder("--watch")
                .description("Reload whenever the script, or a file it includes, has changed.")
                .build())
        .addOption(
            OptionSpec.builder("--quiet")
                .description("Show what happens to units, not what they write.")
                .build())
        .addOption(
            OptionSpec.builder("--no-repl")
                .description("No prompt on a terminal: lines only.")
                .build())
        .addOption(
            OptionSpec.builder("--color")
                .paramLabel("WHEN")
                .type(Style.When.class)
                .converters(Arguments::when)
                .description("auto (a terminal, and NO_COLOR unset), always or never.")
                .build());
  }

  private static CommandSpec check() {
    return common(
            "supervise check",
            "Loads the script, starts and creates nothing, and prints the plan it understood.")
        .addOption(
            OptionSpec.builder("--json")
                .description("One JSON document, plan or mistakes.")
                .build())
        .addOption(
            OptionSpec.builder("--github")
                .description("Mistakes as annotations for GitHub's workflows.")
                .build());
  }

  private static CommandSpec common(String name, String purpose) {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.usageMessage().description(purpose).synopsisHeading("Usage: ").width(100);
    return spec.addPositional(
            PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .paramLabel("SCRIPT")
                .type(String.class)
                .description("The script; ./app.groovy where none is named.")
                .build())
        .addOption(
            OptionSpec.builder("-P")
                .paramLabel("KEY=VALUE")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("A value for the script's param('KEY'). May repeat.")
                .build())
        .addOption(
            OptionSpec.builder(StateDirectory.OPTION)
                .paramLabel("DIR")
                .type(String.class)
                .description(
                    "Keep state and logs here (else $SUPERVISE_STATE_DIR, else beside the script).")
                .build())
        .addOption(
            OptionSpec.builder("--stacktrace")
                .description("Mistakes with the Java stack of what the script threw.")
                .build())
        .addOption(
            OptionSpec.builder("-h", "--help").usageHelp(true).description("This text.").build());
  }

  private static Style.When when(String text) {
    for (Style.When when : Style.When.values()) {
      if (when.name().toLowerCase(Locale.ROOT).equals(text)) {
        return when;
      }
    }
    throw new CommandLine.TypeConversionException(
        "'" + text + "' is not one of auto, always, never");
  }

  private static String overview() {
    List<String> lines = new ArrayList<>();
    lines.add("supervise SCRIPT [NAME...]        run the script's tree in the foreground");
    lines.add("supervise run [SCRIPT [NAME...]]  the same, spelt out; ./app.groovy by itself");
    lines.add(
        "supervise check [SCRIPT]          load it, start nothing, print the plan it understood");
    for (String name : LocalVerbs.NAMES) {
      LocalVerb verb = LocalVerbs.named(name).orElseThrow();
      lines.add(String.format("%-33s %s", "supervise " + name, verb.purpose()));
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
