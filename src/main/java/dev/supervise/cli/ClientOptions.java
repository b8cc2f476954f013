package dev.supervise.cli;

import dev.supervise.cli.run.StateDirectory;
import dev.supervise.render.Style;
import dev.supervise.verb.Option;
import dev.supervise.verb.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What the command line may be told besides a verb's own words: whose instance is meant, and how
/// the answer looks. Pure.
final class ClientOptions {
  static final Option SCRIPT =
      Option.of(
          "SCRIPT",
          "the instance of this script (else $SUPERVISE_SOCKET, else ./app.groovy)",
          "-s",
          "--script");

  /// The same for a verb that makes an instance, or does without.
  static final Option OWN_SCRIPT =
      Option.of("SCRIPT", "this script (else ./app.groovy)", "-s", "--script");

  static final Option STATE_DIR =
      Option.of(
          "DIR",
          "where state and logs are kept (else $SUPERVISE_STATE_DIR, else beside the script)",
          StateDirectory.OPTION);
  static final Option COLOR =
      Option.of(
          "auto|always|never", "colours; auto: on a terminal, NO_COLOR being unset", "--color");
  static final Option PARAM =
      Option.of("KEY=VALUE", "a value for the script's param('KEY')", "-P").repeating();

  /// What every verb against a running instance takes.
  static final List<Option> ALL = List.of(SCRIPT, STATE_DIR, COLOR);

  private ClientOptions() {}

  static Optional<String> script(Options given) {
    return given.value(SCRIPT.name());
  }

  /// The environment in which the instance is looked for.
  static Map<String, String> environment(Options given, Map<String, String> ours) {
    return StateDirectory.in(ours, given.value(STATE_DIR.name()));
  }

  static Style.When colour(Options given) {
    return Style.When.valueOf(given.value(COLOR.name()).orElse("auto").toUpperCase(Locale.ROOT));
  }

  static Map<String, String> params(Options given) {
    return given.pairs(PARAM.name(), "port=9000");
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
}
