package dev.supervise.verb;

import java.util.List;

/// An option, declared once: parser, usage, help and completion read it.
///
/// @param names as typed, first the one a verb asks for: `-d`, `--detach`
/// @param value what stands behind it: a name (`KEY=VALUE`), an example (`30s`), or all the words
///   that are allowed (`ready|done|down`); empty: nothing
/// @param repeats may be given several times, and each counts; any other with a value is refused
///   the second time
/// @param about what it does, for help
/// @param rival the option it excludes; empty: none
/// @param needs the option without which it has no effect; empty: none
public record Option(
    List<String> names, String value, boolean repeats, String about, String rival, String needs) {
  public static final Option LABEL =
      of("KEY=VALUE", "only units with this label; all of several", "-l").repeating();
  public static final Option JSON = flag("one JSON document", "--json");
  static final Option JSON_LINES = flag("a JSON document a line", "--json");
  static final Option NAMES = flag("names alone, one a line", "-q").not("--json");
  static final Option FOLLOW = flag("go on with what comes", "-f");
  public static final Option TIMEOUT =
      of("30s", "give up after so long (500ms, 30s, 5m, 2h): exit code 124", "--timeout");
  static final Option HELP = flag("this text", "-h", "--help");

  /// An option without a value.
  public static Option flag(String about, String... names) {
    return of("", about, names);
  }

  public static Option of(String value, String about, String... names) {
    return new Option(List.of(names), value, false, about, "", "");
  }

  /// The same, that counts each time.
  public Option repeating() {
    return new Option(names, value, true, about, rival, needs);
  }

  /// The same, that excludes another.
  public Option not(String other) {
    return new Option(names, value, repeats, about, other, needs);
  }

  /// The same, that has no effect without another.
  public Option with(String other) {
    return new Option(names, value, repeats, about, rival, other);
  }

  /// What a verb asks for it by.
  public String name() {
    return names.getFirst();
  }

  boolean flag() {
    return value.isEmpty();
  }

  /// The words that are allowed behind it; empty: any.
  public List<String> choices() {
    return value.matches("[a-z]+(\\|[a-z]+)+") ? List.of(value.split("\\|")) : List.of();
  }

  /// As usage has it: `--timeout 30s`.
  String text() {
    return flag() ? name() : name() + " " + value;
  }
}
