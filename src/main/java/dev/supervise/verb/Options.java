package dev.supervise.verb;

import dev.supervise.text.DurationText;
import dev.supervise.text.Nearest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/// The words after a verb, read: options anywhere, `--name value`, `--name=value`, `-n5`, `--`
/// before words that only look like options. Pure.
public final class Options {
  /// A word that is not allowed: what, and what is.
  public static final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Wrong(String message) {
      super(message, null, false, false);
    }
  }

  /// Longer than anybody waits, and a number of nanoseconds that fits.
  private static final Duration LONGEST = Duration.ofDays(100_000);

  /// A word that is an option, with the value that it brings along.
  private record Match(Option option, Optional<String> value) {}

  private final Usage usage;
  private final List<Option> known;
  private final Map<String, List<String>> given = new LinkedHashMap<>();
  private final List<String> rest = new ArrayList<>();
  private boolean help;

  private Options(Usage usage, List<Option> more) {
    this.usage = usage;
    known = new ArrayList<>(usage.options());
    known.addAll(more);
    known.add(Option.HELP);
  }

  /// @param words what followed the verb
  /// @throws Wrong an option that the verb does not have, or not with this value, or not together
  ///   with another
  public static Options of(Command command, List<String> words) {
    return of(command, words, List.of());
  }

  /// @param more options besides the verb's own
  /// @throws Wrong as [#of(Command, List)]
  public static Options of(Command command, List<String> words, List<Option> more) {
    List<Usage> usages = command.usages();
    try {
      return usages.size() == 1
          ? new Options(usages.getFirst(), more).read(words)
          : chosen(usages, words, more);
    } catch (Wrong e) {
      if (words.contains("-h") || words.contains("--help")) {
        Options options = new Options(usages.getFirst(), more);
        options.help = true;
        return options;
      }
      throw e;
    }
  }

  /// The way to say the verb is chosen by the first word that is none of `more`.
  private static Options chosen(List<Usage> usages, List<String> words, List<Option> more) {
    List<String> allowed = new ArrayList<>();
    for (Usage usage : usages) {
      allowed.add(usage.word());
    }
    int at = 0;
    while (at < words.size()) {
      Optional<Match> match = match(words.get(at), more);
      if (match.isEmpty()) {
        break;
      }
      at += match.get().option().flag() || match.get().value().isPresent() ? 1 : 2;
    }
    if (at >= words.size()) {
      throw new Wrong("missing: " + String.join(", ", allowed));
    }
    String word = words.get(at);
    if (!allowed.contains(word)) {
      String near = Nearest.to(word, allowed);
      throw new Wrong(
          "no '"
              + word
              + "'"
              + (near.isEmpty()
                  ? "; allowed are " + String.join(", ", allowed)
                  : " (did you mean '" + near + "'?)"));
    }
    List<String> others = new ArrayList<>(words);
    others.remove(at);
    return new Options(usages.get(allowed.indexOf(word)), more).read(others);
  }

  private Options read(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("--")) {
        rest.addAll(words.subList(i + 1, words.size()));
        break;
      }
      if (word.length() < 2 || !word.startsWith("-")) {
        rest.add(word);
        continue;
      }
      Match match = match(word, known).orElseThrow(() -> unknown(word));
      Option option = match.option();
      if (option.flag() && match.value().isPresent()) {
        throw new Wrong("option '" + option.name() + "' takes no value");
      }
      if (option.flag() || match.value().isPresent()) {
        put(option, match.value().orElse(""));
      } else if (++i < words.size()) {
        put(option, words.get(i));
      } else {
        throw new Wrong("option '" + word + "' needs a value");
      }
    }
    help = has(Option.HELP.name());
    together();
    return this;
  }

  /// `--name`, `--name=value`, `-n`, `-nvalue`.
  private static Optional<Match> match(String word, List<Option> known) {
    int equals = word.startsWith("--") ? word.indexOf('=') : -1;
    String name = equals < 0 ? word : word.substring(0, equals);
    for (Option option : known) {
      if (option.names().contains(name)) {
        return Optional.of(
            new Match(
                option, equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1))));
      }
    }
    if (word.startsWith("--") || word.length() < 3) {
      return Optional.empty();
    }
    for (Option option : known) {
      if (!option.flag() && option.names().contains(word.substring(0, 2))) {
        return Optional.of(new Match(option, Optional.of(word.substring(2))));
      }
    }
    return Optional.empty();
  }

  private Wrong unknown(String word) {
    TreeSet<String> names = new TreeSet<>();
    known.forEach(option -> names.addAll(option.names()));
    String near = Nearest.to(word, names);
    return new Wrong(
        "unknown option '"
            + word
            + "'"
            + (near.isEmpty()
                ? "; allowed are " + String.join(" ", names)
                : " (did you mean '" + near + "'?)"));
  }

  private void put(Option option, String value) {
    List<String> choices = option.choices();
    if (!choices.isEmpty() && !choices.contains(value)) {
      throw new Wrong(
          option.name() + " '" + value + "' is not one of " + String.join(", ", choices));
    }
    List<String> values = given.computeIfAbsent(option.name(), _ -> new ArrayList<>(1));
    if (!values.isEmpty() && !option.flag() && !option.repeats()) {
      throw new Wrong("option '" + option.name() + "' is given twice; it counts once");
    }
    values.add(value);
  }

  /// What excludes each other, or has no effect alone.
  private void together() {
    for (Option option : known) {
      if (has(option.name()) && has(option.rival())) {
        throw new Wrong(
            option.rival() + " and " + option.name() + " exclude each other; allowed is one");
      }
      if (has(option.name()) && !option.needs().isEmpty() && !has(option.needs())) {
        throw new Wrong(
            option.name() + " goes with " + option.needs() + ": alone it has no effect");
      }
    }
  }

  /// Whether it was asked how the verb is said; nothing else is to be done then.
  public boolean help() {
    return help;
  }

  /// The way the verb was said.
  Usage usage() {
    return usage;
  }

  public boolean has(String option) {
    return given.containsKey(option);
  }

  public List<String> all(String option) {
    return given.getOrDefault(option, List.of());
  }

  /// The value of an option that counts once.
  public Optional<String> value(String option) {
    return all(option).isEmpty() ? Optional.empty() : Optional.of(all(option).getFirst());
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
              : "unexpected argument '" + rest.get(most) + "'; allowed is " + what);
    }
    return rest;
  }

  /// `-l tier=db`, which may repeat.
  Map<String, String> labels() {
    return pairs("-l", "tier=db");
  }

  /// The values of an option that are `key=value` each.
  ///
  /// @param example one of them
  /// @throws Wrong one is not of that form, or a key is given twice
  public Map<String, String> pairs(String option, String example) {
    return pairs(option + " ", all(option), example);
  }

  /// @param before what stands before each
  static Map<String, String> pairs(String before, List<String> given, String example) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : given) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new Wrong(
            before + pair + ": not of the form key=value; say for example " + before + example);
      }
      if (pairs.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
        throw new Wrong(before + pair.substring(0, equals) + " is given twice");
      }
    }
    return pairs;
  }

  /// A time, in seconds where no unit is said.
  ///
  /// @throws Wrong it is none
  public Optional<Duration> span(String option) {
    return value(option).map(text -> span(option, text));
  }

  private static Duration span(String option, String text) {
    boolean bare = !text.isEmpty() && Character.isDigit(text.charAt(text.length() - 1));
    return DurationText.read(bare ? text + "s" : text)
        .filter(span -> !span.isNegative() && span.compareTo(LONGEST) <= 0)
        .orElseThrow(() ->
            new Wrong(option + " " + text + ": not a time; say for example 500ms, 30s, 5m, 2h"));
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
