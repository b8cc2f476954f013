package dev.supervise.cli;

import dev.supervise.cli.run.InstanceLocator;
import dev.supervise.text.Nearest;
import dev.supervise.text.Printable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What is said of a word that stands where a script is named, and names none.
final class MissingScript {
  /// What other programs call our verbs.
  private static final Map<String, String> ELSEWHERE =
      Map.ofEntries(
          Map.entry("kill", "signal, or down --kill"),
          Map.entry("list", "ps"),
          Map.entry("ls", "ps"),
          Map.entry("stat", "ps"),
          Map.entry("info", "show"),
          Map.entry("describe", "show"),
          Map.entry("inspect", "show"),
          Map.entry("log", "logs"),
          Map.entry("tail", "logs -f"),
          Map.entry("history", "events"),
          Map.entry("journal", "events"),
          Map.entry("monitor", "top"),
          Map.entry("halt", "down"),
          Map.entry("shutdown", "down"),
          Map.entry("quit", "down"),
          Map.entry("exit", "down"),
          Map.entry("update", "reload"),
          Map.entry("reread", "plan"),
          Map.entry("validate", "check"),
          Map.entry("lint", "check"),
          Map.entry("test", "check"),
          Map.entry("console", "repl"),
          Map.entry("shell", "repl"),
          Map.entry("new", "init"));

  private MissingScript() {}

  /// Where only a script can stand.
  ///
  /// @return empty where something of that name is there, whatever it is
  static Optional<String> sentence(String given) {
    return sentence(given, List::of);
  }

  /// @param given as the user gave it
  /// @param verbs those that might have been meant
  /// @return empty where something of that name is there, whatever it is
  static Optional<String> sentence(String given, Supplier<List<String>> verbs) {
    if (there(given)) {
      return Optional.empty();
    }
    if (given.equals(InstanceLocator.DEFAULT)) {
      return Optional.of("there is no ./app.groovy; name a script, or write one with init");
    }
    List<String> known = given.matches("[A-Za-z][A-Za-z-]*") ? verbs.get() : List.of();
    boolean word = !known.isEmpty();
    String near = word ? near(given, known) : "";
    return Optional.of(
        (word
                ? "'" + Printable.line(given) + "' is neither a verb nor a script"
                : "no script '" + Printable.line(given) + "'")
            + (near.isEmpty()
                ? word ? "; --help lists the verbs" : ""
                : " (did you mean " + near + "?)"));
  }

  private static String near(String word, List<String> verbs) {
    String known = ELSEWHERE.get(word);
    if (known != null) {
      return known;
    }
    String near = Nearest.to(word, verbs);
    return near.isEmpty() ? "" : "'" + near + "'";
  }

  private static boolean there(String given) {
    try {
      return Files.exists(Path.of(given), LinkOption.NOFOLLOW_LINKS);
    } catch (InvalidPathException _) {
      return false;
    }
  }
}
