package dev.supervise.verb;

import dev.supervise.text.Nearest;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The words after a verb: options anywhere, `--name value`, `--name=value`, `-n5`, `--` before
/// words that only look like options. Pure.
public final class Options {
  /// A word that is not allowed: what, and what is.
  public static final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Wrong(String message) {
      super(message, null, false, false);
    }
  }

  private static final Pattern SPAN =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,6})?)(ms|s|m|h|d)?");

  private final Map<String, List<String>> given = new LinkedHashMap<>();
  private final List<String> rest = new ArrayList<>();

  private Options() {}

  /// @param flags options without a value
  /// @param valued options with one
  /// @throws Wrong an option that is neither, or a value that is missing
  public static Options of(
      List<String> words, Collection<String> flags, Collection<String> valued) {
    Options options = new Options();
    boolean literal = false;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (literal || word.length() < 2 || !word.startsWith("-")) {
        options.rest.add(word);
      } else if (word.equals("--")) {
        literal = true;
      } else if (flags.contains(word)) {
        options.put(word, "");
      } else if (valued.contains(word)) {
        i++;
        if (i == words.size()) {
          throw new Wrong("option '" + word + "' needs a value");
        }
        options.put(word, words.get(i));
      } else {
        options.joined(word, flags, valued);
      }
    }
    return options;
  }

  private void joined(String word, Collection<String> flags, Collection<String> valued) {
    int equals = word.indexOf('=');
    if (word.startsWith("--") && equals > 0 && valued.contains(word.substring(0, equals))) {
      put(word.substring(0, equals), word.substring(equals + 1));
    } else if (!word.startsWith("--") && valued.contains(word.substring(0, 2))) {
      put(word.substring(0, 2), word.substring(2));
    } else {
      TreeSet<String> known = new TreeSet<>(flags);
      known.addAll(valued);
      String near = Nearest.to(word, known);
      throw new Wrong(
          "unknown option '"
              + word
              + "'"
              + (near.isEmpty()
                  ? known.isEmpty()
                      ? "; there are none"
                      : "; allowed are " + String.join(" ", known)
                  : " (did you mean '" + near + "'?)"));
    }
  }

  private void put(String option, String value) {
    given.computeIfAbsent(option, _ -> new ArrayList<>(1)).add(value);
  }

  public boolean has(String option) {
    return given.containsKey(option);
  }

  /// A limit means nothing without something that is waited for.
  ///
  /// @throws Wrong it was given by itself
  public void timeoutGoesWith(String other) {
    if (has("--timeout") && !has(other)) {
      throw new Wrong("--timeout goes with " + other + ": nothing else is waited for");
    }
  }

  public List<String> all(String option) {
    return given.getOrDefault(option, List.of());
  }

  /// The value of an option that counts once: the last one given.
  public Optional<String> value(String option) {
    return all(option).isEmpty() ? Optional.empty() : Optional.of(all(option).getLast());
  }

  /// The words that are no options.
  public List<String> words() {
    return rest;
  }

  /// The words, of which there must be so many.
  ///
  /// @param what them: `a signal and a unit`
  public List<String> words(int least, int most, String what) {
    if (rest.size() < least || rest.size() > most) {
      throw new Wrong(
          rest.size() < least
              ? "missing: " + what
              : "too much: '" + rest.get(most) + "'; allowed is " + what);
    }
    return rest;
  }

  /// `-l tier=db`, which may repeat.
  Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String pair : all("-l")) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new Wrong("-l " + pair + ": not of the form key=value, as in -l tier=db");
      }
      labels.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return labels;
  }

  public Optional<Duration> span(String option) {
    return value(option).map(text -> span(option, text));
  }

  /// The value of `--timeout` among a verb's words, before they are read as a whole; empty also
  /// where that is no time, which is said then.
  public static Optional<Duration> limit(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String value =
          word.startsWith("--timeout=")
              ? word.substring("--timeout=".length())
              : word.equals("--timeout") && i + 1 < words.size() ? words.get(i + 1) : "";
      if (SPAN.matcher(value).matches()) {
        return Optional.of(span("--timeout", value));
      }
    }
    return Optional.empty();
  }

  private static Duration span(String option, String text) {
    Matcher match = SPAN.matcher(text);
    if (!match.matches()) {
      throw new Wrong(option + " " + text + ": not a time; say for example 500ms, 30s, 5m, 2h");
    }
    String unit = match.group(2) == null ? "s" : match.group(2);
    long nanos =
        switch (unit) {
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          case "d" -> 86_400_000_000_000L;
          default -> throw new IllegalStateException(unit);
        };
    BigDecimal exact = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(nanos));
    return Duration.ofSeconds(
        exact.divideToIntegralValue(BigDecimal.valueOf(1_000_000_000L)).longValue(),
        exact.remainder(BigDecimal.valueOf(1_000_000_000L)).longValue());
  }

  /// @throws Wrong not a whole number in that range
  static int number(String what, String text, int least, int most) {
    OptionalInt number =
        text.matches("-?[0-9]{1,9}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    if (number.isEmpty() || number.getAsInt() < least || number.getAsInt() > most) {
      throw new Wrong(what + " '" + text + "' is not a whole number from " + least + " to " + most);
    }
    return number.getAsInt();
  }
}
