package dev.supervise.cli;

import dev.supervise.cli.run.StateDirectory;
import dev.supervise.render.Style;
import dev.supervise.verb.Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What every verb against a running instance may be told besides its own words. Pure.
///
/// @param script `-s`: whose instance is meant; empty: the default
/// @param stateDir `--state-dir`: where that instance keeps its state; empty: where it usually does
/// @param rest the verb's own words
record ClientWords(
    Optional<String> script,
    Optional<String> stateDir,
    Style.When colour,
    boolean help,
    List<String> rest) {
  /// @throws IllegalArgumentException a value is missing or is none of the words allowed
  static ClientWords of(List<String> words) {
    Optional<String> script = Optional.empty();
    Optional<String> stateDir = Optional.empty();
    Style.When colour = Style.When.AUTO;
    boolean help = false;
    List<String> rest = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("--")) {
        rest.addAll(words.subList(i, words.size()));
        break;
      } else if (word.equals("-s") || word.equals("--script")) {
        script = Optional.of(value(words, ++i));
      } else if (word.startsWith("--script=")) {
        script = Optional.of(word.substring("--script=".length()));
      } else if (word.equals(StateDirectory.OPTION)) {
        stateDir = Optional.of(value(words, ++i));
      } else if (word.startsWith(StateDirectory.OPTION + "=")) {
        stateDir = Optional.of(word.substring(StateDirectory.OPTION.length() + 1));
      } else if (word.equals("--color")) {
        colour = when(value(words, ++i));
      } else if (word.startsWith("--color=")) {
        colour = when(word.substring("--color=".length()));
      } else if (word.equals("-h") || word.equals("--help")) {
        help = true;
      } else {
        rest.add(word);
      }
    }
    return new ClientWords(script, stateDir, colour, help, List.copyOf(rest));
  }

  /// The environment in which the instance is looked for.
  Map<String, String> environment(Map<String, String> ours) {
    return StateDirectory.in(ours, stateDir);
  }

  /// The words with the verb, or the script, before `--state-dir`, which may be said on either side
  /// of it.
  static List<String> verbFirst(List<String> words) {
    int options = 0;
    while (options < words.size()) {
      String word = words.get(options);
      if (word.equals(StateDirectory.OPTION)) {
        options += 2;
      } else if (word.startsWith(StateDirectory.OPTION + "=")) {
        options++;
      } else {
        break;
      }
    }
    if (options == 0 || options >= words.size()) {
      return words;
    }
    List<String> sorted = new ArrayList<>(words.subList(options, options + 1));
    sorted.addAll(words.subList(0, options));
    sorted.addAll(words.subList(options + 1, words.size()));
    return List.copyOf(sorted);
  }

  /// How long the verb may take, where it says so.
  Optional<Duration> limit() {
    return Options.limit(rest);
  }

  private static String value(List<String> words, int at) {
    if (at >= words.size()) {
      throw new IllegalArgumentException("option '" + words.get(at - 1) + "' needs a value");
    }
    return words.get(at);
  }

  static Style.When when(String text) {
    for (Style.When when : Style.When.values()) {
      if (when.name().toLowerCase(Locale.ROOT).equals(text)) {
        return when;
      }
    }
    throw new IllegalArgumentException("--color " + text + ": not one of auto, always, never");
  }
}
